import { isMap, isScalar, isSeq } from 'yaml'
import { applySplices } from '../jsonc/splice.ts'
import type { Splice } from '../jsonc/splice.ts'
import type { ManifestText } from '../manifest/manifest-file.ts'
import { freeCommentAbove } from './layout.ts'
import { aliasesInto, contentEndBefore, lineOf, membersOf, outlineOf } from './outline.ts'
import type { Collection, Member, Outline, Span } from './outline.ts'
import { notEditable, proveEdit } from './prove.ts'
import { takeOut } from './take-out.ts'
import type { Taking } from './take-out.ts'
import { withoutProvider } from './without-provider.ts'

/** Something that went with a provider, or that a person should look at. Lines are of the old text, 1-based. */
export type RemovalFact =
  | { readonly what: 'overlay-provider'; readonly machine: string; readonly line: number }
  | {
      readonly what: 'reference' | 'element' | 'list'
      readonly field: string
      /** Undefined: of the manifest itself. */
      readonly machine: string | undefined
      readonly line: number
    }
  /** An overlay in which nothing was left. */
  | { readonly what: 'overlay'; readonly machine: string; readonly line: number }
  /** A comment that stays. */
  | { readonly what: 'comment-above'; readonly line: number }

export interface RemovedProvider {
  readonly text: string
  /** Lines of the old text that the provider took up; undefined when only overlays had it. */
  readonly lines: { readonly first: number; readonly last: number } | undefined
  readonly facts: readonly RemovalFact[]
}

/** What becomes of what names the provider; `stay`: other files of the manifest still have it. */
export type References = 'go' | 'stay'

/**
 * Take a provider out of a manifest: of `providers` and of all overlays, and whatever names it or one of its
 * models. Every other byte stays.
 *
 * @param file of which `readYaml` has no errors to tell
 * @throws InvalidInput `not-editable` where one place of the text stands for several
 */
export function removeProvider(
  file: ManifestText,
  id: string,
  references: References,
): RemovedProvider {
  const outline = outlineOf(file.path, file.text)
  const fields = membersOf(outline, outline.root, outline.end)
  const facts: RemovalFact[] = []
  const search: Search = { outline, id, references, facts }
  const own = searchLayer(search, fields, undefined)
  const overlays = searchOverlays(search, fields)
  const top = takingOf(outline.root, fields, [...own.gone, ...overlays.gone])
  const takings = [top, ...own.takings, ...overlays.takings].filter(({ gone }) => gone.size > 0)
  const spans = merged(takings.flatMap((taking) => takeOut(outline, taking)))
  for (const { node, members, gone } of takings) {
    for (const member of members) if (gone.has(member)) refuseReferred(outline, node, member, spans)
  }
  const splices: readonly Splice[] = [
    // Of what is at the same place, this comes first.
    ...own.emptied.map((at) => ({ start: at, end: at, text: ' {}' })),
    ...spans.map((span) => ({ ...span, text: '' })),
  ]
  const text = outline.bom + applySplices(outline.original, splices)
  const expect = (tree: Parameters<typeof withoutProvider>[0]): typeof tree =>
    withoutProvider(tree, id, references)
  proveEdit(file, text, { expect, removed: spans, outline })
  facts.push(...commentsAbove(outline, takings, spans))
  return { text, lines: own.lines, facts: facts.toSorted((a, b) => a.line - b.line) }
}

/** Comments that stay above what goes, and may have been about it. */
function commentsAbove(
  outline: Outline,
  takings: readonly Taking[],
  spans: readonly Span[],
): readonly RemovalFact[] {
  const gone = takings.flatMap((taking) => [...taking.gone])
  return gone.flatMap(({ start }): readonly RemovalFact[] => {
    const at = freeCommentAbove(outline, start)
    if (at === undefined || spans.some((span) => span.start <= at && at < span.end)) return []
    return [{ what: 'comment-above', line: lineOf(outline, at) }]
  })
}

interface Search {
  readonly outline: Outline
  readonly id: string
  readonly references: References
  readonly facts: RemovalFact[]
}

interface Found {
  /** Members of the layer that go as a whole. */
  readonly gone: readonly Member[]
  readonly takings: readonly Taking[]
  /** Where `{}` is to stand for providers that are all gone. */
  readonly emptied: readonly number[]
  readonly lines?: RemovedProvider['lines']
}

function takingOf(node: Collection, members: readonly Member[], gone: readonly Member[]): Taking {
  return { node, members, gone: new Set(gone) }
}

/** @param machine name of the overlay; undefined for the manifest itself */
function searchLayer(
  search: Search,
  fields: readonly Member[],
  machine: string | undefined,
): Found {
  const provided = searchProviders(search, fields, machine)
  const rest = search.references === 'stay' ? NOTHING : searchReferences(search, fields, machine)
  return {
    gone: [...provided.gone, ...rest.gone],
    takings: [...provided.takings, ...rest.takings],
    emptied: provided.emptied,
    ...(provided.lines === undefined ? {} : { lines: provided.lines }),
  }
}

