import type { Diagnostic } from '../diagnostic.ts'
import type { JsonValue, Path } from '../json.ts'
import { sameJson } from '../json.ts'
import { differenceOf } from '../jsonc/difference.ts'
import type { Edit } from '../jsonc/edit.ts'
import { editJson } from '../jsonc/edit.ts'
import { EMPTY_DOCUMENT, nodeAt, parseJsonDocument, positionAt, valueOf } from '../jsonc/parse.ts'
import type { JsonDocument, JsonNode } from '../jsonc/parse.ts'
import { CONFIG_SCHEMA } from '../plan/settle-containers.ts'
import type { Wanted } from '../wanted.ts'
import { FORMS, PUBLISHED_FIELDS, publishedBlock, publishedFields } from './published.ts'
import type { PublishFormat } from './published.ts'

/** What becomes of a provider, or of a top-level field, in the file that is published. */
export interface PublishedChange {
  /** Provider id, or a field as `/model`. */
  readonly id: string
  readonly action: 'create' | 'update' | 'delete' | 'none'
}

export interface PublishPlan {
  readonly edits: readonly Edit[]
  /** Manifest order, then what leaves the file, then top-level fields. */
  readonly changes: readonly PublishedChange[]
  /** Ids of the blocks in the file that the manifest does not have. */
  readonly strangers: readonly string[]
  /** Top-level fields that stand in the file, and not in the manifest: they stay. */
  readonly kept: readonly string[]
}

/**
 * What has to change in a file that is published. All of `provider` is opgen's there: nothing but the
 * file itself says what was published before. Whatever else stands in it stays.
 *
 * @param found undefined: there is no file yet
 */
export function planPublish(
  wanted: Wanted,
  format: PublishFormat,
  found: JsonDocument | undefined,
): PublishPlan {
  const { root } = FORMS[format]
  const place = [...root, 'provider']
  const after = wantedDocument(wanted)
  const wantedBlocks = nodeAt(after, ['provider'])
  const before = found ?? EMPTY_DOCUMENT
  const oldBlocks = nodeAt(before, place)
  const schema: readonly Edit[] =
    found === undefined ? [{ op: 'set', path: [...root, '$schema'], value: CONFIG_SCHEMA }] : []
  const fields = publishedFields(wanted)
  const edits = [
    ...schema,
    ...blockEdits({ before, old: oldBlocks }, { after, wanted: wantedBlocks }, place),
    ...fields.map(({ path, value }): Edit => ({ op: 'set', path: [...root, ...path], value })),
  ]
  const strangers = namesIn(oldBlocks).filter((id) => !namesIn(wantedBlocks).includes(id))
  const set = new Set(fields.map(({ path }) => path[0]))
  return {
    edits,
    changes: [
      ...wanted.providers.map(({ id }) => ({
        id,
        action: actionAt(nodeAt(before, [...place, id]), nodeAt(after, ['provider', id])),
      })),
      ...strangers.map((id) => ({ id, action: 'delete' as const })),
      ...fields.map(({ path, value }) => ({
        id: `/${path.join('/')}`,
        action: actionOf(nodeAt(before, [...root, ...path]), value),
      })),
    ],
    strangers,
    kept: PUBLISHED_FIELDS.filter(
      (name) => !set.has(name) && nodeAt(before, [...root, name]) !== undefined,
    ),
  }
}

/** A file in which something else stands where the config, or its providers, would be. */
export function misfitsIn(
  document: JsonDocument,
  format: PublishFormat,
  file: string,
): readonly Diagnostic[] {
  const { root } = FORMS[format]
  const places = [[], root, [...root, 'provider']]
  const misfit = places
    .map((path) => ({ path, node: nodeAt(document, path) }))
    .find(({ node }) => node !== undefined && node.kind !== 'object')
  if (misfit?.node === undefined) return []
  const what = misfit.path.length === 0 ? 'the file' : `"${misfit.path.join('.')}"`
  return [
    {
      code: 'publish-misfit',
      severity: 'error',
      message: `${what} is no object, so nothing can be published into it`,
      source: { file, ...positionAt(document.text, misfit.node.start) },
      hint: 'correct the file by hand, or name another folder with `--out DIR`',
    },
  ]
}

/** The blocks as if they stood in an empty file. */
function wantedDocument(wanted: Wanted): JsonDocument {
  const edits = wanted.providers.flatMap((provider) =>
    publishedBlock(provider).map(({ path, value }): Edit => ({ op: 'set', path, value })),
  )
  const edited = editJson(EMPTY_DOCUMENT, edits, { syntax: 'strict' })
  const parsed = 'problem' in edited ? undefined : parseJsonDocument(edited.text, 'strict')
  if (parsed?.ok !== true) throw new Error('an empty object cannot be edited')
  return parsed.document
}

function blockEdits(
  { before, old }: { readonly before: JsonDocument; readonly old: JsonNode | undefined },
  { after, wanted }: { readonly after: JsonDocument; readonly wanted: JsonNode | undefined },
  place: Path,
): readonly Edit[] {
  if (wanted === undefined) return old === undefined ? [] : [{ op: 'delete', path: place }]
  if (old?.kind !== 'object' || wanted.kind !== 'object') {
    return [{ op: 'set', path: place, value: valueOf(wanted) }]
  }
  const edits = differenceOf({ ...before, root: old }, { ...after, root: wanted })
  return edits.map((edit) => ({ ...edit, path: [...place, ...edit.path] }))
}

function actionAt(
  old: JsonNode | undefined,
  wanted: JsonNode | undefined,
): PublishedChange['action'] {
  return actionOf(old, wanted === undefined ? undefined : valueOf(wanted))
}

function actionOf(
  old: JsonNode | undefined,
  wanted: JsonValue | undefined,
): PublishedChange['action'] {
  if (old === undefined) return 'create'
  return sameJson(valueOf(old), wanted) ? 'none' : 'update'
}

function namesIn(node: JsonNode | undefined): readonly string[] {
  return node?.kind === 'object' ? node.members.map(({ key }) => key) : []
}
