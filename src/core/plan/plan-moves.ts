import { fromPointer } from '../json.ts'
import type { Pointer } from '../json.ts'
import { Secret } from '../secret.ts'
import { ownsNothing } from '../state/recorded.ts'
import type { Move, OwnedValue, RecordedState } from '../state/recorded.ts'
import { findNode } from './actual.ts'
import type { FingerprintOf } from './actual.ts'
import type { Ending, FileDraft } from './draft.ts'
import { answerTo } from './plan.ts'
import type { Choices } from './plan.ts'
import type { ResolvedKey } from './plan-key.ts'

/*
 * Keys in plain text, in a configuration written by hand, that an import has put into the keychain. They
 * count as opgen's own as soon as it hands the key to OpenCode itself, and so they go.
 */

export interface MoveScene {
  readonly recorded: Pick<RecordedState, 'moves'>
  readonly keys: ReadonlyMap<string, ResolvedKey>
  readonly choices: Choices
  readonly fingerprintOf: FingerprintOf
  /** Real path of the manifest. */
  readonly manifest: string
  readonly ending?: Ending
}

/** The draft with the keys that go in this plan among what opgen owns: in memory alone, never recorded. */
export function withMoves(draft: FileDraft, scene: MoveScene): FileDraft {
  const taken = movesIn(draft, scene).filter(([, move]) => isTaken(move, scene))
  if (taken.length === 0) return draft
  const { old } = draft
  const own = taken.map(([pointer, { unit }]): [Pointer, OwnedValue] => {
    const json = textAt(draft, pointer) ?? ''
    return [pointer, { unit, origin: 'written', value: { json }, before: null }]
  })
  const manifest = ownsNothing(old) ? scene.manifest : old.manifest
  return {
    ...draft,
    old: { ...old, manifest, values: { ...old.values, ...Object.fromEntries(own) } },
  }
}

/** The state with the moves that are still to come when a plan has been carried out. */
export function afterMoves(
  state: RecordedState,
  drafts: ReadonlyMap<string, FileDraft>,
  scene: MoveScene,
): RecordedState {
  const left = [...drafts].flatMap(([path, draft]) => {
    const moves = movesIn(draft, scene).filter(([, move]) => !isTaken(move, scene))
    return moves.length === 0 ? [] : [[path, Object.fromEntries(moves)] as const]
  })
  const { moves: _, ...others } = state
  return left.length === 0 ? others : { ...others, moves: Object.fromEntries(left) }
}

/** Those whose key stands there as it was. What somebody has changed since is theirs. */
function movesIn(
  draft: FileDraft,
  { recorded, fingerprintOf, ending }: MoveScene,
): readonly (readonly [Pointer, Move])[] {
  if (ending?.kind === 'restore') return []
  return Object.entries(recorded.moves?.[draft.file.path] ?? {}).filter(([pointer, move]) => {
    const text = textAt(draft, pointer)
    return text !== undefined && fingerprintOf(new Secret(text)) === move.fingerprint
  })
}

function textAt({ file }: FileDraft, pointer: Pointer): string | undefined {
  const node = findNode(file, fromPointer(pointer))
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined
}

/** Whether the provider has its key from opgen in this plan, so that the one in the file may go. */
function isTaken({ unit, manifest }: Move, { keys, choices, ...scene }: MoveScene): boolean {
  const isPlanned = choices.only?.has(unit) ?? true
  // Whoever keeps another login in auth.json would be left with that one.
  const isKept = answerTo(choices, { id: unit, kind: 'conflict' }) === 'keep'
  return manifest === scene.manifest && keys.get(unit)?.state === 'present' && isPlanned && !isKept
}
