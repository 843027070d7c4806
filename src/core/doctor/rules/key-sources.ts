import { fallbackVariables, isBundled, keyTraits, takesFallback } from '../../adapters.ts'
import type { KeyPlace } from '../../adapters.ts'
import { LOCAL_IDS, LOGIN_IDS } from '../../catalogue.ts'
import { listed, quote } from '../../manifest/words.ts'
import { classifyHost, originOf } from '../../url.ts'
import { adaptersOf } from '../adapters-in.ts'
import { addressesOf, isLocal, mayHoldKey } from '../addresses-in.ts'
import { mayHaveMore } from '../certainty.ts'
import { faultOf, withoutScheme } from '../key-fault.ts'
import type { KeyFault } from '../key-fault.ts'
import { hasOutsideKey, isSet, keyTextsOf, loginKey, namesUnderEnv } from '../keys-in.ts'
import type { KeyText } from '../keys-in.ts'
import { mergedAt, placeOf, textAt } from '../merged-config.ts'
import { hidingLists } from '../provider-lists.ts'
import { atName, atValue } from '../rule.ts'
import type { At, Found, Rule } from '../rule.ts'
import type { Scene, SceneProvider } from '../scene.ts'
import { isLackExplained } from '../told-elsewhere.ts'
import { isVendors } from '../vendor-hosts.ts'

const keyThatWins: Rule = {
  code: 'key-that-wins',
  severity: 'warning',
  title: 'a key in the block of a provider that has a login in auth.json as well',
  cause:
    'OpenCode 1 takes the key in the block, whatever it holds; OpenCode 2 takes what it has imported from auth.json',
  fix: 'leave one of the two: take "apiKey" out, or run `opencode auth logout`',
  source: 'contract 3.3, 9; anomalyco/opencode#39065, #28821',
  check: (scene) =>
    scene.providers.flatMap((provider): Found[] => {
      const { id } = provider
      const login = loginKey(scene, id)
      const winner = keyTextsOf(scene, provider).find((text) => wins(text, provider))
      if (login === undefined || login === '' || winner === undefined) return []
      const { what, kind, node, filled } = winner
      const field = kind === 'header' ? `the ${what}` : what
      const fix = `leave one of the two: take ${field} out, or the login with \`opencode auth logout\``
      const found = { provider: id, at: atValue(placeOf(node)), fix }
      if (kind === 'authToken') {
        return [
          {
            ...found,
            message: `"${id}" has an ${what} and a login in auth.json`,
            cause: 'the adapter refuses to have both: "Failed to initialize provider"',
            severity: 'error',
          },
        ]
      }
      const isSame = withoutScheme(filled.text) === login.trim()
      return [
        {
          ...found,
          message: isSame
            ? `"${id}" has the same key in its ${what} and in auth.json`
            : `the ${what} of "${id}" wins over its login in auth.json, which is another key`,
          ...(isSame ? { severity: 'info' as const } : {}),
        },
      ]
    }),
}

/** What a text may be besides that does not tell of the login already. */
const WINNING_FAULTS: readonly KeyFault[] = ['bearer', 'characters', 'outer-space', 'dummy']

/** Whether a text counts before the login; one that comes to nothing is told of for that. */
function wins(text: KeyText, provider: SceneProvider): boolean {
  const fault = faultOf(text)
  if (fault !== undefined && !WINNING_FAULTS.includes(fault)) return false
  const traits = [...adaptersOf(provider)].flatMap((npm) => keyTraits(npm) ?? [])
  switch (text.kind) {
    case 'apiKey':
      return true
    case 'authToken':
      return traits.some(({ hasAuthToken }) => hasAuthToken)
    case 'header': {
      const name = text.header.toLowerCase()
      return !text.isOfModel && traits.some(({ keyHeader }) => keyHeader === name)
    }
  }
}

const fallbackKey: Rule = {
  code: 'fallback-key',
  severity: 'error',
  title: 'no key of its own, with an adapter that takes one from the environment',
  cause: 'the adapter takes the key of its vendor from a variable, and sends it to this address',
  fix: 'give the provider a key of its own',
  source: 'contract 0, 5',
  check: (scene) =>
    scene.providers.flatMap((provider): Found[] => {
      const { id, node, models } = provider
      if (models.length === 0 || mergedAt(node, ['options', 'apiKey']) !== undefined) return []
      const names = namesUnderEnv(provider)
      if (hasOutsideKey(scene, id, names.length === 1 ? names : [])) return []
      for (const npm of adaptersOf(provider)) {
        const found = fallbackFault(scene, provider, npm)
        if (found !== undefined) return [{ ...found, provider: id }]
      }
      return []
    }),
}

