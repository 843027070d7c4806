import type { Generation } from '../core/state/generation.ts'
import { readGenerations } from './generation-store.ts'
import type { Session } from './session.ts'
import { readState } from './state-store.ts'

/** What is said of a generation: all but the values. */
export type GenerationLine = Omit<Generation, 'version' | 'before' | 'after' | 'lists'>

export interface History {
  /** Those that are kept, oldest first. */
  readonly generations: readonly GenerationLine[]
  /** Number of the newest; null before the first. */
  readonly current: number | null
}

export async function readHistory({ system }: Session): Promise<History> {
  const { state } = await readState(system)
  const kept = await readGenerations(system)
  const generations = kept
    // One that was written ahead of a state that never came is none.
    .filter(({ number }) => number <= state.generation)
    .map(({ number, time, opgen, cause, manifest, machine, changes }) => {
      return { number, time, opgen, cause, manifest, machine, changes }
    })
  return {
    generations: generations.toReversed(),
    current: state.generation === 0 ? null : state.generation,
  }
}
