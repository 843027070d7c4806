import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Pointer } from '../json.ts'
import type { RecordedFile, RecordedState, RecordedValue } from './recorded.ts'

/**
 * What one apply, rollback, destroy or `doctor --fix` wrote: a numbered record, stored as a file of its own beside the
 * state. Holds fingerprints, never keys (spec "Generations").
 */
export interface Generation {
  readonly version: 1
  readonly number: number
  /** ISO 8601, UTC. */
  readonly time: string
  /** Version of opgen that wrote it. */
  readonly opgen: string
  readonly cause: Cause
  /** Null: none was read, as by `destroy`. */
  readonly manifest: { readonly path: string; readonly digest: string } | null
  readonly machine: GenerationMachine
  readonly changes: readonly GenerationChange[]
  /** By target: of the owned values that changed, what they were before; null: not owned. */
  readonly before: Readonly<Record<string, Readonly<Record<Pointer, RecordedValue | null>>>>
  /** What opgen owned afterwards. */
  readonly after: Owned
  readonly lists: GenerationLists
}

/** What made it. */
export type Cause = 'apply' | 'rollback' | 'destroy' | 'doctor'

/** The part of the state that a rollback brings back. */
export type Owned = Pick<RecordedState, 'files' | 'delivery' | 'keys' | 'seen' | 'repairs'>

export interface GenerationMachine {
  readonly hostname: string
  /** Its name in the manifest; null: it has none. */
  readonly name: string | null
  readonly profile: string | null
}

/** One line of the history. */
export interface GenerationChange {
  readonly id: string
  readonly action: 'create' | 'update' | 'delete' | 'adopt'
  readonly drifted: boolean
}

/** What the manifest said of OpenCode's lists of provider ids. */
export interface GenerationLists {
  readonly enabled: 'auto' | 'keep' | readonly string[]
  /** Null: the manifest did not have the list. */
  readonly disabled: readonly string[] | null
}

/** The owned values that differ between two states, as they were in the first. */
export function changedValues(
  before: RecordedState['files'],
  after: RecordedState['files'],
): Generation['before'] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  const changed = [...names].flatMap((name) => {
    const pointers = changedIn(before[name], after[name])
    return Object.keys(pointers).length === 0 ? [] : [[name, pointers] as const]
  })
  return Object.fromEntries(changed)
}

function changedIn(
  before: RecordedFile | undefined,
  after: RecordedFile | undefined,
): Readonly<Record<Pointer, RecordedValue | null>> {
  const [was, is] = [before?.values ?? {}, after?.values ?? {}]
  const pointers = new Set([...Object.keys(was), ...Object.keys(is)])
  return Object.fromEntries(
    [...pointers]
      .filter((pointer) => !isDeepStrictEqual(was[pointer]?.value, is[pointer]?.value))
      .map((pointer) => [pointer, was[pointer]?.value ?? null]),
  )
}

/** SHA-256 of a manifest's own text, without what it includes. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
