import { harmless } from '../core/format-diagnostic.ts'
import type { Ladder } from '../core/live/ground.ts'
import type { CheckedModel } from '../core/live/offered.ts'
import type { Rung, StepName } from '../core/live/rung.ts'
import { wayToKey } from '../core/plan/plan-key.ts'
import { describeRung } from '../ladder-words.ts'
import type { System } from '../system/system.ts'
import type { LiveProvider } from './live-keys.ts'
import { variable } from './paths.ts'

/** A step of a ladder in words. */
export interface LadderStep {
  readonly step: StepName
  readonly ok: boolean
  readonly ms: number
  readonly detail: string
  /** It could not be judged, for the reason in `detail`. */
  readonly skipped?: true
  /** For one that failed: what to do. */
  readonly hint?: string
}

export interface VerifiedProvider {
  readonly id: string
  readonly baseURL: string | undefined
  readonly steps: readonly LadderStep[]
  readonly models: readonly CheckedModel[]
  /** `undecided`: nothing was asked before a decision. `unknown`: nothing failed, for nothing could be asked. */
  readonly state: 'works' | 'failed' | 'undecided' | 'unknown'
}

/** A ladder as it is told. */
export function inWords(ladder: Ladder, live: LiveProvider, system: System): VerifiedProvider {
  const { provider, key } = live
  const { baseURL } = ladder
  const climbed = {
    provider: provider.id,
    npm: provider.npm,
    baseURL,
    wayToKey: wayToKey(provider, 'one'),
    unreadable: key.state === 'unreadable' ? key.words : undefined,
    flag: key.state === 'undecided' ? key.decision.flag : undefined,
    hasExtraAuthorities: variable(system.machine, 'NODE_EXTRA_CA_CERTS') !== undefined,
  }
  const steps = ladder.rungs.map((rung): LadderStep => {
    const { step, ms, found } = rung
    const { detail, hint } = describeRung(rung, climbed)
    return {
      step,
      ok: found.state !== 'failed',
      ms: Math.round(ms),
      detail,
      ...(found.state === 'skipped' ? { skipped: true } : {}),
      ...(hint === undefined ? {} : { hint }),
    }
  })
  const models = ladder.models.map(({ suggestion, ...model }) => ({
    ...model,
    ...(suggestion === undefined ? {} : { suggestion: harmless(suggestion) }),
  }))
  return { id: provider.id, baseURL, steps, models, state: stateOf(ladder.rungs) }
}

function stateOf(rungs: readonly Rung[]): VerifiedProvider['state'] {
  if (rungs.some(({ found }) => found.what === 'key-undecided')) return 'undecided'
  if (rungs.some(({ found }) => found.state === 'failed')) return 'failed'
  return rungs.some(({ found }) => found.state === 'ok') ? 'works' : 'unknown'
}
