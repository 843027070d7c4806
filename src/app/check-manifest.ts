import type { Diagnostic } from '../core/diagnostic.ts'
import { inOrder } from '../core/format-diagnostic.ts'
import { noFacts } from '../core/machine-facts.ts'
import type { MachineFacts } from '../core/machine-facts.ts'
import { mergeFiles, overlaysOf } from '../core/manifest/compose.ts'
import type { Overlay } from '../core/manifest/compose.ts'
import { onlyValue } from '../core/manifest/conditions.ts'
import type { GivenFacts } from '../core/manifest/local.ts'
import type { ManifestText } from '../core/manifest/manifest-file.ts'
import { field } from '../core/manifest/node.ts'
import { quote } from '../core/manifest/words.ts'
import type { Wanted } from '../core/wanted.ts'
import { InvalidInput } from '../errors.ts'
import type { Machine } from '../system/system.ts'
import { checkMachine, findManifest, loadParser, resolveFor } from './load-manifest.ts'
import { loadFacts } from './load-view.ts'
import { variable } from './paths.ts'
import { readSources } from './read-sources.ts'
import type { Session } from './session.ts'

/** What a manifest asks for on one of the machines that it names. */
export interface SeenByMachine {
  /** Undefined: the manifest names no machine. */
  readonly machine: string | undefined
  readonly diagnostics: readonly Diagnostic[]
  /** Undefined when there are errors. */
  readonly wanted: Wanted | undefined
}

export interface AllMachines {
  readonly file: ManifestText
  readonly realPath: string
  readonly machines: readonly SeenByMachine[]
}

/**
 * Read the manifest as every machine that it names would see it, or the one of `--machine`. Nothing
 * of this computer counts but, for expressions, its environment: facts are those of
 * `--machine-facts` and those that the condition of an overlay leaves no choice about.
 *
 * @throws InvalidInput when no machine could read it
 */
export async function viewAllMachines(session: Session): Promise<AllMachines> {
  const { system, options } = session
  const file = await findManifest(session)
  const realPath = await system.files.resolve(file.path)
  const source = await readSources(system, file)
  const given = await loadFacts(session)
  const unknown = checkMachine(source, { machine: options.machine, namedAt: undefined })
  if (unknown !== undefined) throw new InvalidInput([unknown])
  const parse = await loadParser(source, undefined)
  const all = overlaysOf(mergeFiles(source))
  const named = all.filter(({ name }) => (options.machine ?? name) === name)
  const machines: SeenByMachine[] = []
  for (const overlay of named.length === 0 ? [undefined] : named) {
    const facts = factsOf(overlay, given, options.profile)
    const view = {
      facts,
      environment: environmentOf(facts, system.machine),
      machine: overlay?.name,
      vars: undefined,
      parse,
    }
    const seen = await resolveFor(session, { source, realPath, view })
    machines.push({ machine: overlay?.name, ...seen })
  }
  return { file, realPath, machines }
}

/** What a machine of this name surely is: its condition says so, or somebody does. */
function factsOf(
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
      : { ...problem, message: `${problem.message} (on ${[...on].map(quote).join(', ')})` },
  )
  return inOrder(problems)
}
