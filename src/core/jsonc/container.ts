import { commentsWithin, type Gap, jointsOf, type Joint, type Part, tokensOf } from './gap.ts'
import {
  beginsLine,
  type ContainerNode,
  hasBreak,
  type Item,
  type Layout,
  type Lines,
} from './layout.ts'
import { type JsonDocument, parseJsonDocument, type Span, type Syntax } from './parse.ts'
import type { Splice } from './splice.ts'

export interface ContainerChange {
  readonly node: ContainerNode
  readonly items: readonly Item[]
  /** Indexes of the items that go. */
  readonly dropped: ReadonlySet<number>
  /** Printed items that come in at the end. */
  readonly additions: readonly string[]
  readonly layout: () => Layout
  /** The text between the brackets that is to come back when the container becomes empty. */
  readonly inner: string | undefined
  readonly syntax: Syntax
}

/** A text in work: splices are added to it. */
export interface Workpiece {
  readonly document: JsonDocument
  readonly lines: Lines
  readonly splices: Splice[]
}

/**
 * Take items out of a container and add others at its end.
 *
 * A comma belongs to the item before it: every item that has a successor keeps or gets one, and the
 * last one has one only where the container had a trailing comma.
 */
export function changeContainer(work: Workpiece, change: ContainerChange): void {
  const { node, items, dropped } = change
  let survivor: number | undefined
  let start = node.start + 1
  for (const [index, item] of items.entries()) {
    if (dropped.has(index)) continue
    if (index > (survivor ?? -1) + 1) {
      const comma = middleComma(work, items, survivor, index)
      const parts = partsOf(items, { after: survivor, before: index, comma })
      pushBlanks(work, jointsIn(work, { start, end: item.start, closes: false }, parts))
    }
    survivor = index
    start = item.end
  }
  changeTail(work, change, { start, survivor })
}

interface Tail {
  readonly start: number
  /** The last item that stays. */
  readonly survivor: number | undefined
}

function changeTail(work: Workpiece, change: ContainerChange, { start, survivor }: Tail): void {
  const { items, additions, node } = change
  const trailing = change.syntax === 'jsonc' && items.at(-1)?.comma !== undefined
  const last = survivor === undefined ? undefined : items[survivor]
  const adds = additions.length > 0
  const leading =
    adds && last !== undefined && !trailing && change.layout().leadingComma !== undefined
  const comma = trailing || (adds && !leading) ? survivor : undefined
  const parts = partsOf(items, { after: survivor, before: items.length, comma })
  const joints = jointsIn(work, { start, end: node.end - 1, closes: true }, parts)
  const end = joints.at(-1)
  if (end === undefined) return
  const atBracket = survivor === undefined && end.after === undefined
  if (adds) {
    if (comma !== undefined && last?.comma === undefined) {
      work.splices.push({ start, end: start, text: ',' })
    }
    pushBlanks(work, joints.slice(0, -1))
    const text = weave(change, end, { trailing, leading, atBracket })
    work.splices.push({ start: end.start, end: end.end, text })
    return
  }
  const inner =
    survivor === undefined && items.length > 0 ? innerOf(work.document, change) : undefined
  if (inner !== undefined) work.splices.push({ start, end: node.end - 1, text: inner })
  else if (atBracket && items.length > 0) work.splices.push({ start, end: end.end, text: '' })
  else pushBlanks(work, joints)
}

function jointsIn(
  { document, lines }: Workpiece,
  gap: Gap,
  parts: readonly Part[],
): readonly Joint[] {
  return jointsOf(document.text, gap, tokensOf(document, lines, gap, parts))
}

/** Which of the commas between two survivors stays: the first, or the one that leads the line of the second. */
function middleComma(
  { lines }: Workpiece,
  items: readonly Item[],
  after: number | undefined,
  before: number,
): number | undefined {
  if (after === undefined) return undefined
  const last = items[before - 1]?.comma
  return last !== undefined && beginsLine(lines.text, last) ? before - 1 : after
}

interface PartRange {
  readonly after: number | undefined
  readonly before: number
  /** The item whose comma stays. */
  readonly comma: number | undefined
}

function partsOf(items: readonly Item[], { after, before, comma }: PartRange): readonly Part[] {
  const parts: Part[] = []
  for (let index = after ?? 0; index < before; index += 1) {
    const item = items[index]
    if (item === undefined) break
    if (index !== after) parts.push({ start: item.start, end: item.end, kind: 'item', keep: false })
    if (item.comma === undefined) continue
    parts.push({ start: item.comma, end: item.comma + 1, kind: 'comma', keep: index === comma })
  }
  return parts
}

function pushBlanks({ document, splices }: Workpiece, joints: readonly Joint[]): void {
  for (const { start, end, blank } of joints) {
    if (document.text.slice(start, end) !== blank) splices.push({ start, end, text: blank })
  }
}

interface Ending {
  readonly trailing: boolean
  readonly leading: boolean
  /** Nothing stays between the opening bracket and the additions. */
  readonly atBracket: boolean
}

/** The additions, in the blanks before the closing bracket. Those blanks are all still there afterwards. */
function weave(
  { items, additions, layout }: ContainerChange,
  joint: Joint,
  ending: Ending,
): string {
  const { eol, comma, edge, indent, itemIndent, oneLine, leadingComma } = layout()
  const { blank, after } = joint
  if (ending.leading && leadingComma !== undefined) {
    const lead = `${eol}${leadingComma.indent},${leadingComma.gap}`
    return lead + additions.join(lead) + blank
  }
  const first = ending.atBracket ? edge : comma
  const lead = oneLine && after?.kind !== 'line-comment' ? first : eol + itemIndent
  const separator = `,${oneLine ? comma : eol + itemIndent}`
  const body = additions.join(separator) + (ending.trailing ? ',' : '')
  if (items.length > 0 || hasBreak(blank)) return lead + body + blank
  const tail = oneLine ? edge : eol + indent
  if (lead.endsWith(blank) || tail.endsWith(blank)) return lead + body + tail
  return (blank.endsWith(lead) ? blank : blank + lead) + body + tail
}

/** The recorded inner text, if it is nothing but blanks and the very comments that stand there now. */
function innerOf(
  document: JsonDocument,
  { node, inner, syntax }: ContainerChange,
): string | undefined {
  if (inner === undefined) return undefined
  const parsed = parseJsonDocument(`{${inner}}`, syntax)
  if (!parsed.ok || parsed.document.root.members.length > 0) return undefined
  const recorded = parsed.document.comments.map((span) => cut(parsed.document, span))
  const present = commentsWithin(document, node).map((span) => cut(document, span))
  return recorded.join('\n') === present.join('\n') ? inner : undefined
}

function cut(document: JsonDocument, { start, end }: Span): string {
  return document.text.slice(start, end)
}
