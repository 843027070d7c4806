import * as z from 'zod/mini'
import type { Diagnostic } from '../diagnostic.ts'
import { suggestField } from './field-slips.ts'
import { child, field, keySourceAt, nodeAt, toJson } from './node.ts'
import type { Node, NodePath } from './node.ts'
import { describeValue, quote } from './words.ts'

type Issue = z.core.$ZodIssue
type Schema = z.core.$ZodType

/** Where the explanation of an issue starts: unions nest their issues. */
interface Place {
  readonly root: Node
  readonly path: NodePath
  readonly schema: Schema
}

/**
 * Check a tree against a zod schema, and say what is wrong in opgen's words. A schema's own message
 * is read as what the value must be, e.g. `a positive whole number or false`.
 *
 * @param skip paths below which problems are left to somebody else
 */
export function checkShape(
  root: Node,
  schema: Schema,
  skip: (path: NodePath) => boolean = () => false,
): readonly Diagnostic[] {
  const result = z.safeParse(schema, toJson(root))
  if (result.success) return []
  const place: Place = { root, path: [], schema }
  return result.error.issues.flatMap((issue) => explain(issue, place, skip))
}

function explain(
  issue: Issue,
  place: Place,
  skip: (path: NodePath) => boolean,
): readonly Diagnostic[] {
  const path = [...place.path, ...issue.path]
  if (skip(path)) return []
  const schema = schemaAt(place, issue.path)
  const node = nodeAt(place.root, path)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .filter((key) => !skip([...path, key]))
      .map((key) => unknownField(place.root, [...path, key], fieldsOf(settle(schema, node))))
  }
  if (issue.code === 'invalid_union' && schema instanceof z.ZodMiniUnion) {
    const branch = fittingBranch(schema, node)
    const branchSchema = branch === undefined ? undefined : schema.def.options[branch]
    if (branch !== undefined && branchSchema !== undefined) {
      const inside: Place = { root: place.root, path, schema: branchSchema }
      return (issue.errors[branch] ?? []).flatMap((nested) => explain(nested, inside, skip))
    }
  }
  if (node === undefined) {
    // A merge that went wrong, which has been told, could have brought the field.
    const unmerged = field(nodeAt(place.root, path.slice(0, -1)), '<<') !== undefined
    return unmerged ? [] : [missingField(place.root, path)]
  }
  return [
    {
      code:
        issue.code === 'invalid_type' || issue.code === 'invalid_union'
          ? 'wrong-type'
          : 'bad-value',
      severity: 'error',
      message: `${labelOf(path)} must be ${issue.message}, not ${shownAt(path, node)}`,
      source: node.source,
      ...typeHint(issue, node),
    },
  ]
}

/**
 * The branch of a union that the input was meant for, by its kind: a list, a map with the fields that
 * a branch demands, any other map; undefined for a single value.
 */
function fittingBranch(union: z.ZodMiniUnion, node: Node | undefined): number | undefined {
  const { options } = union.def
  const first = (test: (option: Schema) => boolean): number | undefined => {
    const index = options.findIndex((option) => test(unwrap(option)))
    return index < 0 ? undefined : index
  }
  if (node?.kind === 'list') return first((option) => option instanceof z.ZodMiniArray)
  if (node?.kind !== 'map') return undefined
  return (
    first((option) => option instanceof z.ZodMiniObject && hasRequired(option, node)) ??
    first((option) => option instanceof z.ZodMiniRecord) ??
    first((option) => option instanceof z.ZodMiniObject)
  )
}

function hasRequired(schema: z.ZodMiniObject, node: Node): boolean {
  return Object.entries(schema.def.shape).every(
    ([name, value]) => value instanceof z.ZodMiniOptional || field(node, name) !== undefined,
  )
}

