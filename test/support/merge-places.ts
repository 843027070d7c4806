import type { JsonValue, Path, Pointer } from '../../src/core/json.ts'
import { fromPointer, toPointer } from '../../src/core/json.ts'
import type { Secret } from '../../src/core/secret.ts'

/*
 * The few places and values that merges are made of: so few that what is recorded, what is there and
 * what is wanted keep meeting one another.
 */

export const CONFIGS = [
  '/home/ana/config.json',
  '/home/ana/opencode.json',
  '/home/ana/opencode.jsonc',
]
export const AUTH = '/home/ana/auth.json'
export const MANIFEST = '/home/ana/providers.yaml'

/** Files by path; one that is not there has no text. */
export type Texts = Readonly<Record<string, string | undefined>>

export const fingerprintOf = (secret: Secret): string => secret.fingerprint(new Uint8Array(8))

export const IDS = ['one', 'two', 'three'] as const

export const KEY_FILES = '/home/ana/keys'

export function referenceTo(id: string): string {
  return `{file:~/keys/${id}}`
}

export interface Field {
  readonly path: Path
  readonly values: readonly JsonValue[]
}

/** Where a manifest may want something in a block. */
const BLOCK: readonly Field[] = [
  { path: ['npm'], values: ['@x/a', '@x/b'] },
  { path: ['name'], values: ['One', 'Two'] },
  { path: ['options', 'baseURL'], values: ['https://x.example/v1', 'https://x.example/v1/'] },
  { path: ['options', 'timeout'], values: [1000, 2, true] },
  { path: ['options', 'headers'], values: [{}] },
  { path: ['options', 'headers', 'X-Team'], values: ['a', 'b'] },
  { path: ['models', 'm'], values: [{}] },
  { path: ['models', 'm', 'name'], values: ['M', 'N'] },
  { path: ['models', 'm', 'limit', 'context'], values: [1000, 20] },
  { path: ['models', 'n/o'], values: [{}] },
  { path: ['whitelist'], values: [['m'], ['m', 'n/o'], []] },
]

/** Where a key, or what refers to it, may be wanted. */
const KEY_PLACES: readonly Path[] = [
  ['options', 'apiKey'],
  ['options', 'authToken'],
  ['options', 'headers', 'X-Key'],
]

export const TOP: readonly Field[] = [
  { path: ['model'], values: ['one/m', 'x/m'] },
  { path: ['small_model'], values: ['one/m', 'x/m'] },
]

export const LISTS = ['enabled_providers', 'disabled_providers'] as const

/** The elements that lists have, wherever they come from. */
export const ELEMENTS = ['one', 'two', 'x', 'constructor'] as const

export function fieldsOf(id: string): readonly Field[] {
  return BLOCK.map(({ path, values }) => ({ path: ['provider', id, ...path], values }))
}

export function keyFieldsOf(id: string): readonly Field[] {
  const values = [referenceTo(id), `Key ${referenceTo(id)}`, 'placeholder']
  return KEY_PLACES.map((path) => ({ path: ['provider', id, ...path], values }))
}

/** Every place in a config file that a record may name. */
export const CONFIG_FIELDS: readonly Field[] = [
  ...IDS.flatMap((id) => [...fieldsOf(id), ...keyFieldsOf(id)]),
  ...TOP,
]

/** Everything above a field, and the lists. */
export const CONFIG_CONTAINERS: readonly Path[] = unique([
  ...CONFIG_FIELDS.flatMap(({ path }) => path.slice(1).map((_, depth) => path.slice(0, depth + 1))),
  ['provider', 'one', 'models', 'n/o'],
  ...LISTS.map((name) => [name]),
])

function unique(paths: readonly Path[]): readonly Path[] {
  return [...new Set<Pointer>(paths.map((path) => toPointer(path)))].map((it) => fromPointer(it))
}

/** The change that a place in a config file belongs to. */
export function unitOf(path: Path): string {
  const [head = '', id] = path
  return head === 'provider' ? (id ?? '') : `/${head}`
}
