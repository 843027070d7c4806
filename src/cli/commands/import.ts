import { prepareImport } from '../../app/import-setup.ts'
import type { ImportOptions, PreparedImport } from '../../app/import-setup.ts'
import { findTaken, placeOfManifest } from '../../app/init-manifest.ts'
import { absolute, displayPath } from '../../app/paths.ts'
import { movedPlaces } from '../../app/moved-keys.ts'
import { compareImported, requirePlace, writeImport } from '../../app/write-import.ts'
import type { ComparedKeys } from '../../app/write-import.ts'
import { harmless } from '../../core/format-diagnostic.ts'
import { toPointer } from '../../core/json.ts'
import { namingFile, OpgenError } from '../../errors.ts'
import { describeLeft } from '../../import-words.ts'
import { askYes } from '../ask-yes.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { importNotes } from '../import-notes.ts'

export interface ImportFlags extends ImportOptions {
  readonly out: string | undefined
  readonly dryRun: boolean
}

/** Write the manifest of a setup that was made by hand. */
export async function runImport(context: CommandContext, flags: ImportFlags): Promise<Report> {
  const { session } = context
  const { machine } = session.system
  const manifest =
    flags.out === undefined ? await placeOfManifest(session) : absolute(machine, flags.out)
  const former = flags.dryRun ? undefined : await requirePlace(session, manifest)
  const prepared = await prepareImport(session, manifest, flags)
  learnKeys(context, prepared)
  const { imported } = prepared
  const notes = importNotes(machine, prepared, flags)
  const { warnings } = prepared.targets
  const json = { manifest, written: !flags.dryRun, ...jsonOf(prepared), notes }
  if (flags.dryRun) {
    return {
      exitCode: ExitCode.ok,
      text: imported.text,
      notes: notesText(context, notes, 'run it without `--dry-run` to write the manifest'),
      warnings,
      json: { ...json, text: imported.text },
    }
  }
  const compared = await compareImported(session, prepared)
  const replaced = await chooseReplaced(context, compared)
  const declined = compared.different.filter((key) => !replaced.includes(key))
  await writeImport(session, prepared, {
    manifest,
    former,
    keys: [...compared.fresh, ...replaced],
    declined: new Set(declined.map(({ id }) => id)),
  })
  const option = await optionFor(context, manifest)
  return {
    exitCode: ExitCode.ok,
    text: `Wrote ${displayPath(machine, manifest)}.\n${listing(prepared)}`,
    notes: notesText(
      context,
      notes,
      `look with \`opgen plan${option}\`, then run \`opgen apply${option}\``,
    ),
    warnings,
    json,
  }
}

/** What is about to be handed to the keychain is never printed. */
function learnKeys({ session }: CommandContext, { imported }: PreparedImport): void {
  for (const { secret } of imported.providers)
    if (secret !== undefined) session.learn(secret.reveal())
}

/** The options with which other commands find the same files, where they would not by themselves. */
async function optionFor({ session }: CommandContext, manifest: string): Promise<string> {
  const { system, options } = session
  const { here } = await findTaken(system)
  const named = here === manifest ? undefined : displayPath(system.machine, manifest)
  return [
    namingFile('--manifest', named),
    namingFile('--config', options.config),
    namingFile('--auth', options.auth),
  ].join('')
}

async function chooseReplaced(
  { terminal, session }: CommandContext,
  { different }: ComparedKeys,
): Promise<ComparedKeys['different']> {
  if (different.length === 0) return []
  if (!session.options.interactive) {
    throw new OpgenError({ code: 'other-keys', ids: different.map(({ id }) => id) })
  }
  const chosen: ComparedKeys['different'][number][] = []
  for (const key of different) {
    const question = `The keychain holds another key for "${harmless(key.id)}" than OpenCode's files. Replace it?`
    if (await askYes(terminal, question)) chosen.push(key)
  }
  return chosen
}

const KEY_WORDS = {
  keychain: 'its key in the keychain',
  none: 'no key',
  external: "its login is OpenCode's",
} as const

function listing({ imported }: PreparedImport): string {
  const { providers } = imported
  const width = Math.max(0, ...providers.map(({ id }) => id.length))
  return providers
    .map(({ id, preset, key }) => {
      return `  + ${harmless(id).padEnd(width)}  preset ${preset}, ${KEY_WORDS[key]}\n`
    })
    .join('')
}

function notesText(
  { quiet, paint }: CommandContext,
  notes: readonly string[],
  hint: string,
): string {
  if (quiet) return ''
  const lines = [
    ...notes.map((note) => `opgen: note: ${harmless(note)}`),
    `opgen: ${paint.dim(`hint: ${hint}`)}`,
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function jsonOf(prepared: PreparedImport): Readonly<Record<string, unknown>> {
  const { imported, logins, native, elsewhere } = prepared
  return {
    providers: imported.providers.map(({ id, preset, key }) => ({ id, preset, key })),
    moved: movedPlaces(prepared),
    left: imported.left.map(({ id, reason }) => ({ id, reason, message: describeLeft(reason) })),
    stays: imported.stays.map(({ path, why }) => ({ pointer: toPointer(path), why })),
    logins,
    native,
    elsewhere,
  }
}
