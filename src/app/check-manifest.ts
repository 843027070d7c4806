import type { Diagnostic } from '../core/diagnostic.ts'
import { inOrder } from '../core/format-diagnostic.ts'
import { noFacts } from '../core/machine-facts.ts'
import type { MachineFacts } from '../core/machine-facts.ts'
import { filesOf, mergeFiles, overlaysOf } from '../core/manifest/compose.ts'
import type { ManifestSource, Overlay } from '../core/manifest/compose.ts'
import { withFoundKeys } from '../core/manifest/find-keys.ts'
import { onlyValue } from '../core/manifest/conditions.ts'
import type { GivenFacts } from '../core/manifest/local.ts'
import type { ManifestText } from '../core/manifest/manifest-file.ts'
import { field } from '../core/manifest/node.ts'
import { listed, quote } from '../core/manifest/words.ts'
import { InvalidInput } from '../errors.ts'
import type { Machine } from '../system/system.ts'
import {
  checkMachine,
  findManifest,
  loadParser,
  loadPresetReader,
  resolveFor,
} from './load-manifest.ts'
import type { Resolved } from './load-manifest.ts'
import { loadFacts } from './load-view.ts'
import { variable } from './paths.ts'
import { findLock } from './lock-file.ts'
import { readSources } from './read-sources.ts'
import type { Session } from './session.ts'

/** What a manifest asks for on one of the machines that it names. */
export interface SeenByMachine extends Resolved {
  /** Undefined: the manifest names no machine, or its facts were given in place of its name. */
  readonly machine: string | undefined
}

export interface AllMachines {
  readonly file: ManifestText
  readonly realPath: string
  readonly source: ManifestSource
  readonly machines: readonly SeenByMachine[]
}

/** Whether `--machine-facts` alone says which machine is meant: then they decide about every overlay. */
export function isGivenByFacts({ options }: Session): boolean {
  return options.machineFacts !== undefined && options.machine === undefined
}

/** Read the manifest as the machine of `--machine-facts` would see it, else as {@link viewAllMachines}. */
export async function viewForCheck(session: Session): Promise<AllMachines> {
  return viewMachines(session, (overlays) => (isGivenByFacts(session) ? [] : overlays))
}

/**
 * Read the manifest as every machine that it names would see it, or the one of `--machine`. Nothing
 * of this computer counts but, for expressions, its environment: facts are those of
 * `--machine-facts` and those that the condition of an overlay leaves no choice about.
 *
 * @throws InvalidInput when no machine could read it
 */
export async function viewAllMachines(session: Session): Promise<AllMachines> {
  return viewMachines(session, (overlays) => overlays)
}

/** @param choose the overlays to look at one by one; with none, a machine without a name is looked at */
async function viewMachines(
  session: Session,
  choose: (overlays: readonly Overlay[]) => readonly Overlay[],
): Promise<AllMachines> {
  const { system, options } = session
  const file = await findManifest(session)
  const realPath = await system.files.resolve(file.path)
  const source = await readSources(system, file)
  const given = await loadFacts(session)
  const unknown = checkMachine(source, { machine: options.machine, namedAt: undefined })
  if (unknown !== undefined) throw new InvalidInput([unknown])
  const parse = await loadParser(source, undefined)
  const reader = await loadPresetReader()
  const lock = { ...(await findLock(system.files, realPath)), need: 'needed' as const }
  const all = overlaysOf(mergeFiles(source))
  const named = choose(all.filter(({ name }) => (options.machine ?? name) === name))
  const machines: SeenByMachine[] = []
  for (const overlay of named.length === 0 ? [undefined] : named) {
    const facts = certainFacts(overlay, given, options.profile)
    const view = {
      facts,
      environment: environmentOf(facts, system.machine),
      machine: overlay?.name,
      vars: undefined,
      parse,
    }
    const seen = await resolveFor(session, { source, realPath, view, reader, lock })
    machines.push({ machine: overlay?.name, ...seen })
  }
  return { file, realPath, source, machines }
}

/** What a machine of this name surely is: its condition says so, or somebody does. */
export function certainFacts(
  overlay: Overlay | undefined,
  given: GivenFacts,
  profile: string | undefined,
): MachineFacts {
  const certain = (name: string): string | undefined => onlyValue(overlay?.when, name)
  const variables = field(overlay?.when, 'env')
  return {
    ...noFacts,
    hostname: certain('hostname'),
    os: certain('os'),
    arch: certain('arch'),
    user: certain('user'),
    env: (name) => onlyValue(variables, name),
    ...given,
    profile: profile ?? given.profile ?? certain('profile'),
  }
}

function environmentOf(facts: MachineFacts, machine: Machine): MachineFacts['env'] {
  return (name) => facts.env(name) ?? variable(machine, name)
}

/**
 * The problems of all machines, and whatever looks like a key in the files that are shared: the manifest,
 * what it includes, and the presets beside them.
 */
export function sharedProblems(
  { system }: Session,
  { source, machines }: AllMachines,
): readonly Diagnostic[] {
  const presets = new Map(
    machines.flatMap((seen) => [...seen.presets.values()].map(({ file, text }) => [file, text])),
  )
  const own = [...presets].flatMap(([file, text]) =>
    file.startsWith(system.packageFolder) ? [] : [{ path: file, text }],
  )
  const files = [...filesOf(source), ...own]
  return inOrder(files.reduce((found, file) => withFoundKeys(file, found), problemsOf(machines)))
}

/** The problems of all machines, each once; one that only some have says which. */
export function problemsOf(machines: readonly SeenByMachine[]): readonly Diagnostic[] {
  const byProblem = new Map<string, { readonly problem: Diagnostic; readonly on: Set<string> }>()
  for (const { machine = '', diagnostics } of machines) {
    for (const problem of diagnostics) {
      const name = JSON.stringify([problem.code, problem.message, problem.source])
      const known = byProblem.get(name)
      if (known === undefined) byProblem.set(name, { problem, on: new Set([machine]) })
      else known.on.add(machine)
    }
  }
  const problems = [...byProblem.values()].map(({ problem, on }) =>
    on.size === machines.length
      ? problem
      : { ...problem, message: `${problem.message} (on ${listed([...on].map(quote))})` },
  )
  return inOrder(problems)
}
