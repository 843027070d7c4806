import { displayPath } from '../../app/paths.ts'
import { publish } from '../../app/publish.ts'
import type { Published, PublishRequest } from '../../app/publish.ts'
import { harmless } from '../../core/format-diagnostic.ts'
import { listed, quote } from '../../core/manifest/words.ts'
import type { PublishedChange } from '../../core/publish/plan-publish.ts'
import type { PublishedKey } from '../../core/publish/published.ts'
import { whereItGoes } from '../../publish-words.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { decisionJson } from '../plan-json.ts'
import { diagnosticJson } from '../render-diagnostics.ts'
import { renderDecisions } from '../render-decisions.ts'
import { renderPlaces } from '../render-plan.ts'
import { reportUndecided } from '../report-undecided.ts'

export interface PublishWish extends Omit<PublishRequest, 'dry'> {
  readonly check: boolean
  readonly dryRun: boolean
}

/** Write OpenCode's config for a whole organisation. */
export async function runPublish(context: CommandContext, wish: PublishWish): Promise<Report> {
  const { session, quiet, paint } = context
  const { check, dryRun, ...request } = wish
  const done = await publish(session, { ...request, dry: check || dryRun })
  const { decisions, warnings } = done
  const notes = notesOf(done, wish)
  const said = quiet ? '' : notes.map((note) => `opgen: note: ${harmless(note)}\n`).join('')
  const json = jsonOf(done, wish, notes)
  if (dryRun || decisions.length === 0) {
    const open = decisions.length === 0 ? '' : `\n${renderDecisions(decisions, paint)}\n`
    const differs = check && (done.action !== 'none' || decisions.length > 0)
    const exitCode = differs ? ExitCode.differences : ExitCode.ok
    const text = dryRun && !check ? fileText(context, done) : summary(context, done, wish)
    return { exitCode, text, notes: said + open, warnings, json }
  }
  const asked = { carried: () => [], hasQuit: () => false }
  const options = { ...session.options, interactive: false }
  const undecided = reportUndecided(
    { ...context, session: { ...session, options } },
    { decisions },
    { command: 'publish', asked },
  )
  return {
    ...undecided,
    notes: said + (undecided.notes ?? ''),
    warnings,
    json: { ...json, ...undecided.json },
  }
}

function summary(
  { session, paint, verbose }: CommandContext,
  { manifest, file, action, changes, keys }: Published,
  { check }: PublishWish,
): string {
  const { machine } = session.system
  const shown = changes.filter((change) => verbose || change.action !== 'none')
  const width = Math.max(0, ...shown.map(({ id }) => id.length))
  const lines = shown.map(
    ({ id, action: what }) =>
      `  ${SIGNS[what]} ${harmless(id.padEnd(width))}  ${wordsOf(what, keys.get(id))}`,
  )
  const places = renderPlaces(
    machine,
    [
      ['manifest', manifest],
      ['file', file],
    ],
    paint,
  )
  const listing = lines.length === 0 ? '' : `${lines.map((line) => line.trimEnd()).join('\n')}\n\n`
  if (action === 'none') return `${verbose ? `${places}\n${listing}` : ''}Nothing to change.\n`
  const shownFile = displayPath(machine, file)
  const closing = check ? `${shownFile} would change.` : `Wrote ${shownFile}.`
  return `${places}\n${listing}${closing}\n`
}

const SIGNS: Readonly<Record<PublishedChange['action'], string>> = {
  create: '+',
  update: '~',
  delete: '-',
  none: ' ',
}

function wordsOf(action: PublishedChange['action'], key: PublishedKey | undefined): string {
  return action === 'delete' || key === undefined ? '' : KEYS[key]
}

const KEYS: Readonly<Record<PublishedKey, string>> = {
  'by-id': "each laptop's own key, by its id",
  'in-block': "each laptop's own key, in the block",
  external: "each laptop's own login",
  none: 'no key needed',
}

/** As `opgen render` prints files. */
function fileText({ session, paint }: CommandContext, { file, text }: Published): string {
  const title = paint.bold(`==> ${displayPath(session.system.machine, file)} <==`)
  return `${title}\n${text}${text.endsWith('\n') ? '' : '\n'}`
}

function notesOf(done: Published, { format }: PublishWish): readonly string[] {
  const { leftOut, kept } = done
  return [
    ...(leftOut.providers.length === 0
      ? []
      : [`not published, as off or not for all machines: ${quoted(leftOut.providers)}`]),
    ...(leftOut.machines.length === 0
      ? []
      : [
          `overlays that do not count: ${quoted(leftOut.machines)}; \`--machine\` or \`--machine-facts\` says for whom it is`,
        ]),
    ...(kept.length === 0
      ? []
      : [`stays in the file, and is not in the manifest: ${quoted(kept)}`]),
    ...(done.written ? whereItGoes(format, done) : []),
  ]
}

function quoted(names: readonly string[]): string {
  return listed(names.map(quote))
}

function jsonOf(
  done: Published,
  { format, dryRun }: PublishWish,
  notes: readonly string[],
): Readonly<Record<string, unknown>> {
  const { manifest, file, action, text, written, changes, keys, leftOut, decisions } = done
  return {
    manifest,
    format,
    files: [{ path: file, action, ...(dryRun ? { text } : {}) }],
    changes,
    keys: [...keys].map(([id, key]) => ({ id, key })),
    leftOut,
    decisions: decisions.map((decision) => decisionJson(decision, undefined)),
    diagnostics: done.warnings.map(diagnosticJson),
    notes,
    written,
  }
}
