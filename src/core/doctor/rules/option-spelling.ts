import { isBundled } from '../../adapters.ts'
import { isJsonObject } from '../../json.ts'
import type { JsonValue } from '../../json.ts'
import { quote } from '../../manifest/words.ts'
import { Secret } from '../../secret.ts'
import { isEditable } from '../config-repair.ts'
import { membersAt, nameOf, placeOf } from '../merged-config.ts'
import type { MergedNode } from '../merged-config.ts'
import { isOnlyKey, respelt, reworded } from '../option-names.ts'
import { atName } from '../rule.ts'
import type { Found, Repair, Rule } from '../rule.ts'
import type { Scene, SceneProvider } from '../scene.ts'

export const optionSpelling: Rule = {
  code: 'option-spelling',
  severity: 'warning',
  title: "an option of a provider that is spelt in another way than OpenCode's",
  cause:
    'under "options" anything may stand: OpenCode hands it to the adapter, which does not know it either, and goes on as if it were not there',
  fix: 'write the name as OpenCode spells it',
  source: 'contract 1.4, 2',
  check: (scene) =>
    scene.providers.flatMap((provider) => {
      const options = membersAt(provider.node, ['options'])
      return options.flatMap((option) => {
        const right = meantOption(provider, nameOf(option))
        return right === undefined ? [] : [foundOf({ scene, provider, options }, option, right)]
      })
    }),
}

/** The option that a name was meant to be; undefined where the adapter may know it as it is. */
function meantOption(provider: SceneProvider, name: string): string | undefined {
  if (name === 'baseUrl' && readsBaseUrl(provider)) return undefined
  const spelt = respelt(name)
  if (spelt !== undefined) return spelt
  const { adapter } = provider
  if (adapter === '@ai-sdk/anthropic' && /^auth[-_]?token$/i.test(name)) {
    return name === 'authToken' ? undefined : 'authToken'
  }
  // Adapters with names of their own for where requests go, and with which key.
  return adapter !== undefined && PLAIN.has(adapter) ? reworded(name) : undefined
}

/** OpenRouter's adapter takes it where there is no `baseURL`. */
function readsBaseUrl({ id, adapter, models }: SceneProvider): boolean {
  if (adapter === undefined && OPENROUTER_IDS.has(id)) return true
  const adapters = [adapter, ...models.map((model) => adapterOf(model.block['provider']))]
  return adapters.includes('@openrouter/ai-sdk-provider')
}

/** What the catalogue speaks to with that adapter. */
const OPENROUTER_IDS: ReadonlySet<string> = new Set(['openrouter', 'standardcompute'])

function adapterOf(provider: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(provider) ? provider['npm'] : undefined
}

const PLAIN: ReadonlySet<string> = new Set([
  '@ai-sdk/openai-compatible',
  '@ai-sdk/openai',
  '@ai-sdk/anthropic',
  '@ai-sdk/google',
])

interface Around {
  readonly scene: Scene
  readonly provider: SceneProvider
  readonly options: readonly MergedNode[]
}

function foundOf(around: Around, option: MergedNode, right: string): Found {
  const { provider, options } = around
  const isThere = options.some((other) => nameOf(other) === right)
  const name = quote(nameOf(option))
  const message = isThere
    ? `${name} in the options of ${quote(provider.id)} is not read, but "${right}" beside it`
    : `${name} in the options of ${quote(provider.id)} is not "${right}", which OpenCode reads`
  return {
    message,
    fix: isThere ? `take ${name} out` : `write "${right}"`,
    severity: !isThere && isFatal(around, option, right) ? 'error' : 'warning',
    provider: provider.id,
    at: atName(placeOf(option)),
    ...(isThere ? {} : repairOf(around, option, right)),
  }
}

/** Whether the provider cannot work without it, as far as can be told. */
function isFatal({ scene, provider }: Around, { value }: MergedNode, right: string): boolean {
  const { block, inCatalogue, adapter } = provider
  if (adapter === undefined || !isBundled(adapter)) return false
  if (right === 'apiKey') return isOnlyKey(scene, provider, value)
  return right === 'baseURL' && !inCatalogue && block['api'] === undefined
}

function repairOf(
  { provider, options }: Around,
  option: MergedNode,
  right: string,
): { readonly repair?: Repair } {
  const { layer } = placeOf(option)
  const { value, path } = option
  const isRight = right === 'headers' ? isJsonObject(value) : typeof value === 'string'
  const isOnly =
    options.filter((other) => meantOption(provider, nameOf(other)) === right).length === 1
  const isKnown = provider.adapter !== undefined && isBundled(provider.adapter)
  if (!RENAMED.has(right) || !isRight || !isOnly || !isKnown || !isEditable(layer)) return {}
  // What is merged of several files cannot be renamed in one.
  if (option.places.length > 1) return {}
  const isKey = right === 'apiKey' && typeof value === 'string'
  const edits = [
    { path, value: undefined },
    { path: [...path.slice(0, -1), right], value: isKey ? new Secret(value) : value },
  ]
  return { repair: { target: 'config', file: layer.file, edits } }
}

const RENAMED: ReadonlySet<string> = new Set(['baseURL', 'apiKey', 'headers'])
