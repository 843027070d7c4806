import path from 'node:path'
import { hasErrors } from '../core/diagnostic.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { MachineFacts } from '../core/machine-facts.ts'
import { readFacts, readLocal } from '../core/manifest/local.ts'
import type { GivenFacts, LocalSettings } from '../core/manifest/local.ts'
import type { MapNode } from '../core/manifest/node.ts'
import type { Source } from '../core/source.ts'
import { InvalidInput, OpgenError } from '../errors.ts'
import type { Machine } from '../system/system.ts'
import { absolute, variable, xdgFolder } from './paths.ts'
import { readText } from './read-text.ts'
import type { Session } from './session.ts'

/** The machine that a manifest is read for: this one, or one that the command line describes. */
export interface MachineView {
  readonly facts: MachineFacts
  /** Its name in the manifest, where it has been named. */
  readonly machine: string | undefined
  /** Where `local.yaml` names it; undefined when the command line does. */
  readonly namedAt: Source | undefined
  readonly vars: MapNode | undefined
}

/** Where settings of one computer live; never in git. */
export function localFile(machine: Machine): string {
  return path.join(xdgFolder(machine, 'CONFIG'), 'opgen', 'local.yaml')
}

/**
 * Put together the facts of the machine: `--machine-facts`, else this computer's own. The profile is
 * the first of `--profile`, the facts given, `$OPGEN_PROFILE` and `local.yaml`.
 *
 * @throws InvalidInput for a local.yaml or a file of facts with problems
 */
export async function loadView(session: Session): Promise<MachineView> {
  const { system, options } = session
  const local = await loadLocal(session)
  const given = await loadFacts(session)
  const own = ownFacts(system.machine)
  const env = given.env ?? own.env
  const profile =
    options.profile ?? given.profile ?? env('OPGEN_PROFILE') ?? local.profile?.value ?? null
  return {
    facts: { ...own, ...given, profile },
    machine: options.machine ?? local.machine?.value,
    namedAt: options.machine === undefined ? local.machine?.source : undefined,
    vars: local.vars,
  }
}

function ownFacts(machine: Machine): MachineFacts {
  const { hostname, os, arch, user } = machine
  return {
    hostname,
    os,
    arch,
    user,
    profile: null,
    env: (name) => variable(machine, name) ?? null,
  }
}

async function loadLocal({ system }: Session): Promise<LocalSettings> {
  const file = localFile(system.machine)
  const text = await readText(system.files, file)
  if (text === undefined) return { profile: undefined, machine: undefined, vars: undefined }
  return required(readLocal({ path: file, text }))
}

/** The facts of `--machine-facts`; none without it. */
export async function loadFacts({ system, options }: Session): Promise<GivenFacts> {
  if (options.machineFacts === undefined) return {}
  const file = absolute(system.machine, options.machineFacts)
  const text = await readText(system.files, file, { mayBePipe: true })
  if (text === undefined) throw new OpgenError({ code: 'no-facts', path: file })
  return required(readFacts({ path: file, text }))
}

function required<T>(read: { readonly value: T; readonly diagnostics: readonly Diagnostic[] }): T {
  if (hasErrors(read.diagnostics)) throw new InvalidInput(read.diagnostics)
  return read.value
}