function fallbackFault(scene: Scene, provider: SceneProvider, npm: string): Found | undefined {
  const variables = fallbackVariables(npm)
  const places = keyTextsOf(scene, provider).map(keyPlaceOf)
  const isGiven = places.some((place) => !takesFallback(npm, place))
  if (!isBundled(npm) || variables.length === 0 || isGiven) return undefined
  const { id, node, inCatalogue } = provider
  const address = addressesOf(scene, provider).find(({ adapters }) => adapters.has(npm))
  const set = variables.find((name) => isSet(scene, name))
  if (set === undefined) {
    // Others have a login of their own beside their variables, as that of gcloud.
    const mayLogIn = takesFallback(npm, { kind: 'reference' }) || inCatalogue
    return mayLogIn || isLackExplained(scene, provider)
      ? undefined
      : {
          message: `"${id}" has no key, and "${npm}" sends no request without one`,
          cause: 'OpenCode says that the API key is missing',
          fix: waysToAKey(provider),
          at: atName(placeOf(node)),
          ...(mayHaveMore(scene) ? { severity: 'warning' } : {}),
        }
  }
  if (address?.url === undefined || isVendors(address.url, npm)) return undefined
  const host = originOf(address.url).replace(/^[a-z]+:\/\/(?:.*@)?/i, '')
  const isOwn = classifyHost(address.url) !== 'public'
  return {
    message: `"${id}" has no key, so that ${set} is sent to ${quote(host)}`,
    fix: `give it a key of its own, or take another adapter than "${npm}"`,
    at: atValue(placeOf(address.node)),
    ...(isOwn ? { severity: 'warning' as const } : {}),
  }
}

function waysToAKey({ id, isManaged }: SceneProvider): string {
  return isManaged
    ? `store it with \`opgen key set ${id}\`, and run \`opgen apply\``
    : 'write {env:NAME} as its "apiKey", or run `opencode auth login`'
}

function keyPlaceOf({ kind, header }: KeyText): KeyPlace {
  return kind === 'header' ? { kind, name: header, format: '{key}' } : { kind }
}

const noKey: Rule = {
  code: 'no-key',
  severity: 'warning',
  title: 'a provider on the internet without a key in sight',
  cause: 'OpenCode asks it without a key, and most servers refuse that',
  fix: 'give it a key',
  source: 'contract 3.3, 8',
  check: (scene) => [
    ...shownProviders(scene).flatMap((provider) =>
      isLackExplained(scene, provider) ? [] : keylessFault(scene, provider),
    ),
    ...namedOnly(scene),
  ],
}

function keylessFault(scene: Scene, provider: SceneProvider): readonly Found[] {
  const { id, node, inCatalogue } = provider
  const names = namesUnderEnv(provider)
  const isGiven = keyTextsOf(scene, provider).some(({ kind, isKey }) => kind === 'apiKey' || isKey)
  const addresses = addressesOf(scene, provider)
  if (isGiven || isLocal(addresses) || addresses.some(mayHoldKey)) return []
  const at = atName(placeOf(node))
  if (inCatalogue) {
    const variables = names.length > 0 ? names : scene.catalogue.variables(id)
    return addresses.length > 0 && addresses.every(({ url }) => url === undefined)
      ? []
      : catalogueFault(scene, { id, variables, at })
  }
  // What takes a key from elsewhere is told of for that, and so are several names under `env`.
  const adapters = [...adaptersOf(provider)]
  const isPlain =
    adapters.length > 0 && adapters.every((npm) => keyTraits(npm)?.worksWithoutKey === true)
  const isPublic = addresses.some(
    ({ url }) => url !== undefined && URL.canParse(url) && classifyHost(url) === 'public',
  )
  if (!isPlain || !isPublic || names.length > 1 || hasOutsideKey(scene, id, names)) return []
  const [name] = names
  return [
    {
      message:
        name === undefined
          ? `no key for "${id}" is in sight`
          : `no key for "${id}" is in sight: ${quote(name).slice(1, -1)} is not set`,
      fix: waysToAKey(provider),
      provider: id,
      at,
    },
  ]
}

interface CatalogueCase {
  readonly id: string
  readonly variables: readonly string[] | undefined
  readonly at: At
}

/** Providers of the catalogue that do without a key, or have a login that is no variable. */
const KEYLESS_IDS: ReadonlySet<string> = new Set([
  ...LOCAL_IDS,
  ...LOGIN_IDS,
  'opencode',
  'amazon-bedrock',
  'github-copilot',
])

function catalogueFault(scene: Scene, { id, variables, at }: CatalogueCase): readonly Found[] {
  if (variables === undefined || variables.length === 0 || KEYLESS_IDS.has(id)) return []
  if (hasOutsideKey(scene, id, variables)) return []
  const names = listed(variables.map((name) => quote(name).slice(1, -1)))
  const which = variables.length === 1 ? `${names} is not set` : `none of ${names} is set`
  return [
    {
      message: `no key for "${id}" is in sight: ${which}, and auth.json has no login for it`,
      fix: `run \`opencode auth login\`, or set ${variables.length === 1 ? names : 'one of them'}`,
      provider: id,
      at,
    },
  ]
}

/** Providers of the catalogue that a default model is of, and that have no block. */
function namedOnly(scene: Scene): readonly Found[] {
  const blocks = new Set(scene.providers.map(({ id }) => id))
  const told = new Set<string>()
  const hiding = hidingLists(scene)
  return ['model', 'small_model'].flatMap((field): readonly Found[] => {
    const node = mergedAt(scene.config, [field])
    const [id = '', ...model] = (textAt(scene.config, [field]) ?? '').split('/')
    if (node === undefined || model.length === 0 || blocks.has(id) || told.has(id)) return []
    told.add(id)
    if (!scene.catalogue.has(id) || hiding(id) !== undefined) return []
    const variables = scene.catalogue.variables(id)
    return catalogueFault(scene, { id, variables, at: atValue(placeOf(node)) })
  })
}

function shownProviders(scene: Scene): readonly SceneProvider[] {
  const hiding = hidingLists(scene)
  return scene.providers.filter(({ id }) => hiding(id) === undefined)
}

export const keySourceRules: readonly Rule[] = [keyThatWins, fallbackKey, noKey]
