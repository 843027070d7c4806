import type { JsonObject } from '../json.ts'
import { nameSome } from '../doctor/name-some.ts'
import { quote } from '../manifest/words.ts'
import { nearest } from '../nearest.ts'
import { declaredModels } from '../offer/declared-models.ts'
import type { DeclaredModel } from '../offer/declared-models.ts'
import { isForChats } from '../offer/not-chat.ts'
import type { ModelFacts, OfferedModel } from '../offer/model-facts.ts'
import { settleFacts } from '../offer/settle-facts.ts'
import type { WantedProvider } from '../wanted.ts'
import { isChosen } from './chosen.ts'
import { isOfManifest, LOCKED_FIELDS } from './lock.ts'
import { lockable } from './locked-fields.ts'
import type { LockedModel, LockedServer } from './lock.ts'

/** What is known of the models of a provider. */
export interface Knowledge {
  /** Undefined: its server told nothing. */
  readonly offered: readonly OfferedModel[] | undefined
  /** What OpenCode's catalogue says of a model of this id. */
  readonly catalogued: (id: string) => ModelFacts | undefined
  /** Whether its server did not answer every question about its models. */
  readonly isPartial: boolean
  /** What was known of it before. */
  readonly former: LockedServer | undefined
  /** For the places of what was learnt. */
  readonly file: string
}

/** What is to be locked of a server, and what is worth saying about it. */
export interface LockedOffer {
  readonly server: LockedServer
  readonly notes: readonly string[]
}

/**
 * Choose the models that a provider is to have, and settle what is known of each. Where the manifest says
 * something itself, that is what is locked.
 *
 * @param provider as the manifest and its preset alone have it
 */
export function lockServer(provider: WantedProvider, knowledge: Knowledge): LockedOffer {
  const { offered = [], catalogued, file, isPartial } = knowledge
  const { discovery } = provider
  const byId = new Map(offered.map((model) => [model.id, model]))
  const declared = declaredModels(provider)
  const source = { file, line: 1, column: 1 }
  const models = new Map<string, LockedModel>()
  const notes: string[] = []
  const settle = (key: string, apiId: string, given: JsonObject): void => {
    const known = byId.get(apiId)
    const server = known?.facts
    const facts = settleFacts({ server, catalogue: catalogued(apiId), given: own(given) })
    const former = isPartial ? knowledge.former?.models.get(key) : undefined
    const model = { values: lockable(facts.values), from: facts.from, source }
    models.set(key, former === undefined ? model : withFormer(model, former))
    for (const note of [...(known?.notes ?? []), ...facts.notes])
      notes.push(`${quote(key)}: ${note}`)
  }
  const found = discovery === undefined ? [] : offered.filter(({ id }) => isChosen(discovery, id))
  const chats = found.filter(isForChats)
  for (const { id } of chats) if (!declared.has(id)) settle(id, id, {})
  for (const [key, { apiId, given }] of declared) settle(key, apiId, given)
  if (knowledge.offered !== undefined) notes.push(...notOffered(declared, byId))
  const left = found.length - chats.length
  if (left > 0) notes.push(`${left} left out that ${left === 1 ? 'is' : 'are'} not for chats`)
  notes.push(...idlePatterns(provider, offered))
  return { server: { discovery, models, source }, notes }
}

/** What the manifest says, as far as it can be locked. */
function own(given: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(lockable(given)).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  )
}

/** A model with what its server has said of it before, where it says nothing now. */
function withFormer(model: LockedModel, former: LockedModel): LockedModel {
  const names = LOCKED_FIELDS.filter((name) => {
    return (
      model.values[name] === undefined &&
      former.values[name] !== undefined &&
      !isOfManifest(former.from, name)
    )
  })
  const isKept = (place: string): boolean =>
    names.some((name) => place === name || place.startsWith(`${name}.`))
  const origins = Object.entries(former.from).filter(([place]) => isKept(place))
  return {
    ...model,
    values: {
      ...model.values,
      ...Object.fromEntries(names.map((name) => [name, former.values[name]])),
    },
    from: { ...model.from, ...Object.fromEntries(origins) },
  }
}

/** Models of the manifest that the server does not have. */
function notOffered(
  declared: ReadonlyMap<string, DeclaredModel>,
  offered: ReadonlyMap<string, OfferedModel>,
): readonly string[] {
  const missing = [...declared.values()].map(({ apiId }) => apiId).filter((id) => !offered.has(id))
  const [only] = missing
  if (only === undefined) return []
  const guess = missing.length === 1 ? nearest(only, offered.keys()) : undefined
  const hint = guess === undefined ? '' : `; is it ${quote(guess)} now?`
  return [`${nameSome(missing)} ${missing.length === 1 ? 'is' : 'are'} not offered${hint}`]
}

/** A pattern that matches nothing is most likely a slip. */
function idlePatterns(
  { discovery }: WantedProvider,
  offered: readonly OfferedModel[],
): readonly string[] {
  return (discovery?.include ?? []).flatMap((pattern) => {
    const alone = { include: [pattern], exclude: [] }
    const isIdle = !offered.some(({ id }) => isChosen(alone, id))
    return isIdle ? [`${quote(pattern)} under "include" matches no model`] : []
  })
}