const NOTHING: Found = { gone: [], takings: [], emptied: [] }

function searchProviders(
  { outline, id, facts }: Search,
  fields: readonly Member[],
  machine: string | undefined,
): Found {
  const field = fields.find(({ name }) => name === 'providers')
  if (field === undefined || !isMap(field.value)) return NOTHING
  const members = membersOf(outline, field.value, field.limit)
  const member = members.find(({ name }) => name === id)
  if (member === undefined) return NOTHING
  const line = lineOf(outline, member.start)
  if (machine !== undefined) facts.push({ what: 'overlay-provider', machine, line })
  if (members.length === 1 && machine !== undefined) {
    return { gone: [field], takings: [], emptied: [] }
  }
  const taking = takingOf(field.value, members, [member])
  const lines = { first: line, last: lineOf(outline, Math.max(member.start, member.end - 1)) }
  const isBlock = field.value.srcToken?.type === 'block-map'
  const emptied = members.length === 1 && isBlock ? [contentEndBefore(outline, member.start)] : []
  return { gone: [], takings: [taking], emptied, ...(machine === undefined ? { lines } : {}) }
}

function searchReferences(
  { outline, id, facts }: Search,
  fields: readonly Member[],
  machine: string | undefined,
): Found {
  const gone: Member[] = []
  const takings: Taking[] = []
  for (const field of fields) {
    const { name = '', value } = field
    const fact = { field: name, machine, line: lineOf(outline, field.start) }
    if (isModelField(name) && isScalar(value) && startsWith(value.value, `${id}/`)) {
      gone.push(field)
      facts.push({ what: 'reference', ...fact })
    }
    if (!isProviderList(name) || !isSeq(value)) continue
    const elements = membersOf(outline, value, field.limit)
    const naming = elements.filter(
      (element) => isScalar(element.value) && element.value.value === id,
    )
    if (naming.length === 0) continue
    if (naming.length === elements.length) gone.push(field)
    else takings.push(takingOf(value, elements, naming))
    facts.push({ what: naming.length === elements.length ? 'list' : 'element', ...fact })
  }
  return { gone, takings, emptied: [] }
}

function isModelField(name: string): boolean {
  return name === 'model' || name === 'small_model'
}

function isProviderList(name: string): boolean {
  return name === 'enabled_providers' || name === 'disabled_providers'
}

function startsWith(value: unknown, start: string): boolean {
  return typeof value === 'string' && value.startsWith(start)
}

function searchOverlays(search: Search, fields: readonly Member[]): Found {
  const { outline, facts } = search
  const field = fields.find(({ name }) => name === 'machines')
  if (field === undefined || !isMap(field.value)) return NOTHING
  const overlays = membersOf(outline, field.value, field.limit)
  const gone: Member[] = []
  const takings: Taking[] = []
  for (const overlay of overlays) {
    const { name: machine = '', value } = overlay
    if (!isMap(value)) continue
    const inside = membersOf(outline, value, overlay.limit)
    const found = searchLayer(search, inside, machine)
    if (found.gone.length > 0 && found.gone.length === inside.length) {
      gone.push(overlay)
      facts.push({ what: 'overlay', machine, line: lineOf(outline, overlay.start) })
      continue
    }
    takings.push(takingOf(value, inside, found.gone), ...found.takings)
  }
  if (gone.length > 0 && gone.length === overlays.length) {
    return { gone: [field], takings, emptied: [] }
  }
  return { gone: [], takings: [...takings, takingOf(field.value, overlays, gone)], emptied: [] }
}

/** What goes may have an anchor that an alias which stays stands for. */
function refuseReferred(
  outline: Outline,
  node: Collection,
  member: Member,
  spans: readonly Span[],
): void {
  const [alias] = aliasesInto(outline, node, member).filter(
    ({ range: [at] }) => !spans.some(({ start, end }) => at >= start && at < end),
  )
  if (alias === undefined) return
  const [at] = alias.range
  const message = `the alias "*${alias.source}" stands for a part of what would be removed, on line ${lineOf(outline, member.start)}`
  throw notEditable(outline, at, message)
}

/** Spans that overlap or touch as one, in order. */
function merged(spans: readonly Span[]): readonly Span[] {
  const ordered = spans
    .filter(({ start, end }) => end > start)
    .toSorted((a, b) => a.start - b.start)
  const done: Span[] = []
  for (const span of ordered) {
    const last = done.at(-1)
    if (last === undefined || span.start > last.end) done.push(span)
    else done[done.length - 1] = { start: last.start, end: Math.max(last.end, span.end) }
  }
  return done
}
