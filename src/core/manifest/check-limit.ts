import type { Diagnostic } from '../diagnostic.ts'
import { compactionByDefault, limitOf, roomOf } from '../doctor/compaction.ts'
import type { Source } from '../source.ts'
import { entriesOf, field, toJson } from './node.ts'
import type { Node } from './node.ts'
import { quote } from './words.ts'

/**
 * Check a `limit` whose shape is right: OpenCode 1.18 refuses every request for an output that is no whole
 * number above 0, and compacts a session without end where a limit leaves it no room (contract 4.2).
 */
export function checkLimit(limit: Node | undefined): readonly Diagnostic[] {
  const sizes = entriesOf(limit).map(([name, { value }]) => ({ name, node: value }))
  const hasAll = ['context', 'output'].every((name) => field(limit, name) !== undefined)
  if (limit === undefined || !hasAll || !sizes.every(({ node }) => isNumber(node))) return []
  const odd = sizes.find(({ node }) => !isSize(node))
  if (odd !== undefined) {
    return [badLimit(odd.node.source, `${quote(odd.name)} must be a whole number above 0`)]
  }
  const room = roomOf(limitOf(sizesOf(sizes)), compactionByDefault)
  if (room === undefined || room.tokens > 0) return []
  const source = (field(limit, 'input') ?? field(limit, 'output') ?? limit).source
  return [badLimit(source, `${room.sum}: OpenCode would compact without end`)]
}

interface Size {
  readonly name: string
  readonly node: Node
}

function sizesOf(sizes: readonly Size[]): Readonly<Record<string, ReturnType<typeof toJson>>> {
  return Object.fromEntries(sizes.map(({ name, node }) => [name, toJson(node)]))
}

function isNumber(node: Node): boolean {
  return node.kind === 'scalar' && typeof node.value === 'number'
}

function isSize(node: Node): boolean {
  return node.kind === 'scalar' && Number.isSafeInteger(node.value) && Number(node.value) > 0
}

function badLimit(source: Source, message: string): Diagnostic {
  return {
    code: 'bad-limit',
    severity: 'error',
    message,
    source,
    hint: 'take the sizes of the server; `opgen update` finds many where "limit" is left out',
  }
}
