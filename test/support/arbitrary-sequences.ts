import * as fc from 'fast-check'
import type { Json, JsonObject } from './arbitrary-worlds.ts'

/* What may happen to a machine between a first apply and a last one. */

/** How a world begins. */
export type Start = 'empty' | 'config'

type EditedFile = 'config' | 'strict' | 'auth' | 'keys'

export type Step =
  | { readonly kind: 'manifest'; readonly manifest: ManifestShape }
  | {
      readonly kind: 'edit'
      readonly target: EditedFile
      readonly edit: EditFile
      readonly toString: () => string
    }
  | Apply

export interface Apply {
  readonly kind: 'apply'
  /** An id; `''` for the flag without one. */
  readonly force: string | undefined
  readonly keep: string | undefined
  readonly only: string | undefined
  readonly skipMissing: boolean
  /** The write that does not happen any more (1-based). */
  readonly kill: number | undefined
}

interface ProviderShape {
  readonly name?: string
  readonly timeout?: number
  readonly models: readonly string[]
  readonly key: 'SOME_KEY' | 'OTHER_KEY' | 'MISSING_KEY'
  readonly keyIn?: 'authToken' | { readonly header: string; readonly format: string }
}

export interface ManifestShape {
  readonly providers: Readonly<Record<string, ProviderShape>>
  readonly model?: string
  readonly delivery?: 'auth.json' | 'keyfile'
  readonly lists?: 'auto' | 'keep' | readonly string[]
  readonly disabled?: readonly string[]
}

export const NO_PROVIDERS: ManifestShape = { providers: {} }

export const LAST_WORD: Apply = {
  kind: 'apply',
  force: '/enabled_providers',
  keep: '',
  only: undefined,
  skipMissing: false,
  kill: undefined,
}

export const CONFIG_START = { theme: 'system', enabled_providers: ['openai'] }

export function manifestText(shape: ManifestShape): string {
  const { providers, model, lists, disabled, delivery } = shape
  return JSON.stringify({
    version: 1,
    ...(model === undefined ? {} : { model }),
    ...(delivery === undefined ? {} : { delivery }),
    ...(lists === undefined ? {} : { enabled_providers: lists }),
    ...(disabled === undefined ? {} : { disabled_providers: disabled }),
    providers: Object.fromEntries(
      Object.entries(providers).map(([id, { name, timeout, models, key, keyIn }]) => [
        id,
        {
          ...(name === undefined ? {} : { name }),
          ...(timeout === undefined ? {} : { options: { timeout } }),
          baseURL: `https://${id}.example/v1`,
          models,
          key: { env: key },
          ...(keyIn === undefined ? {} : { keyIn }),
        },
      ]),
    ),
  })
}

const id = fc.constantFrom('one', 'two', 'three')
const target = fc.constantFrom('', 'one', 'two', 'three')

const provider: fc.Arbitrary<ProviderShape> = fc.record(
  {
    name: fc.constantFrom('One', 'Two'),
    timeout: fc.constantFrom(1000, 2000),
    models: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
    key: fc.oneof(
      { arbitrary: fc.constantFrom('SOME_KEY' as const, 'OTHER_KEY' as const), weight: 6 },
      { arbitrary: fc.constant('MISSING_KEY' as const), weight: 1 },
    ),
    keyIn: fc.constantFrom('authToken' as const, { header: 'X-Key', format: 'Key {key}' }),
  },
  { requiredKeys: ['models', 'key'] },
)

const manifest: fc.Arbitrary<ManifestShape> = fc.record(
  {
    providers: fc.dictionary(id, provider, { maxKeys: 3 }),
    model: fc.constantFrom('x/one', 'x/two'),
    delivery: fc.constantFrom('auth.json' as const, 'keyfile' as const, 'keyfile' as const),
    lists: fc.constantFrom('auto' as const, 'keep' as const, [], [], ['x'], ['x', 'one']),
    disabled: fc.constantFrom([], ['y'], ['y', 'z']),
  },
  { requiredKeys: ['providers'] },
)

type EditFile = (file: JsonObject) => JsonObject

