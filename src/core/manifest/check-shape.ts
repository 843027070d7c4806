import * as z from 'zod/mini'
import type { Diagnostic } from '../diagnostic.ts'
import { suggestField } from './field-slips.ts'
import { keySourceAt, nodeAt, toJson } from './node.ts'
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
  const schema = schemaAt(place.schema, issue.path)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .filter((key) => !skip([...path, key]))
      .map((key) => unknownField(place.root, [...path, key], fieldsOf(schema)))
  }
  if (issue.code === 'invalid_union' && schema instanceof z.ZodMiniUnion) {
    const branch = fittingBranch(issue.errors, nodeAt(place.root, path))
    const branchSchema = branch === undefined ? undefined : schema.def.options[branch]
    if (branch !== undefined && branchSchema !== undefined) {
      const inside: Place = { root: place.root, path, schema: branchSchema }
      return (issue.errors[branch] ?? []).flatMap((nested) => explain(nested, inside, skip))
    }
  }
  const node = nodeAt(place.root, path)
  if (node === undefined) return [missingField(place.root, path)]
  return [
    {
      code:
        issue.code === 'invalid_type' || issue.code === 'invalid_union'
          ? 'wrong-type'
          : 'bad-value',
      severity: 'error',
      message: `${labelOf(path)} must be ${issue.message}, not ${describeValue(toJson(node))}`,
      source: node.source,
      ...typeHint(issue, node),
    },
  ]
}

/**
 * The branch of a union that the input was most likely meant for; undefined when it is of another
 * kind than all of them. Problems of the branch as a whole count more than those inside it, so that
 * one wrong field does not turn the input into something else.
 */
function fittingBranch(
  branches: readonly (readonly Issue[])[],
  node: Node | undefined,
): number | undefined {
  let best: number | undefined
  let bestScore = Infinity
  for (const [index, issues] of branches.entries()) {
    const score = issues.reduce((sum, issue) => sum + misfit(issue, node), 0)
    if (score < bestScore) [best, bestScore] = [index, score]
  }
  return best
}

function misfit(issue: Issue, node: Node | undefined): number {
  if (issue.path.length === 0) {
    return issue.code === 'unrecognized_keys' || issue.code === 'too_small' ? 1000 : Infinity
  }
  const missing = node !== undefined && nodeAt(node, issue.path) === undefined
  return missing && issue.path.length === 1 ? 1000 : 1
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

/** `"timeout"`, or `item 2 of "env"`. */
function labelOf(path: NodePath): string {
  const last = path.at(-1)
  if (last === undefined) return 'the file'
  return typeof last === 'number'
    ? `item ${last + 1} of ${labelOf(path.slice(0, -1))}`
    : quote(String(last))
}

function typeHint(issue: Issue, node: Node): { readonly hint?: string } {
  if (node.kind !== 'scalar' || issue.code !== 'invalid_type') return {}
  const { value } = node
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

/** The schema of what stands at `path` below a schema, as far as maps and lists lead there. */
function schemaAt(schema: Schema, path: NodePath): Schema | undefined {
  let current: Schema | undefined = unwrap(schema)
  for (const step of path) {
    if (current instanceof z.ZodMiniObject) current = current.def.shape[String(step)]
    else if (current instanceof z.ZodMiniRecord) current = current.def.valueType
    else if (current instanceof z.ZodMiniArray) current = current.def.element
    else return undefined
    if (current !== undefined) current = unwrap(current)
  }
  return current
}

function unwrap(schema: Schema): Schema {
  return schema instanceof z.ZodMiniOptional || schema instanceof z.ZodMiniNullable
    ? unwrap(schema.def.innerType)
    : schema
}

function fieldsOf(schema: Schema | undefined): readonly string[] {
  return schema instanceof z.ZodMiniObject ? Object.keys(schema.def.shape) : []
}
