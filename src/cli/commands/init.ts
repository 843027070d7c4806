import { initManifest } from '../../app/init-manifest.ts'
import type { Initialised, ProviderBlocks } from '../../app/init-manifest.ts'
import { displayPath } from '../../app/paths.ts'
import { harmless } from '../../core/format-diagnostic.ts'
import { quote } from '../../core/manifest/words.ts'
import { namingManifest } from '../../errors.ts'
import type { Machine } from '../../system/system.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'

/** Write a commented manifest. */
export async function runInit({ session, quiet, paint }: CommandContext): Promise<Report> {
  const { machine } = session.system
  const done = await initManifest(session)
  const notes = notesOf(machine, done)
  const lines = [
    ...notes.map((note) => `opgen: note: ${note}`),
    `opgen: ${paint.dim(next(session.options.manifest))}`,
  ]
  return {
    exitCode: ExitCode.ok,
    text: done.written.map((file) => `Wrote ${displayPath(machine, file)}.\n`).join(''),
    notes: quiet ? '' : lines.map((line) => `${line}\n`).join(''),
    json: { written: done.written, notes },
  }
}

/** @param named `--manifest`, as given */
function next(named: string | undefined): string {
  const option = namingManifest(named)
  return `hint: edit it, store keys with \`opgen key set ID${option}\`, look with \`opgen plan${option}\`, then run \`opgen apply${option}\``
}

function notesOf(machine: Machine, done: Initialised): readonly string[] {
  const { manifest, written, blocks } = done
  const there = written.includes(manifest)
    ? []
    : [`${displayPath(machine, manifest)} is there already, and stays as it is`]
  return [
    ...there,
    ...whereItIsFound(machine, done),
    ...blocks.flatMap((b) => alreadyThere(machine, b)),
  ]
}

/** Nothing when opgen finds this manifest wherever it is started. */
function whereItIsFound(machine: Machine, { manifest, taken }: Initialised): readonly string[] {
  const show = (file: string): string => displayPath(machine, file)
  const { here, elsewhere, standard } = taken
  if (here === undefined) {
    return [`opgen finds it when it is named: \`--manifest ${show(manifest)}\` or $OPGEN_MANIFEST`]
  }
  if (here !== manifest) return [`when none is named, opgen takes ${show(here)} here`]
  if (elsewhere === manifest) return []
  return elsewhere === undefined
    ? [`for other folders, set $OPGEN_MANIFEST to it, or link ${show(standard)} to it`]
    : [`in other folders opgen takes ${show(elsewhere)}`]
}

function alreadyThere(
  machine: Machine,
  { file, foreign, owned }: ProviderBlocks,
): readonly string[] {
  const shown = displayPath(machine, file)
  return [
    ...(foreign.length === 0
      ? []
      : [`${shown} has ${listed(foreign)}: they stay as they are, unless the manifest names them`]),
    ...(owned.length === 0
      ? []
      : [`${shown} has ${listed(owned)} from an earlier apply: see \`opgen plan\``]),
  ]
}

function listed(ids: readonly string[]): string {
  return ids.map((id) => harmless(quote(id))).join(', ')
}
