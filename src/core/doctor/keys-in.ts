import { isDummy, isSecretName } from '../import/block-key.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { isVendorKey } from '../manifest/key-text.ts'
import { fillIn } from './filled.ts'
import type { Filled } from './filled.ts'
import { mergedAt, membersAt, nameOf, placeOf } from './merged-config.ts'
import type { MergedNode } from './merged-config.ts'
import { oncePerProvider } from './once.ts'
import type { Scene, SceneProvider } from './scene.ts'

/** A text of a block where a key may stand. */
export interface KeyText {
  readonly kind: 'apiKey' | 'authToken' | 'header'
  /** As a message names it: `"apiKey"`, `header "X-Key"`. */
  readonly what: string
  /** Of a header: its name. */
  readonly header: string
  readonly node: MergedNode
  readonly raw: string
  readonly filled: Filled
  /** Whether it is a key by its name or its looks: headers may hold anything. */
  readonly isKey: boolean
  readonly isOfModel: boolean
}

/** The texts that a provider may have its key in: `apiKey`, `authToken`, headers of its own and of its models. */
export const keyTextsOf = oncePerProvider(findKeyTexts)

function findKeyTexts(scene: Scene, { node, models }: SceneProvider): readonly KeyText[] {
  const options = (['apiKey', 'authToken'] as const).flatMap((kind): KeyText[] => {
    const at = mergedAt(node, ['options', kind])
    if (typeof at?.value !== 'string') return []
    const text = { kind, what: `"${kind}"`, header: '', node: at, isKey: true, isOfModel: false }
    return [{ ...text, raw: at.value, filled: fillIn(scene, placeOf(at).layer, at.value) }]
  })
  return [
    ...options,
    ...headersOf(scene, membersAt(node, ['options', 'headers']), false),
    ...models.flatMap((model) => headersOf(scene, membersAt(model.node, ['headers']), true)),
  ]
}

function headersOf(
  scene: Scene,
  headers: readonly MergedNode[],
  isOfModel: boolean,
): readonly KeyText[] {
  return headers.flatMap((node): KeyText[] => {
    if (typeof node.value !== 'string') return []
    const header = nameOf(node)
    const raw = node.value
    const filled = fillIn(scene, placeOf(node).layer, raw)
    const isKey = isSecretName(header) || isVendorKey(filled.text)
    return [
      { kind: 'header', what: `header "${header}"`, header, node, raw, filled, isKey, isOfModel },
    ]
  })
}

/** A login of auth.json that gives a key: the key; undefined: there is none, or one of another kind. */
export function loginKey({ logins }: Scene, id: string): string | undefined {
  const login = logins.get(id)
  if (!isJsonObject(login) || login['type'] !== 'api') return undefined
  return typeof login['key'] === 'string' ? login['key'] : undefined
}

/** The names under `env` of a block. */
export function namesUnderEnv({ block }: { readonly block: JsonObject }): readonly string[] {
  const { env } = block
  return Array.isArray(env) ? env.filter((name) => typeof name === 'string') : []
}

/** Whether a variable is set, to more than nothing. */
export function isSet({ machine }: Scene, name: string): boolean {
  return (machine.env(name) ?? '') !== ''
}

/** Whether a login, a stored credential of OpenCode 2 or a variable may give this id a key. */
export function hasOutsideKey(scene: Scene, id: string, names: readonly string[]): boolean {
  const { databases } = scene.installed
  return (
    scene.logins.has(id) ||
    databases.some(({ credentials }) => credentials.some((one) => one.id === id)) ||
    names.some((name) => isSet(scene, name))
  )
}

/** Whether a provider has a key that is no mere word in its place. */
export function hasAnyKey(scene: Scene, provider: SceneProvider): boolean {
  const names = namesUnderEnv(provider)
  const variables = names.length > 0 ? names : (scene.catalogue.variables(provider.id) ?? [])
  if (hasOutsideKey(scene, provider.id, variables)) return true
  return keyTextsOf(scene, provider).some(
    ({ isKey, filled: { text } }) => isKey && text.trim() !== '' && !isDummy(text),
  )
}