function asObject(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

/** Put a value at a path, or take it out. */
function put(file: JsonObject, path: readonly string[], value: Json | undefined): JsonObject {
  const [name, ...rest] = path
  if (name === undefined) return file
  const { [name]: old, ...others } = file
  if (rest.length > 0) {
    if (value === undefined && old === undefined) return file
    return { ...file, [name]: put(asObject(old), rest, value) }
  }
  return value === undefined ? others : { ...file, [name]: value }
}

const hand = fc.constantFrom('hand-1', 'hand-2')

/** Where a person writes: over what opgen wrote, and beside it. */
const configPlace = fc.oneof(
  fc
    .tuple(
      fc.constant('provider'),
      id,
      fc.constantFrom(
        ['name'],
        ['npm'],
        ['options', 'baseURL'],
        ['options', 'timeout'],
        ['options', 'mine'],
        ['models', 'a'],
        ['models', 'mine', 'name'],
        ['models', 'b', 'name'],
        ['mine'],
        ['options'],
        ['models'],
      ),
    )
    .map(([head, owner, rest]) => [head, owner, ...rest]),
  fc.constantFrom(['model'], ['theme'], ['provider', 'hand']),
)
const configRemoval = fc.oneof(
  configPlace,
  id.map((name) => ['provider', name]),
  fc.constantFrom(['provider'], ['enabled_providers'], ['disabled_providers']),
)
const authEntry = fc.oneof(
  fc.record({
    type: fc.constant('api'),
    key: fc.constantFrom('test-key-hand-1', 'test-key-hand-2'),
  }),
  fc.constant({ type: 'oauth-hand', refresh: 'test-key-hand-r', access: 'hand', expires: 'hand' }),
)

function described(text: string, file: EditedFile, change: EditFile): Step {
  return { kind: 'edit', target: file, edit: change, toString: () => text }
}

const edit: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(configPlace, hand)
    .map(([path, value]) =>
      described(`set ${path.join('/')} ${value}`, 'config', (file) => put(file, path, value)),
    ),
  fc
    .tuple(configPlace, hand)
    .map(([path, value]) =>
      described(`set in opencode.json ${path.join('/')} ${value}`, 'strict', (file) =>
        put(file, path, value),
      ),
    ),
  configRemoval.map((path) =>
    described(`remove in opencode.json ${path.join('/')}`, 'strict', (file) =>
      put(file, path, undefined),
    ),
  ),
  configRemoval.map((path) =>
    described(`remove ${path.join('/')}`, 'config', (file) => put(file, path, undefined)),
  ),
  fc
    .tuple(fc.constantFrom('one', 'two', 'hand'), authEntry)
    .map(([name, entry]) =>
      described(`login ${name} ${JSON.stringify(entry)}`, 'auth', (file) =>
        put(file, [name], entry),
      ),
    ),
  fc
    .constantFrom(['one'], ['one', 'type'], ['two'], ['two', 'key'])
    .map((path) =>
      described(`remove auth ${path.join('/')}`, 'auth', (file) => put(file, path, undefined)),
    ),
  fc
    .tuple(id, fc.constantFrom('test-key-hand-1', '', undefined))
    .map(([name, text]) =>
      described(`key file ${name} ${text}`, 'keys', (files) => put(files, [name], text)),
    ),
  fc
    .tuple(
      hand,
      fc.constantFrom('enabled_providers', 'disabled_providers'),
      fc.constantFrom('config' as const, 'config' as const, 'strict' as const),
    )
    .map(([name, list, file]) =>
      described(`list ${name} in ${list} of ${file}`, file, (config) => {
        const old = config[list]
        return put(config, [list], Array.isArray(old) ? [...old, name] : [name])
      }),
    ),
)

const oneApply: fc.Arbitrary<Apply> = fc
  .record({
    kind: fc.constant('apply' as const),
    force: fc.option(target, { nil: undefined, freq: 2 }),
    keep: fc.option(target, { nil: undefined, freq: 2 }),
    only: fc.option(id, { nil: undefined, freq: 1 }),
    skipMissing: fc.boolean(),
    kill: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined, freq: 2 }),
  })
  // The same forced and kept is wrong usage.
  .map((step) => (step.force === step.keep ? { ...step, keep: undefined } : step))

export const anySteps = fc.array(
  fc.oneof(
    { arbitrary: fc.record({ kind: fc.constant('manifest' as const), manifest }), weight: 3 },
    { arbitrary: edit, weight: 3 },
    { arbitrary: oneApply, weight: 4 },
  ),
  { minLength: 1, maxLength: 10 },
)
