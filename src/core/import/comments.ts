import type { Path } from '../json.ts'
import type { JsonDocument, JsonNode, ObjectNode, Span } from '../jsonc/parse.ts'

/** A comment of a JSON file, and what it is about. */
export interface FoundComment {
  /** Of the member that it stands above or beside; of the object, where it stands before its end. */
  readonly path: Path
  readonly place: 'above' | 'beside' | 'end'
  /** Without its marks; may have several lines. */
  readonly text: string
}

/** All comments within the root object that stand at members of objects, in order. */
export function commentsOf(document: JsonDocument): readonly FoundComment[] {
  return document.comments.flatMap((comment) => {
    const { root, text } = document
    if (comment.start < root.start || comment.end > root.end) return []
    return [{ ...placeOf(text, comment, { node: root, path: [] }), text: contentOf(text, comment) }]
  })
}

const LINE_BREAK = /[\r\n]/

interface Within {
  readonly node: ObjectNode
  readonly path: Path
}

function placeOf(
  text: string,
  comment: Span,
  { node, path }: Within,
): Pick<FoundComment, 'path' | 'place'> {
  const items = itemsOf(node, path)
  const around = items.find(({ start, value }) => start < comment.start && value.end > comment.end)
  if (around !== undefined) {
    const { value } = around
    // Between a name and its value, or in a list: about the member.
    if (value.kind !== 'object' || comment.start < value.start) {
      return { path: around.path, place: 'above' }
    }
    return placeOf(text, comment, { node: value, path: around.path })
  }
  const before = items.findLast(({ value }) => value.end <= comment.start)
  const after = items.find(({ start }) => start >= comment.end)
  const parting = before === undefined ? '\n' : text.slice(before.value.end, comment.start)
  const following = after === undefined ? '\n' : text.slice(comment.end, after.start)
  // Behind the comma, and before the next member in the same line, it is about that.
  const isAbove = parting.includes(',') && !LINE_BREAK.test(following)
  if (before !== undefined && !LINE_BREAK.test(parting) && !isAbove) {
    return { path: before.path, place: 'beside' }
  }
  return after === undefined ? { path, place: 'end' } : { path: after.path, place: 'above' }
}

interface Item {
  readonly path: Path
  readonly start: number
  readonly value: JsonNode
}

/** A list is one thing. */
function itemsOf(node: ObjectNode, path: Path): readonly Item[] {
  return node.members.map(({ key, keyStart, value }) => {
    return { path: [...path, key], start: keyStart, value }
  })
}

function contentOf(text: string, { start, end }: Span): string {
  if (text[start + 1] === '/') return text.slice(start + 2, end)
  const lines = text.slice(start + 2, end - 2).split(/\r\n?|\n/)
  const plain = lines.map((line, index) => (index === 0 ? line : line.replace(/^\s*\*? ?/, ' ')))
  const from = plain.findIndex(isFull)
  return from < 0 ? '' : plain.slice(from, plain.findLastIndex(isFull) + 1).join('\n')
}

function isFull(line: string): boolean {
  return line.trim() !== ''
}
