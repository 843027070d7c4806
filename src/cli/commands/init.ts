import { findBlocks, initManifest } from '../../app/init-manifest.ts'
import type { Initialised, ProviderBlocks } from '../../app/init-manifest.ts'
import { displayPath } from '../../app/paths.ts'
import { harmless } from '../../core/format-diagnostic.ts'
import { quote } from '../../core/manifest/words.ts'
import { namingManifest } from '../../errors.ts'
import type { Machine } from '../../system/system.ts'
import { askYes } from '../ask-yes.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'

/** Write a commented manifest, or on a terminal the one of what OpenCode has already. */
export async function runInit(context: CommandContext): Promise<Report> {
  const { session, quiet, paint } = context
  const { machine } = session.system
  if (await wantsImport(context)) {
    const { runImport } = await import('./import.ts')
    return runImport(context, { only: [], keepKeys: false, out: undefined, dryRun: false })
  }
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

/** Ask whether to take what OpenCode has for a beginning, where there is anything and somebody to ask. */
async function wantsImport({ session, terminal }: CommandContext): Promise<boolean> {
  const { interactive, profile } = session.options
  if (!interactive || profile !== undefined) return false
  const found = await findBlocks(session)
  if (found === undefined) return false
  const { machine } = session.system
  for (const { file, foreign } of found.blocks) {
    if (foreign.length > 0) {
      terminal.err(`${displayPath(machine, file)} has ${listed(foreign)}.\n`)
    }
  }
  const manifest = displayPath(machine, found.manifest)
  return askYes(terminal, `Import them into ${manifest}? If not, it is an example to begin with.`)
}

/** @param named `--manifest`, as given */
function next(named: string | undefined): string {
  const option = namingManifest(named)
  return `hint: edit it, store keys with \`opgen key set ID${option}\`, look with \`opgen plan${option}\`, then run \`opgen apply${option}\``
}

function notesOf(machine: Machine, done: Initialised): readonly string[] {
  const { manifest, written, blocks } = done
  const isFresh = written.includes(manifest)
  const there = isFresh
    ? []
    : [`${displayPath(machine, manifest)} is there already, and stays as it is`]
  return [
    ...there,
    ...whereItIsFound(machine, done),
    ...blocks.flatMap((b) => alreadyThere(machine, b, isFresh)),
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
  isFresh: boolean,
): readonly string[] {
  const shown = displayPath(machine, file)
  const way = isFresh
    ? '`opgen import` takes them into the manifest'
    : 'they stay as they are, unless the manifest names them'
  return [
    ...(foreign.length === 0 ? [] : [`${shown} has ${listed(foreign)}: ${way}`]),
    ...(owned.length === 0
      ? []
      : [`${shown} has ${listed(owned)} from an earlier apply: see \`opgen plan\``]),
  ]
}

function listed(ids: readonly string[]): string {
  return ids.map((id) => harmless(quote(id))).join(', ')
}
