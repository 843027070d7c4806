import type { Diagnostic } from '../diagnostic.ts'
import { keyFoundAt } from './find-keys.ts'
import { isKeyField, isReference, isReferringHeader, isVendorKey } from './key-text.ts'
import { field, keySourceAt, textOf, valuesOf, walk } from './node.ts'
import type { MapNode, Node, NodePath } from './node.ts'

/** Where OpenCode passes things on unseen, and a key could hide: what these fields may hold. */
export function checkReserved(provider: MapNode): readonly Diagnostic[] {
  const external = isExternal(field(provider, 'key'))
  const options = field(provider, 'options')
  const baseURL = field(provider, 'baseURL')
  const keyIn = field(provider, 'keyIn')
  return [
    ...(baseURL === undefined ? [] : checkKeys(baseURL)),
    ...(options === undefined ? [] : checkBaseUrlOption(options)),
    ...(options === undefined ? [] : checkKeys(options, external ? referenceAt : undefined)),
    ...(keyIn === undefined ? [] : checkKeys(keyIn)),
    ...checkExtra(field(provider, 'extra'), 'provider'),
    ...modelsOf(provider).flatMap((model) => [
      ...['options', 'headers', 'variants'].flatMap((name) => {
        const part = field(model, name)
        const isHeaders = external && name === 'headers'
        return part === undefined ? [] : checkKeys(part, isHeaders ? () => 'header' : undefined)
      }),
      ...checkExtra(field(model, 'extra'), 'model'),
    ]),
  ]
}

function modelsOf(provider: MapNode): readonly Node[] {
  const models = field(provider, 'models')
  return models?.kind === 'list' ? models.items : valuesOf(models)
}

function isExternal(key: Node | undefined): boolean {
  const only = key?.kind === 'list' && key.items.length === 1 ? key.items[0] : key
  return textOf(only) === 'external'
}

/** What may stand under the name of a key: a reference to it, bare or as in a header. */
type Referring = 'key' | 'header'

/** Under `key: external` the place is the user's to fill, and what refers to a key is none. */
function referenceAt(path: NodePath): Referring | undefined {
  if (path.length === 1 && path[0] === 'apiKey') return 'key'
  return path.length === 2 && path[0] === 'headers' ? 'header' : undefined
}

const REFERRING = {
  key: {
    holds: isReference,
    hint: 'under `key: external` it may be exactly {env:NAME} or {file:path}',
  },
  header: {
    holds: isReferringHeader,
    hint: 'under `key: external` it may be {env:NAME} or {file:path}, after a word such as Bearer',
  },
} as const

function checkBaseUrlOption(options: Node): readonly Diagnostic[] {
  if (options.kind !== 'map' || field(options, 'baseURL') === undefined) return []
  return [
    {
      code: 'reserved-field',
      severity: 'error',
      message: '"baseURL" does not stand under "options"',
      source: keySourceAt(options, ['baseURL']),
      hint: 'write `baseURL: …` beside "options"',
    },
  ]
}

/**
 * No key, and no header made of one, may stand below `root`. What merely looks like one may be allowed
 * by the text of the file (`withoutAllowed`).
 */
export function checkKeys(
  root: Node,
  mayRefer: (path: NodePath) => Referring | undefined = () => undefined,
): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  for (const { node, path, keySource } of walk(root)) {
    const name = path.at(-1)
    const value = textOf(node)
    if (typeof name === 'string' && isKeyField(name)) {
      const referring = mayRefer(path)
      const reference = referring === undefined ? undefined : REFERRING[referring]
      if (value !== undefined && reference?.holds(value) === true) continue
      diagnostics.push({
        code: 'key-in-manifest',
        severity: 'error',
        message: `"${name}" cannot be set here: opgen takes the key from where "key" says`,
        source: keySource,
        hint: reference?.hint ?? 'store it with `opgen key set`, or write `key: { env: NAME }`',
      })
    } else if (value !== undefined && isVendorKey(value)) {
      diagnostics.push(keyFoundAt(node.source))
    }
  }
  return diagnostics
}

const WRITE_INSTEAD = {
  provider: { npm: 'write `npm: …`', url: 'write `baseURL: …`', where: 'in the provider itself' },
  model: {
    npm: 'write `provider: { npm: … }`',
    url: 'write `provider: { api: … }`',
    where: 'in the model itself',
  },
} as const

/** A map can be added to, and not be replaced by something else: its values would be lost. */
function checkReplaced(extra: Node): readonly Diagnostic[] {
  return ['options', 'models'].flatMap((name) => {
    const value = field(extra, name)
    if (value === undefined || value.kind === 'map') return []
    return [
      {
        code: 'reserved-field',
        severity: 'error' as const,
        message: `"${name}" in "extra" must be a map, which is added to what is there`,
        source: value.source,
      },
    ]
  })
}

/** `extra` must not get past what opgen knows and checks, however deep it tries. */
function checkExtra(extra: Node | undefined, owner: 'provider' | 'model'): readonly Diagnostic[] {
  if (extra === undefined) return []
  const diagnostics = [...checkKeys(extra), ...checkReplaced(extra)]
  for (const { path, keySource } of walk(extra)) {
    const name = path.at(-1)
    if (typeof name !== 'string' || !/^(?:npm|api|baseurl)$/i.test(name)) continue
    const { npm, url, where } = WRITE_INSTEAD[owner]
    diagnostics.push({
      code: 'reserved-field',
      severity: 'error',
      message: `"extra" cannot set "${name}"`,
      source: keySource,
      hint: `${name.toLowerCase() === 'npm' ? npm : url} ${where}`,
    })
  }
  return diagnostics
}
