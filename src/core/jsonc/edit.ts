import { type Pointer, toPointer } from '../json.ts'
import { changeContainer, type ContainerChange } from './container.ts'
import { type Draft, type Edit, makeDraft } from './draft.ts'
import type { ElementList } from './elements.ts'
import { commentsWithin } from './gap.ts'
import {
  beginsLine,
  type ContainerNode,
  fileLayout,
  hasBreak,
  indentAt,
  itemsOf,
  type Layout,
  layoutOf,
  type Lines,
  linesOf,
  lineStart,
} from './layout.ts'
import type {
  ArrayNode,
  JsonDocument,
  JsonNode,
  JsonProblem,
  ObjectNode,
  Scalar,
  Syntax,
} from './parse.ts'
import { print, type Printable, printItem } from './print.ts'
import { applySplices, type Splice } from './splice.ts'

export type { Edit } from './draft.ts'

export interface EditOptions {
  readonly syntax: Syntax
  /**
   * Text to put back between the brackets of a container that becomes empty: what {@link EditResult}
   * `opened` reported when the first member came in. Used only while its comments are still the same.
   */
  readonly inner?: ReadonlyMap<Pointer, string>
}

export interface EditResult {
  readonly text: string
  /**
   * Containers of the old text that were empty and got their first member now, with the text that stood
   * between their brackets (`''`, `' '`, `'\n  // note\n'`). Nothing else is needed to take the members
   * out again and have the same bytes as before.
   */
  readonly opened: ReadonlyMap<Pointer, string>
}

/**
 * Apply edits to a text: one pass, however many there are.
 *
 * What already has the wanted value is not touched. Comments always stay, also those inside and beside
 * what is deleted. New members come last in their object, in the style of the text around them.
 */
export function editJson(
  document: JsonDocument,
  edits: readonly Edit[],
  options: EditOptions,
): EditResult | { readonly problem: JsonProblem } {
  const drafted = makeDraft(document, edits)
  if ('problem' in drafted) return drafted
  const lines = linesOf(document.text)
  const job: Job = { document, lines, options, path: [], splices: [], opened: new Map() }
  rewrite(
    job,
    document.root,
    drafted.draft,
    once(() => fileLayout(document, lines)),
  )
  return { text: applySplices(document.text, job.splices), opened: job.opened }
}

interface Job {
  readonly document: JsonDocument
  readonly lines: Lines
  readonly options: EditOptions
  /** Of the value in hand. */
  readonly path: string[]
  readonly splices: Splice[]
  readonly opened: Map<Pointer, string>
}

/** Bring a value of the old text to what is wanted in its place. */
function rewrite(job: Job, old: JsonNode, { want }: Draft, outer: () => Layout): void {
  if (want.kind === 'object' && old.kind === 'object') {
    rewriteObject(job, old, want, outer)
  } else if (want.kind === 'array' && old.kind === 'array') {
    rewriteArray(job, old, want.list, outer)
  } else if (want.kind === 'scalar' && old.kind === 'scalar') {
    if (!Object.is(want.value, old.value)) replace(job, old, want.value, outer)
  } else if (want.kind === 'spelt') {
    if (job.document.text.slice(old.start, old.end) !== want.text) {
      replace(job, old, printableOf({ old, want }), outer)
    }
  } else if (want.kind !== 'old' && want.kind !== 'absent') {
    replace(job, old, printableOf({ old, want }), outer)
  }
}

function rewriteObject(
  job: Job,
  node: ObjectNode,
  want: Extract<Draft['want'], { kind: 'object' }>,
  outer: () => Layout,
): void {
  const items = itemsOf(node)
  const layout = once(() => layoutOf(node, items, job.lines, outer()))
  const dropped = new Set<number>()
  for (const [index, { key, value }] of node.members.entries()) {
    const draft = want.members.get(key)
    if (draft === undefined ? want.fresh : draft.want.kind === 'absent') dropped.add(index)
    else if (draft !== undefined) {
      job.path.push(key)
      rewrite(job, value, draft, layout)
      job.path.pop()
    }
  }
  const additions: Addition[] = []
  for (const [key, draft] of want.members) {
    if (draft.old === undefined && draft.want.kind !== 'absent') {
      additions.push({ key, value: printableOf(draft) })
    }
  }
  change(job, { node, items, dropped, layout }, additions)
}

