import { expect } from 'vitest'
import { type Edit, editJson, type EditResult } from '../../../../src/core/jsonc/edit.ts'
import { parseJsonDocument, type Syntax } from '../../../../src/core/jsonc/parse.ts'
import { proveEdit } from '../../../../src/core/jsonc/prove.ts'

/** Edit a text, and prove the edit. */
export function run(
  before: string,
  edits: readonly Edit[],
  inner: ReadonlyMap<string, string> = new Map(),
  syntax: Syntax = 'jsonc',
): EditResult {
  const parsed = parseJsonDocument(before, syntax)
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message)
  const options = { syntax, inner }
  const result = editJson(parsed.document, edits, options)
  if ('problem' in result) throw new Error(result.problem.message)
  expect(proveEdit(parsed.document, result.text, edits, options)).toBeUndefined()
  return result
}

/** Edits with the path as a pointer (RFC 6901, without escapes). */
export const set = (pointer: string, value: Extract<Edit, { op: 'set' }>['value']): Edit => ({
  op: 'set',
  path: pointer.split('/').slice(1),
  value,
})
export const remove = (pointer: string): Edit => ({
  op: 'delete',
  path: pointer.split('/').slice(1),
})
export const add = (pointer: string, value: string): Edit => ({
  op: 'add-element',
  path: pointer.split('/').slice(1),
  value,
})
export const takeOut = (pointer: string, value: string): Edit => ({
  op: 'remove-element',
  path: pointer.split('/').slice(1),
  value,
})

export interface Case {
  readonly name: string
  readonly before: string
  readonly edits: readonly Edit[]
  readonly after: string
}
