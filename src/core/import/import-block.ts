import { CATALOGUE_IDS, LOCAL_IDS } from '../catalogue.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue, Path } from '../json.ts'
import { keysIn } from '../manifest/key-forms.ts'
import { waysInProvider } from '../manifest/say-values.ts'
import type { Sayable } from '../manifest/say-values.ts'
import { leavesOf } from '../plan/carry.ts'
import type { CarriedValue } from '../plan/plan.ts'
import type { Secret } from '../secret.ts'
import type { KeyIn } from '../wanted.ts'
import {
  findBlockKey,
  isDummy,
  isSecretFlag,
  isSecretName,
  isSecretNamed,
  isSecretText,
  tellsSecret,
} from './block-key.ts'
import type { BlockKey } from './block-key.ts'
import { repeatsAt } from './known-secrets.ts'
import type { KnownSecrets } from './known-secrets.ts'

/** OpenCode's login for a provider: a key, or what only OpenCode itself can use. */
export type Login =
  | { readonly kind: 'key'; readonly secret: Secret }
  | { readonly kind: 'other' }
  | { readonly kind: 'none' }

/** Where a manifest says that a key is. */
export type KeyForm = 'keychain' | 'none' | 'external'

/** Why a value of an imported block is not in the manifest, and stays what it is. */
export type Stays = 'secret' | 'dummy' | 'no-key' | 'unsayable'

/** A block with what becomes of its key. Paths are from the root of opencode.jsonc. */
export interface ReadBlock {
  readonly id: string
  readonly values: readonly CarriedValue[]
  readonly key: KeyForm
  readonly keyIn: KeyIn
  /** The key that goes into the keychain, when `key` is `keychain`. */
  readonly secret: Secret | undefined
  /** Where it stands in the configuration, and is to go from. */
  readonly moved: Path | undefined
  readonly stays: readonly { readonly path: Path; readonly why: Stays }[]
}

export interface BlockInput {
  readonly id: string
  /** Of all files, merged as OpenCode does. */
  readonly block: JsonObject
  readonly login: Login
  /** Whether keys stay where they are. */
  readonly keepKeys: boolean
  readonly known: KnownSecrets
}

/** Take a hand-written block apart: what a manifest says, what goes into the keychain, what stays. */
export function readBlock(input: BlockInput): ReadBlock {
  const { id, block } = input
  const found = findBlockKey(block, isCompatible(id, block))
  const root = ['provider', id]
  const keyAt = 'at' in found ? [...root, ...found.at] : undefined
  const all = leavesOf(root, block).filter((leaf) => leaf.path.length > 2 && !isEmptyModels(leaf))
  const others = all.filter(({ path }) => !isAt(path, keyAt))
  const isSecret = (leaf: CarriedValue): boolean =>
    holdsSecret(leaf) || textsIn(leaf.value).some((text) => repeatsAt(input.known, leaf.path, text))
  const secret = new Set(others.filter(isSecret))
  const sayable = others.filter((leaf) => !secret.has(leaf))
  return {
    id,
    values: withModels(block, root, sayable),
    ...keyOf(input, found, keyAt),
    stays: [
      ...stayOf(input, found, keyAt),
      ...[...secret].map(({ path }) => ({ path, why: 'secret' as const })),
    ],
  }
}

/** The values, and every model of which there is none: it is one all the same. */
function withModels(
  block: JsonObject,
  root: Path,
  values: readonly CarriedValue[],
): readonly CarriedValue[] {
  const { models } = block
  const ids = isJsonObject(models) ? Object.keys(models) : []
  const said = new Set(values.flatMap(({ path }) => (path[2] === 'models' ? [path[3]] : [])))
  const bare = ids.filter((id) => !said.has(id)).map((id) => [...root, 'models', id])
  return [...values, ...bare.map((path) => ({ path, value: {} }))]
}

function isAt(path: Path, at: Path | undefined): boolean {
  return at !== undefined && path.length === at.length && path.every((name, i) => name === at[i])
}

