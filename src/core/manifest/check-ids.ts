import type { Diagnostic } from '../diagnostic.ts'
import { keyVariable } from '../key-variable.ts'
import type { Source } from '../source.ts'
import { keyFoundAt } from './find-keys.ts'
import { keysIn } from './key-forms.ts'
import type { Entry } from './node.ts'
import { OBJECT_NAMES } from './object-names.ts'
import { quote } from './words.ts'

interface Id {
  readonly id: string
  readonly source: Source
  readonly keyIsNoText?: Entry['keyIsNoText'] | undefined
}

/** Check provider ids, one by one and against each other. */
export function checkIds(ids: readonly Id[]): readonly Diagnostic[] {
  const byCase = new Map<string, Id>()
  const byVariable = new Map<string, Id>()
  return ids.flatMap((current) => {
    const diagnostic =
      checkId(current) ??
      collision(current, byCase, current.id.toLowerCase(), (other) => ({
        code: 'ids-equal-but-case',
        message: `${quote(current.id)} and ${quote(other.id)} (${placeOf(other, current)}) differ only in case`,
        hint: 'choose another id: key stores and file systems may take them for one',
      })) ??
      collision(current, byVariable, keyVariable(current.id), (other) => ({
        code: 'key-variable-collision',
        message: `${quote(current.id)} and ${quote(other.id)} (${placeOf(other, current)}) share the variable ${keyVariable(current.id)}`,
        hint: 'choose another id, so that each can be given its own key',
      }))
    return diagnostic === undefined ? [] : [diagnostic]
  })
}

/** Where another id stands, as told at the place of this one. */
function placeOf({ source: other }: Id, { source }: Id): string {
  if (other.file === source.file) return `line ${other.line}`
  return `${quote(other.file.replace(/^.*[/\\]/, ''))}, line ${other.line}`
}

function collision(
  current: Id,
  seen: Map<string, Id>,
  name: string,
  describe: (other: Id) => Pick<Diagnostic, 'code' | 'message' | 'hint'>,
): Diagnostic | undefined {
  const other = seen.get(name)
  if (other !== undefined) {
    return { severity: 'error', source: current.source, ...describe(other) }
  }
  seen.set(name, current)
  return undefined
}

function checkId({ id, source, keyIsNoText }: Id): Diagnostic | undefined {
  if (keyIsNoText === true) {
    return {
      code: 'bad-id',
      severity: 'error',
      message: `a provider id must be text, not ${id}`,
      source,
      hint: 'put it in quotes',
    }
  }
  // It would be in every message and in both files. What merely begins like a key may be a name.
  if (keysIn(id).length > 0) return keyFoundAt(source)
  const problem = idProblem(id)
  if (problem === undefined) return undefined
  return {
    code: 'bad-id',
    severity: 'error',
    message: `${quote(id)} cannot be a provider id: ${problem}`,
    source,
  }
}

function idProblem(id: string): string | undefined {
  if (OBJECT_NAMES.has(id) || id === 'prototype') return 'JavaScript keeps this name for itself'
  if (id.length > 64) return 'it is longer than 64 characters'
  if (!/^[\w.-]*$/.test(id)) return 'use letters, digits, ".", "_" and "-"'
  return /^[A-Za-z0-9]/.test(id) ? undefined : 'it must start with a letter or a digit'
}
