import type { Severity } from '../../diagnostic.ts'
import { isJsonObject } from '../../json.ts'
import { quote } from '../../manifest/words.ts'
import { errorOf1, isIncomplete, mayHaveMore, UNLESS_MORE } from '../certainty.ts'
import { filtersOf, offerOf } from '../declared-models.ts'
import { mergedAt, placeOf } from '../merged-config.ts'
import { counted } from '../name-some.ts'
import { hidingLists } from '../provider-lists.ts'
import { atName } from '../rule.ts'
import type { Found, Rule } from '../rule.ts'
import { hasLine } from '../scene.ts'
import { modelFiltered } from './model-filters.ts'
import { providerListRules } from './provider-lists.ts'

const DROPPED = 'OpenCode drops such a provider without a word'

const noModels: Rule = {
  code: 'no-models',
  severity: 'error',
  title: 'a provider without a model that could be chosen',
  cause: DROPPED,
  fix: 'declare its models under `models`',
  source: 'contract 2; anomalyco/opencode#6231',
  check: (scene) => {
    if (isIncomplete(scene)) return []
    const hiding = hidingLists(scene)
    const judged: Pick<Found, 'severity' | 'cause'> = mayHaveMore(scene)
      ? { severity: 'warning', cause: `${UNLESS_MORE}${DROPPED}` }
      : { severity: errorOf1(scene) }
    return scene.providers.flatMap((provider): Found[] => {
      const { id, node, block } = provider
      if (provider.inCatalogue || hiding(id) !== undefined) return []
      // Of what is no object, and stops OpenCode, another rule tells.
      if (block['models'] !== undefined && !isJsonObject(block['models'])) return []
      const { keys, filtered } = offerOf(scene, provider)
      if (keys.size > 0) return []
      const taken = filtered.size === 0 ? undefined : filtersOf(filtered)
      return [
        {
          message:
            taken === undefined
              ? `${quote(id)} has no models`
              : `${quote(id)} has no model left: ${taken} takes away ${filtered.size === 1 ? 'the only one' : `all ${filtered.size}`}`,
          fix:
            taken === undefined
              ? `declare the models of ${quote(id)} under "models"`
              : `let a model of ${quote(id)} through`,
          ...judged,
          provider: id,
          at: atName(placeOf(node)),
        },
      ]
    })
  },
}

const noAdapter: Rule = {
  code: 'no-adapter',
  severity: 'info',
  title: "a provider of one's own that names no adapter in `npm`",
  cause:
    'OpenCode 1 takes "@ai-sdk/openai-compatible"; OpenCode 2 has no default, and drops the models as of an unsupported package',
  fix: 'write `npm`, as "@ai-sdk/openai-compatible"',
  source: 'contract 2, 9; survey 4',
  check: (scene) =>
    scene.providers.flatMap(({ id, inCatalogue, block, models, node }): Found[] => {
      if (inCatalogue || block['npm'] !== undefined || models.length === 0) return []
      if (models.every((model) => mergedAt(model.node, ['provider', 'npm']) !== undefined))
        return []
      return [
        {
          message: `${quote(id)} names no adapter`,
          fix: 'add "npm": "@ai-sdk/openai-compatible"',
          ...(hasLine(scene, 2) ? { severity: 'warning' } : {}),
          provider: id,
          at: atName(placeOf(node)),
        },
      ]
    }),
}

const MOVING: readonly (readonly string[])[] = [['options', 'baseURL'], ['npm'], ['api']]

const catalogueId: Rule = {
  code: 'catalogue-id',
  severity: 'info',
  title: "an id of OpenCode's catalogue, with an address or adapter of one's own",
  cause:
    'OpenCode lists the models of its catalogue beside the declared ones, and sends those, too, to an address in `options.baseURL`',
  fix: 'give the provider an id of its own, or name the models to keep in `whitelist`',
  source: 'contract 2, 4.1; anomalyco/opencode#27853',
  check: (scene) =>
    scene.providers.flatMap((provider): Found[] => {
      const { id, inCatalogue, block, models, node } = provider
      const [first] = MOVING.flatMap((path) => mergedAt(node, path) ?? [])
      if (!inCatalogue || first === undefined || block['whitelist'] !== undefined) return []
      const { keys, isKnown } = offerOf(scene, provider)
      const declared = new Set(models.map(({ key }) => key))
      const others = [...keys].filter((key) => !declared.has(key)).length
      if (isKnown && others === 0) return []
      const isMoved = mergedAt(node, ['options', 'baseURL']) !== undefined
      return [
        {
          message: `OpenCode knows ${quote(id)} by itself, and lists ${isKnown ? counted(others, 'other model') : 'its own models'} there${isMoved ? ', at this address' : ''}`,
          provider: id,
          at: atName(placeOf(first)),
        },
      ]
    }),
}

const badProviderId: Rule = {
  code: 'bad-provider-id',
  severity: 'error',
  title: 'an id that no provider can have',
  cause:
    "OpenCode takes what stands before the first slash of a model's name for the provider, and keeps providers in an object whose own members must not be among them",
  fix: 'give the provider another id, of letters, digits, dots, hyphens and underscores',
  source: 'contract 3.2, 4.3',
  check: (scene) =>
    scene.providers.flatMap(({ id, node }): Found[] => {
      const fault = idFault(id)
      if (fault === undefined) return []
      const { reason, cause } = fault
      const severity: Severity = fault.isFatal ? errorOf1(scene) : 'warning'
      const at = atName(placeOf(node))
      return [{ message: `${quote(id)} ${reason}`, cause, severity, provider: id, at }]
    }),
}

interface IdFault {
  readonly reason: string
  readonly cause: string
  readonly isFatal: boolean
}

function idFault(id: string): IdFault | undefined {
  if (id.includes('/')) {
    const cause =
      'OpenCode takes what stands before the first slash for the provider, and finds none'
    return { reason: 'has a slash, so that none of its models can be named', cause, isFatal: true }
  }
  if (id === '__proto__') {
    return { reason: 'is no id', cause: 'OpenCode drops the block without a word', isFatal: true }
  }
  if (Object.hasOwn(Object.prototype, id)) {
    const cause = 'OpenCode 1 ends with "Unexpected error" as soon as it looks for providers'
    return { reason: 'is a name that every object of JavaScript has', cause, isFatal: true }
  }
  if (id !== '' && id.trim() === id) return undefined
  const reason = id === '' ? 'is empty' : 'has white space around it'
  const cause =
    'it belongs to the id: what names the provider without it, as a login, is for another one'
  return { reason, cause, isFatal: false }
}

export const providerRules: readonly Rule[] = [
  ...providerListRules,
  noModels,
  modelFiltered,
  noAdapter,
  catalogueId,
  badProviderId,
]