/** An empty `models` says nothing that any manifest would. */
function isEmptyModels({ path, value }: CarriedValue): boolean {
  const isModels = path.length === 3 && path[2] === 'models'
  return isModels && isJsonObject(value) && Object.keys(value).length === 0
}

/** Whether OpenCode talks to it with the adapter that needs no key, and falls back to none. */
function isCompatible(id: string, { npm }: JsonObject): boolean {
  if (npm === undefined) return !CATALOGUE_IDS.has(id) || LOCAL_IDS.has(id)
  return npm === '@ai-sdk/openai-compatible'
}

function holdsSecret({ path, value }: CarriedValue): boolean {
  const name = nameOf(path)
  if (Array.isArray(value)) {
    return value.some((element: JsonValue, index) => {
      const isNamed = index > 0 && isSecretFlag(value[index - 1])
      return isNamed || holdsSecret({ path, value: element })
    })
  }
  if (isJsonObject(value)) {
    return Object.entries(value).some(([below, member]) => {
      return holdsSecret({ path: [...path, below], value: member })
    })
  }
  // Ids and names are free text, in which a key has to look like one.
  const isSetting = path.includes('options') || path.includes('headers')
  if (typeof value === 'number') return /secret|passw/i.test(name)
  if (typeof value !== 'string') return false
  if (isSetting) return isSecretText(name, value)
  return isSecretNamed(name, value) || keysIn(value).length > 0 || tellsSecret(value)
}

/** The most telling name on the way to a value of a block. An id of a model tells nothing. */
function nameOf(path: Path): string {
  const names = path.slice(2).filter((_, index) => path[2] !== 'models' || index !== 1)
  return names.findLast(isSecretName) ?? names.at(-1) ?? ''
}

function textsIn(value: JsonValue): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap((member: JsonValue) => textsIn(member))
}

type KeyPart = Pick<ReadBlock, 'key' | 'keyIn' | 'secret' | 'moved'>

function own(key: KeyForm): KeyPart {
  return { key, keyIn: { kind: 'apiKey' }, secret: undefined, moved: undefined }
}

function keyOf(
  { id, block, login, keepKeys }: BlockInput,
  found: BlockKey,
  keyAt: Path | undefined,
): KeyPart {
  switch (found.kind) {
    case 'literal':
      if (keepKeys) return own('external')
      return { key: 'keychain', keyIn: found.keyIn, secret: found.secret, moved: keyAt }
    case 'reference':
    case 'unfit':
      return own('external')
    case 'dummy':
      return own('none')
    case 'none':
      break
  }
  if (login.kind === 'key' && isDummy(login.secret.reveal()) && isCompatible(id, block)) {
    return own('none')
  }
  const isHosted = CATALOGUE_IDS.has(id) && !LOCAL_IDS.has(id)
  const isOpenCodes = isHosted || login.kind === 'other' || block['env'] !== undefined
  if (login.kind === 'key' && !isOpenCodes) {
    return keepKeys ? own('external') : { ...own('keychain'), secret: login.secret }
  }
  return own(isOpenCodes || login.kind === 'key' || !isCompatible(id, block) ? 'external' : 'none')
}

function stayOf(
  { keepKeys }: BlockInput,
  { kind }: BlockKey,
  path: Path | undefined,
): ReadBlock['stays'] {
  if (path === undefined) return []
  if (kind === 'literal') return keepKeys ? [{ path, why: 'secret' }] : []
  return [{ path, why: kind === 'dummy' ? 'dummy' : 'no-key' }]
}

/** The ways in which a manifest can say each value of a block. Its models are a map, which has aliases. */
export function sayables({ id, values }: ReadBlock): readonly Sayable[] {
  return values.map((value) => {
    const { path } = value
    const isAlias = path[2] === 'models' && path.length === 5 && path[4] === 'id'
    const alias = { path: ['providers', id, ...path.slice(2)], value: value.value }
    return { value, ways: isAlias ? [[alias]] : waysInProvider(path, value.value) }
  })
}
