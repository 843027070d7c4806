import type { Path } from './json.ts'
import { tokensInValues } from './tokens.ts'
import type { Token } from './tokens.ts'
import type { Wanted, WantedProvider, WantedValue } from './wanted.ts'

/** How a key gets to OpenCode: an entry of auth.json, or a file that the provider's block refers to. */
export type Route = 'auth.json' | 'keyfile'

/** The route of every provider that asks for nothing else. */
export function usualRoute({ delivery }: Pick<Wanted, 'delivery'>): Route {
  // Where no machine is looked at, as for `render`, `auto` is what OpenCode 1.x needs.
  return delivery === 'keyfile' ? 'keyfile' : 'auth.json'
}

/** auth.json can hold a key for `options.apiKey` alone. */
export function routeOf(
  wanted: Pick<Wanted, 'delivery'>,
  { keyIn, route }: Pick<WantedProvider, 'keyIn' | 'route'>,
): Route {
  return keyIn.kind === 'apiKey' ? (route ?? usualRoute(wanted)) : 'keyfile'
}

/** Where in opencode.jsonc a provider's key, or what refers to it, is written. */
export function keyPath({ id, keyIn }: Pick<WantedProvider, 'id' | 'keyIn'>): Path {
  const options = ['provider', id, 'options']
  return keyIn.kind === 'header' ? [...options, 'headers', keyIn.name] : [...options, keyIn.kind]
}

/** Fields that stand before and up to `options` in a new block. */
const BEFORE_KEY: readonly (string | undefined)[] = ['npm', 'name', 'env', 'api', 'options']

/**
 * The values of a provider's block with its key among the options, in the order of a new block.
 *
 * @param key what stands for the key: a reference to its file, or the text itself
 */
export function valuesWithKey(provider: WantedProvider, key: string): readonly WantedValue[] {
  const path = keyPath(provider)
  const { keyIn, source } = provider
  const value = keyIn.kind === 'header' ? keyIn.format.replace('{key}', () => key) : key
  // What is wanted at the place itself gives way, and so does `{}` for an object around it.
  const others = provider.values.filter((other) => !isAtOrAbove(other.path, path))
  const index = others.findLastIndex((other) => BEFORE_KEY.includes(other.path[2]))
  return others.toSpliced(index + 1, 0, { path, value, source })
}

/** What OpenCode fills in, in all that a manifest has written: the block, and what stands around the key. */
export function tokensWritten(provider: WantedProvider): readonly Token[] {
  const around = valuesWithKey(provider, provider.key.placeholder ?? '')
  return tokensInValues([...provider.values, ...around])
}

/** Every variable that a provider's block takes something from. */
export function variablesNamed(provider: WantedProvider): readonly string[] {
  const inTokens = tokensWritten(provider).flatMap((token) =>
    token.kind === 'env' ? [token.name] : [],
  )
  return [...inTokens, ...variablesOfKey(provider)]
}

/** Variables that a block names as its key, which OpenCode takes where there is no other. */
export function variablesOfKey({ values }: WantedProvider): readonly string[] {
  const names = values.flatMap(({ path, value }) =>
    path.length === 3 && path[2] === 'env' && Array.isArray(value) ? value : [],
  )
  return names.filter((name) => typeof name === 'string')
}

function isAtOrAbove(path: Path, below: Path): boolean {
  return path.length <= below.length && path.every((name, depth) => name === below[depth])
}
