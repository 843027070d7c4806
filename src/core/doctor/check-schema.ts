import type { JsonDocument, JsonNode, Member, ObjectNode } from '../jsonc/parse.ts'
import type { Path } from '../json.ts'
import { chooseForm } from './choose-form.ts'
import { CONFIG_SCHEMA, memberSchema, resolved } from './opencode-schema.ts'
import type { Schema } from './opencode-schema.ts'

/** A value within a document. */
export interface Spot {
  readonly node: JsonNode
  /** Its name within the object, or its number within the list, around it. */
  readonly name: string
  /** Offset of its name; of itself where it has none. */
  readonly nameAt: number
  readonly parent: Spot | undefined
}

/** What OpenCode makes of a value that is not as its schema says. All but `unknown` stop OpenCode 1. */
export type SchemaProblem =
  /** It must be something else. */
  | { readonly kind: 'unfit'; readonly spot: Spot; readonly schema: Schema }
  /** It lacks a member: one of these. */
  | { readonly kind: 'missing'; readonly spot: Spot; readonly names: readonly string[] }
  /** It is one element too many. */
  | { readonly kind: 'surplus'; readonly spot: Spot }
  /** It is dropped: the object around it has other members. */
  | { readonly kind: 'unknown'; readonly spot: Spot; readonly known: readonly string[] }

/** Documents do not change, and more than one rule asks. */
const CHECKED = new WeakMap<JsonDocument, readonly SchemaProblem[]>()

/** Walk a document beside OpenCode's schema. Of duplicate names the last counts, as it does for OpenCode. */
export function checkSchema(document: JsonDocument): readonly SchemaProblem[] {
  const known = CHECKED.get(document)
  if (known !== undefined) return known
  const { root } = document
  const problems = checkValue(CONFIG_SCHEMA, {
    node: root,
    name: '',
    nameAt: root.start,
    parent: undefined,
  })
  CHECKED.set(document, problems)
  return problems
}

/** The same for one value. */
export function checkValue(schema: Schema, spot: Spot): readonly SchemaProblem[] {
  const found: SchemaProblem[] = []
  check(schema, spot, found)
  return found
}

export function pathOf({ name, parent }: Spot): Path {
  return parent === undefined ? [] : [...pathOf(parent), name]
}

function check(schema: Schema, spot: Spot, found: SchemaProblem[]): void {
  const wanted = resolved(schema)
  if (wanted.anyOf !== undefined) {
    for (const problem of chooseForm(wanted, spot, checkValue)) found.push(problem)
    return
  }
  const isRight = wanted.type === undefined || isOfKind(wanted, spot.node)
  if (!isRight) found.push({ kind: 'unfit', spot, schema: wanted })
  else if (spot.node.kind === 'object') checkMembers(wanted, spot, found)
  else if (spot.node.kind === 'array') checkElements(wanted, spot, found)
}

/** Whether a value is of the type, and, unless it has others in it, one of the values that may stand there. */
function isOfKind(schema: Schema, node: JsonNode): boolean {
  if (node.kind !== 'scalar') return node.kind === schema.type
  if (schema.type === 'string') return isText(schema, node.value)
  if (schema.type !== 'boolean') return isNumber(schema, node.value)
  return typeof node.value === 'boolean' && (schema.enum?.includes(node.value) ?? true)
}

function isText({ enum: allowed, pattern }: Schema, value: unknown): boolean {
  if (typeof value !== 'string') return false
  // What OpenCode fills in there cannot be told.
  if (holdsToken(value)) return true
  if (pattern !== undefined && !new RegExp(pattern).test(value)) return false
  return allowed?.includes(value) ?? true
}

/** Not all that JSON can write: no number is infinite, and whole ones are exact. */
function isNumber(schema: Schema, value: unknown): boolean {
  if (schema.type !== 'number' && schema.type !== 'integer') return false
  if (typeof value !== 'number' || !Number.isFinite(value)) return false
  if (schema.type === 'integer' && !Number.isSafeInteger(value)) return false
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity } = schema
  return value >= minimum && value <= maximum && value > exclusiveMinimum
}

/** Whether OpenCode puts something else in the place of a part of a text. */
export function holdsToken(value: string): boolean {
  return value.includes('{env:') || value.includes('{file:')
}

function checkMembers(schema: Schema, spot: Spot, found: SchemaProblem[]): void {
  if (spot.node.kind !== 'object') return
  const members = membersOf(spot.node)
  for (const [name, { keyStart, value }] of members) {
    const inside: Spot = { node: value, name, nameAt: keyStart, parent: spot }
    const wanted = memberSchema(schema, name)
    if (wanted !== undefined) check(wanted, inside, found)
    else if (schema.additionalProperties === false && !holdsToken(name)) {
      const known = Object.keys(schema.properties ?? {})
      found.push({ kind: 'unknown', spot: inside, known })
    }
  }
  for (const name of schema.required ?? []) {
    const mayBeThere = members.has(name) || [...members.keys()].some(holdsToken)
    if (!mayBeThere) found.push({ kind: 'missing', spot, names: [name] })
  }
}

/** The members that count. One that is called `__proto__` OpenCode drops, wherever it stands. */
export function membersOf({ members }: ObjectNode): ReadonlyMap<string, Member> {
  const found = new Map(members.map((member) => [member.key, member]))
  found.delete('__proto__')
  return found
}

function checkElements({ items, prefixItems }: Schema, spot: Spot, found: SchemaProblem[]): void {
  if (spot.node.kind !== 'array') return
  const { elements } = spot.node
  elements.forEach(({ value }, index) => {
    const inside: Spot = { node: value, name: String(index), nameAt: value.start, parent: spot }
    const wanted = prefixItems === undefined ? items : prefixItems[index]
    if (wanted !== undefined) check(wanted, inside, found)
    else if (prefixItems !== undefined) found.push({ kind: 'surplus', spot: inside })
  })
  const lacking = prefixItems?.slice(elements.length) ?? []
  lacking.forEach((_, index) => {
    found.push({ kind: 'missing', spot, names: [String(elements.length + index)] })
  })
}
