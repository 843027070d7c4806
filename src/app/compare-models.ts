import type { Diagnostic } from '../core/diagnostic.ts'
import { serverOf } from '../core/live/key-check.ts'
import { declaredModels } from '../core/offer/declared-models.ts'
import { compareOffer } from '../core/offer/compare-offer.ts'
import type { ComparedModel } from '../core/offer/compare-offer.ts'
import type { ListingKind } from '../core/offer/listing-kind.ts'
import type { Choices, Decision, TrustedFlow } from '../core/plan/plan.ts'
import { OpgenError } from '../errors.ts'
import type { HttpPatience } from '../system/system.ts'
import { askOffer } from './ask-offer.ts'
import { loadLive, recordTrusted } from './live-keys.ts'
import type { Session } from './session.ts'

export interface CompareRequest {
  readonly id: string
  readonly choices: Choices
  /** For one request. */
  readonly patience: HttpPatience
}

export type Compared =
  | {
      readonly state: 'compared'
      readonly baseURL: string | undefined
      readonly kind: ListingKind
      readonly models: readonly ComparedModel[]
      readonly notes: readonly string[]
      readonly trusted: readonly TrustedFlow[]
      readonly warnings: readonly Diagnostic[]
    }
  /** Its key may not be sent there before that is decided: the server was not asked. */
  | { readonly state: 'undecided'; readonly decisions: readonly Decision[] }

/**
 * Ask a provider's server which models it has, and put them beside those that the manifest declares.
 *
 * @throws OpgenError `no-offer` when there is no answer; all that {@link loadLive} throws
 */
export async function compareModels(session: Session, request: CompareRequest): Promise<Compared> {
  const { id, choices, patience } = request
  const scene = await loadLive(session, { ids: [id], choices })
  const [live] = scene.providers
  if (live === undefined) throw new OpgenError({ code: 'not-here', provider: id })
  if (live.key.state === 'undecided') return { state: 'undecided', decisions: scene.decisions }
  const offer = await askOffer(session.system, live, patience)
  await recordTrusted(session, scene)
  if (offer.state !== 'offered') {
    throw new OpgenError({ code: 'no-offer', provider: id, words: offer.words })
  }
  const { provider } = live
  const server = serverOf(provider)
  return {
    state: 'compared',
    baseURL: typeof server === 'string' ? undefined : server.baseURL,
    kind: provider.listing ?? 'openai',
    models: compareOffer(declaredModels(provider), offer.models),
    notes: offer.notes,
    trusted: scene.trusted,
    warnings: scene.warnings,
  }
}
