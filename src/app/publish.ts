import path from 'node:path'
import { hasErrors } from '../core/diagnostic.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { inOrder } from '../core/format-diagnostic.ts'
import type { EditOptions } from '../core/jsonc/edit.ts'
import { editJson } from '../core/jsonc/edit.ts'
import { EMPTY_DOCUMENT, nodeAt, parseJsonDocument } from '../core/jsonc/parse.ts'
import type { JsonDocument, Syntax } from '../core/jsonc/parse.ts'
import { proveEdit } from '../core/jsonc/prove.ts'
import type { Choices, Decision } from '../core/plan/plan.ts'
import { selects } from '../core/plan/plan.ts'
import { decidePublished, judgePublished } from '../core/publish/judge.ts'
import { misfitsIn, planPublish } from '../core/publish/plan-publish.ts'
import type { PublishedChange, PublishPlan } from '../core/publish/plan-publish.ts'
import { FORMS, publishedKey } from '../core/publish/published.ts'
import type { PublishedKey, PublishFormat } from '../core/publish/published.ts'
import { InvalidInput, OpgenError } from '../errors.ts'
import { findTargets } from './find-targets.ts'
import { SHARED } from './init-manifest.ts'
import { requireKnownIds } from './known-ids.ts'
import { absolute } from './paths.ts'
import { targetProblem } from './read-actual.ts'
import { readText } from './read-text.ts'
import type { Session } from './session.ts'
import { viewFleet } from './view-fleet.ts'
import type { FleetView } from './view-fleet.ts'

export interface PublishRequest {
  readonly format: PublishFormat
  /** The folder, as given. */
  readonly out: string
  readonly trustOrigin: Choices['trustOrigin']
  /** Whether blocks that the manifest does not have may go from the file. */
  readonly prune: boolean
  /** Only look what would be written. */
  readonly dry: boolean
}

export interface Published {
  readonly manifest: string
  readonly file: string
  readonly action: 'create' | 'update' | 'none'
  /** What stands there afterwards, or would. */
  readonly text: string
  readonly written: boolean
  readonly changes: readonly PublishedChange[]
  /** How a laptop comes by the key, by provider id. */
  readonly keys: ReadonlyMap<string, PublishedKey>
  readonly leftOut: FleetView['leftOut']
  /** Top-level fields of the file that are not the manifest's, and stay. */
  readonly kept: readonly string[]
  /** Whether the file tells `opencode auth login` how to log in. */
  readonly hasLogin: boolean
  readonly decisions: readonly Decision[]
  readonly warnings: readonly Diagnostic[]
}

/**
 * Write the providers of a manifest as OpenCode's config for a whole organisation, without keys: no store is
 * opened. Nothing of this computer gets into the file. With open decisions nothing is written.
 *
 * @throws InvalidInput for the manifest, or a file in the folder that cannot be edited
 * @throws OpgenError `publish-refused`
 */
export async function publish(session: Session, request: PublishRequest): Promise<Published> {
  const { format, trustOrigin, dry } = request
  const seen = await viewFleet(session)
  const { wanted } = seen
  const given = trustOrigin === 'all' ? [] : [...trustOrigin]
  requireKnownIds(seen.file, given, [...wanted.providers.map(({ id }) => id), ...wanted.notHere])
  const place = await findPlace(session, request)
  const found = await readPlace(session, place, format)
  const judged = inOrder([...seen.warnings, ...judgePublished(wanted, format), ...place.warnings])
  const problems = found === undefined ? [] : misfitsIn(found.document, format, place.file)
  if (hasErrors([...judged, ...problems])) throw new InvalidInput([...judged, ...problems])
  const plan = planPublish(wanted, format, found?.document)
  const text = carriedOut(plan, found, place)
  const decisions = [
    ...decidePublished(wanted, (id) => selects(trustOrigin, id)),
    ...(request.prune ? [] : plan.strangers.map(strangerDecision)),
  ]
  const action = found === undefined ? 'create' : text === found.text ? 'none' : 'update'
  const written = !dry && decisions.length === 0 && action !== 'none'
  if (written) await write(session, place.file, { from: found?.text, to: text })
  return {
    manifest: seen.file.path,
    file: place.file,
    action,
    text,
    written,
    changes: plan.changes,
    keys: new Map(wanted.providers.map((provider) => [provider.id, publishedKey(provider)])),
    leftOut: seen.leftOut,
    kept: plan.kept,
    hasLogin: found !== undefined && nodeAt(found.document, ['auth']) !== undefined,
    decisions,
    warnings: judged,
  }
}