function unknownField(root: Node, path: NodePath, allowed: readonly string[]): Diagnostic {
  const name = String(path.at(-1))
  return {
    code: 'unknown-field',
    severity: 'error',
    message: `unknown field ${quote(name)}`,
    source: keySourceAt(root, path),
    ...suggestField(name, allowed),
  }
}

function missingField(root: Node, path: NodePath): Diagnostic {
  const parent = path.slice(0, -1)
  return {
    code: 'missing-field',
    severity: 'error',
    message:
      parent.length === 0
        ? `missing ${quote(String(path.at(-1)))}`
        : `missing ${quote(String(path.at(-1)))} in ${labelOf(parent)}`,
    source: keySourceAt(root, parent),
  }
}

/** A file that is no map at all may be any file, reached by a link: nothing of it is shown. */
function shownAt(path: NodePath, node: Node): string {
  const isWhole = path.length === 0 && node.kind === 'scalar'
  return isWhole ? 'a single value' : describeValue(toJson(node))
}

/** `"timeout"`, or `item 2 of "env"`. */
function labelOf(path: NodePath): string {
  const last = path.at(-1)
  if (last === undefined) return 'the file'
  return typeof last === 'number'
    ? `item ${last + 1} of ${labelOf(path.slice(0, -1))}`
    : quote(String(last))
}

function typeHint(issue: Issue, node: Node): { readonly hint?: string } {
  if (node.kind !== 'scalar') return {}
  const { value } = node
  if (issue.code === 'invalid_union' && issue.message.startsWith('a text or ')) {
    return value === null ? {} : { hint: 'put it in quotes' }
  }
  if (issue.code !== 'invalid_type') return {}
  if (value === null && (issue.expected === 'record' || issue.expected === 'object')) {
    return { hint: 'write its fields below it, or `{}` if there are none' }
  }
  if (issue.expected === 'string' && value !== null) return { hint: 'put it in quotes' }
  if (typeof value !== 'string') return {}
  if (issue.expected === 'boolean' && /^(?:yes|no|on|off)$/i.test(value)) {
    return { hint: 'YAML 1.2 knows only true and false' }
  }
  const bare =
    (issue.expected === 'boolean' && /^(?:true|false)$/.test(value)) ||
    (issue.expected === 'number' && value.trim() !== '' && Number.isFinite(Number(value)))
  return bare ? { hint: 'remove the quotes' } : {}
}

/** The schema of what stands at `path` below a place, where the schema has anything to say of it. */
function schemaAt({ root, path: start, schema }: Place, path: NodePath): Schema | undefined {
  let current: Schema | undefined = unwrap(schema)
  let node = nodeAt(root, start)
  for (const step of path) {
    current = stepInto(settle(current, node), step)
    node = child(node, step)
  }
  // A union itself is asked for where its own problems are explained.
  return current
}

/** The branch of a union that fits, else the schema as it is. */
function settle(schema: Schema | undefined, node: Node | undefined): Schema | undefined {
  if (!(schema instanceof z.ZodMiniUnion)) return schema
  const branch = fittingBranch(schema, node)
  const chosen = branch === undefined ? undefined : schema.def.options[branch]
  return chosen === undefined ? undefined : unwrap(chosen)
}

function stepInto(schema: Schema | undefined, step: PropertyKey): Schema | undefined {
  let next: Schema | undefined
  if (schema instanceof z.ZodMiniObject) next = schema.def.shape[String(step)]
  else if (schema instanceof z.ZodMiniRecord) next = schema.def.valueType
  else if (schema instanceof z.ZodMiniArray) next = schema.def.element
  return next === undefined ? undefined : unwrap(next)
}

function unwrap(schema: Schema): Schema {
  return schema instanceof z.ZodMiniOptional || schema instanceof z.ZodMiniNullable
    ? unwrap(schema.def.innerType)
    : schema
}

function fieldsOf(schema: Schema | undefined): readonly string[] {
  return schema instanceof z.ZodMiniObject ? Object.keys(schema.def.shape) : []
}
