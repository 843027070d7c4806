import type { Secret } from '../secret.ts'
import type { WantedProvider } from '../wanted.ts'
import type { Askable } from './climbing.ts'
import type { KeyCheck } from './key-check.ts'
import type { CheckedModel, DeclaredModel } from './offered.ts'
import type { Endpoint } from './protocol.ts'
import type { Refusal } from './reception.ts'
import { rung } from './rung.ts'
import type { Rung } from './rung.ts'

/** What a request to a provider's server carries. */
export type LadderKey =
  | { readonly state: 'key' | 'placeholder'; readonly secret: Secret }
  | { readonly state: 'none' | 'external' | 'missing' | 'unreadable' | 'undecided' }

export interface Climber {
  readonly provider: WantedProvider
  readonly key: LadderKey
  /** Id of the model that is preferred for a completion, where it is one of this provider's. */
  readonly model: string | undefined
  /** Whether a completion is to be asked for, which costs a token. */
  readonly completes: boolean
}

/** The steps of one provider that were taken, and its models. */
export interface Ladder {
  /** Undefined: it is not known. */
  readonly baseURL: string | undefined
  readonly rungs: readonly Rung[]
  readonly models: readonly CheckedModel[]
}

/** What all questions to one server have in common. */
export interface Ground extends Askable {
  readonly climber: Climber
  /** Undefined: the adapter speaks a protocol of its own. */
  readonly endpoint: Endpoint | undefined
  readonly npm: string | undefined
  readonly declared: readonly DeclaredModel[]
}

/** What is above the ground. Without models: nothing is known of them. */
export interface Climbed extends Pick<Ladder, 'rungs'>, Partial<Pick<Ladder, 'models'>> {}

export type Question = Pick<KeyCheck, 'url' | 'proof'>

/** What it means for a key, or for none, that the server does not let whoever has it in. */
export function refusedRungs({ state }: LadderKey, refusal: Refusal): readonly Rung[] {
  const isAboutKey = refusal.kind === 'key-rejected' || refusal.kind === 'key-forbidden'
  if (isAboutKey && state === 'external') return EXTERNAL
  if (isAboutKey && state !== 'key') {
    const what = state === 'placeholder' ? 'placeholder-refused' : 'key-wanted'
    return [rung('key', { state: 'failed', what })]
  }
  return [rung('key', { state: 'failed', what: 'refused', refusal })]
}

/** Without OpenCode's own login there is nothing to be seen. */
const EXTERNAL: readonly Rung[] = (['key', 'models', 'protocol'] as const).map((step) =>
  rung(step, { state: 'skipped', what: 'external' }),
)