interface Place {
  readonly file: string
  readonly syntax: Syntax
  readonly warnings: readonly Diagnostic[]
}

/** @throws OpgenError `publish-refused` for a place that is none to publish at */
async function findPlace(session: Session, { format, out }: PublishRequest): Promise<Place> {
  const { files, machine } = session.system
  const folder = await files.resolve(absolute(machine, out))
  const { config, shadowed } = findTargets(session)
  const own = await Promise.all(
    [...config, ...shadowed].map((file) => files.resolve(path.dirname(file))),
  )
  if (format === 'managed' && own.includes(folder)) {
    throw new OpgenError({ code: 'publish-refused', path: folder, fault: 'own-config' })
  }
  const file = path.join(folder, ...FORMS[format].file)
  // Also of `.well-known`: whoever may make a link there would have it written anywhere.
  for (const part of new Set([path.dirname(file), file])) {
    const facts = part === folder ? undefined : await files.look(part)
    if (facts?.kind === 'link') refuse(part, 'link')
    if (part === file && facts !== undefined && facts.kind !== 'file') refuse(part, 'no-file')
  }
  const beside = path.join(folder, 'opencode.jsonc')
  const isBeside = format === 'managed' && (await files.look(beside)) !== undefined
  return {
    file,
    syntax: format === 'managed' ? 'jsonc' : 'strict',
    warnings: isBeside ? [overruled(beside)] : [],
  }
}

function refuse(file: string, fault: 'link' | 'no-file'): never {
  throw new OpgenError({ code: 'publish-refused', path: file, fault })
}

function overruled(file: string): Diagnostic {
  return {
    code: 'publish-overruled',
    severity: 'warning',
    message: 'OpenCode reads this file after opencode.json, and its values win',
    source: { file, line: 1, column: 1 },
    hint: 'remove it, or take out what the manifest has',
  }
}

interface Found {
  readonly text: string
  readonly document: JsonDocument
}

/** A file of no bytes counts as none, as for OpenCode. */
async function readPlace(
  { system }: Session,
  { file, syntax }: Place,
  format: PublishFormat,
): Promise<Found | undefined> {
  const text = await readText(system.files, file)
  if (text === undefined || text === '') return undefined
  const parsed = parseJsonDocument(text, syntax)
  if (parsed.ok) return { text, document: parsed.document }
  const hint =
    format === 'managed'
      ? 'repair it by hand: OpenCode does not start with it'
      : 'repair it by hand: no OpenCode that fetches it starts with it'
  throw new InvalidInput(
    parsed.problems.map((problem) => ({ ...targetProblem(file, text, problem, syntax), hint })),
  )
}

/** @throws InvalidInput where a duplicate key makes it unclear which value is meant */
function carriedOut(
  { edits }: PublishPlan,
  found: Found | undefined,
  { file, syntax }: Place,
): string {
  const document = found?.document ?? EMPTY_DOCUMENT
  const options: EditOptions = { syntax }
  const edited = editJson(document, edits, options)
  if ('problem' in edited) {
    throw new InvalidInput([targetProblem(file, document.text, edited.problem, syntax)])
  }
  const fault = proveEdit(document, edited.text, edits, options)
  if (fault !== undefined) {
    throw new Error(`the edit of ${file} is not what was planned (${fault}); nothing was written`)
  }
  return found === undefined ? `${edited.text}\n` : edited.text
}

/** Nothing says whether opgen wrote it: it may be somebody's own. */
function strangerDecision(id: string): Decision {
  const detail = 'stands in the file, and the manifest does not have it for these machines'
  const details = [{ text: detail }]
  return { id, kind: 'conflict', detail, details, flag: '--prune', otherFlags: [] }
}

async function write(
  { system: { files } }: Session,
  file: string,
  { from, to }: { readonly from: string | undefined; readonly to: string },
): Promise<void> {
  await files.sweep(file)
  const exchanged = await files.exchange(file, { from, to, options: SHARED })
  if (!exchanged.done) throw new OpgenError({ code: 'manifest-changed', path: file })
  exchanged.former?.release()
}
