import type { Diagnostic } from '../core/diagnostic.ts'
import { hasErrors } from '../core/diagnostic.ts'
import type { MachineFacts } from '../core/machine-facts.ts'
import { applies, mergeFiles, overlaysOf } from '../core/manifest/compose.ts'
import type { ManifestText } from '../core/manifest/manifest-file.ts'
import type { Wanted } from '../core/wanted.ts'
import { InvalidInput } from '../errors.ts'
import { certainFacts, sharedProblems } from './check-manifest.ts'
import {
  checkMachine,
  findManifest,
  loadParser,
  loadPresetReader,
  resolveFor,
} from './load-manifest.ts'
import { loadFacts } from './load-view.ts'
import { findLock } from './lock-file.ts'
import { readSources } from './read-sources.ts'
import type { Session } from './session.ts'

/** A manifest as a machine sees it of which no more is known than the command line says. */
export interface FleetView {
  readonly file: ManifestText
  readonly wanted: Wanted
  readonly warnings: readonly Diagnostic[]
  readonly leftOut: {
    /** Ids of the providers that are off, or whose condition does not surely hold. */
    readonly providers: readonly string[]
    /** Names of the overlays that do not surely apply. */
    readonly machines: readonly string[]
  }
}

/**
 * Read the manifest for computers other than this one: their facts are those of `--machine-facts`, those that
 * the overlay of `--machine` leaves no choice about, and `--profile`. Nothing of this computer counts, neither
 * its environment nor local.yaml, so that two who publish the same manifest publish the same. A
 * condition that asks for any other fact does not hold.
 *
 * @throws InvalidInput with every problem, and with whatever looks like a key
 */
export async function viewFleet(session: Session): Promise<FleetView> {
  const { system, options } = session
  const file = await findManifest(session)
  const realPath = await system.files.resolve(file.path)
  const source = await readSources(system, file)
  const unknown = checkMachine(source, { machine: options.machine, namedAt: undefined })
  if (unknown !== undefined) throw new InvalidInput([unknown])
  const overlays = overlaysOf(mergeFiles(source))
  const named = overlays.find(({ name }) => name === options.machine)
  const facts = nothingElse(certainFacts(named, await loadFacts(session), options.profile))
  const { machine } = options
  const view = { facts, machine, vars: undefined, parse: await loadParser(source, undefined) }
  const reader = await loadPresetReader()
  const lock = { ...(await findLock(system.files, realPath)), need: 'needed' as const }
  const seen = await resolveFor(session, { source, realPath, view, reader, lock })
  const machines = [{ machine: undefined, ...seen }]
  const diagnostics = sharedProblems(session, { file, realPath, source, machines }).map(inWords)
  if (seen.wanted === undefined || hasErrors(diagnostics)) throw new InvalidInput(diagnostics)
  const idle = overlays.filter((overlay) => applies(overlay, { facts, machine }) === 'no')
  return {
    file,
    wanted: seen.wanted,
    warnings: diagnostics,
    leftOut: { providers: seen.wanted.notHere, machines: idle.map(({ name }) => name) },
  }
}

/** A fact that is not given is one that these machines have not: no condition may hold by chance. */
function nothingElse(facts: MachineFacts): MachineFacts {
  const { hostname, os, arch, user, profile, env } = facts
  return {
    hostname: hostname ?? null,
    os: os ?? null,
    arch: arch ?? null,
    user: user ?? null,
    profile: profile ?? null,
    env: (name) => env(name) ?? null,
  }
}

/** To set a variable here would not help. */
function inWords(diagnostic: Diagnostic): Diagnostic {
  if (diagnostic.code !== 'unset-variable') return diagnostic
  return {
    ...diagnostic,
    hint: 'no variable of this computer is published: give it a default, or a value with `--machine-facts`',
  }
}