function rewriteArray(job: Job, node: ArrayNode, list: ElementList, outer: () => Layout): void {
  const items = itemsOf(node)
  const kept = new Set([...list.items].map((item) => item.old))
  const dropped = new Set<number>()
  for (const [index, element] of node.elements.entries()) if (!kept.has(element)) dropped.add(index)
  const additions: Addition[] = []
  for (const { value, old } of list.items) if (old === undefined) additions.push({ value })
  const layout = once(() => layoutOf(node, items, job.lines, outer()))
  change(job, { node, items, dropped, layout }, additions)
}

/** Most containers on the way to an edit are not written themselves, and need no layout. */
function once(make: () => Layout): () => Layout {
  let made: Layout | undefined
  return () => (made ??= make())
}

interface Addition {
  readonly key?: string
  readonly value: Printable
}

function change(
  job: Job,
  container: Pick<ContainerChange, 'node' | 'items' | 'dropped' | 'layout'>,
  additions: readonly Addition[],
): void {
  const { document, lines, options } = job
  const { node, items, dropped } = container
  if (dropped.size === 0 && additions.length === 0) return
  const pointer = toPointer(job.path)
  if (items.length === 0) job.opened.set(pointer, document.text.slice(node.start + 1, node.end - 1))
  const layout = once(() => {
    const own = container.layout()
    return items.length === 0 ? emptyLayout(job, node, own, additions) : own
  })
  const printed = additions.map(({ key, value }) =>
    printItem(key, value, layout(), layout().itemIndent),
  )
  const { syntax } = options
  const inner = options.inner?.get(pointer)
  changeContainer(
    { document, lines, splices: job.splices },
    { ...container, layout, additions: printed, inner, syntax },
  )
}

/** An empty array takes plain values on its line where they fit, as a new array does. */
function emptyLayout(
  { document, lines }: Job,
  node: ContainerNode,
  layout: Layout,
  additions: readonly Addition[],
): Layout {
  const inner = document.text.slice(node.start + 1, node.end - 1)
  if (node.kind === 'object' || inner.trim() !== '' || hasBreak(inner)) return layout
  const plain = additions.flatMap(({ value }) => (isPlain(value) ? [value] : []))
  if (plain.length < additions.length) return layout
  const place = { indent: layout.indent, column: node.start - lineStart(lines, node.start) }
  const fits = !hasBreak(print(plain, layout, place))
  return fits ? { ...layout, oneLine: true, edge: '' } : layout
}

function isPlain(value: Printable): value is Scalar {
  return typeof value !== 'object' || value === null
}

/** Put another value in the place of one. */
function replace(job: Job, old: JsonNode, value: Printable, outer: () => Layout): void {
  const { lines } = job
  const style = outer()
  const indent = indentAt(lines, old.start)
  const column = old.start - lineStart(lines, old.start)
  const text = commentsOf(job, old, style.eol + indent) + print(value, style, { indent, column })
  job.splices.push({ start: old.start, end: old.end, text })
}

/** The comments inside a value that goes, to stand before the new one; each on its line if it had one. */
function commentsOf({ document }: Job, old: JsonNode, newLine: string): string {
  const pieces: string[] = []
  let atLineStart = false
  for (const { start, end } of commentsWithin(document, old)) {
    const comment = document.text.slice(start, end)
    if (!atLineStart && beginsLine(document.text, start)) pieces.push(newLine)
    atLineStart = comment.startsWith('//')
    pieces.push(comment, atLineStart ? newLine : ' ')
  }
  return pieces.join('')
}

function printableOf({ old, want }: Draft): Printable {
  switch (want.kind) {
    case 'scalar':
      return want.value
    case 'spelt':
      return () => want.text
    case 'array':
      return [...want.list.items].map((item) => item.value)
    case 'object': {
      const present = [...want.members].filter(([, draft]) => draft.want.kind !== 'absent')
      return new Map(present.map(([key, draft]) => [key, printableOf(draft)]))
    }
    case 'old':
    case 'absent':
      throw new Error(
        `nothing to print for a value that is ${old === undefined ? 'absent' : 'kept'}`,
      )
  }
}
