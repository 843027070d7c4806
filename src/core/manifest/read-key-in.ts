import type { Diagnostic } from '../diagnostic.ts'
import type { Source } from '../source.ts'
import type { Delivery, KeyIn } from '../wanted.ts'
import { field, textOf } from './node.ts'
import type { Entry, Node } from './node.ts'
import { quote } from './words.ts'

/** Read the top-level `delivery`. What is no delivery is reported by the schema. */
export function readDelivery(node: Node | undefined): Delivery {
  const word = textOf(node)
  return word === 'auth.json' || word === 'keyfile' ? word : 'auto'
}

/** `token` of RFC 9110, 5.6.2: what a header may be called. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/

/**
 * Read `keyIn` of a provider. A wrong shape is reported by the schema; in a format that is refused
 * there may be a key, so no message repeats it.
 */
export function readKeyIn(node: Node | undefined): {
  readonly keyIn: KeyIn
  readonly diagnostics: readonly Diagnostic[]
} {
  if (textOf(node) === 'authToken') return { keyIn: { kind: 'authToken' }, diagnostics: [] }
  const header = field(node, 'header')
  const format = field(node, 'format')
  const name = textOf(header)
  const text = textOf(format)
  if (header === undefined || format === undefined || name === undefined || text === undefined) {
    return { keyIn: { kind: 'apiKey' }, diagnostics: [] }
  }
  return {
    keyIn: { kind: 'header', name, format: text },
    diagnostics: [...checkName(name, header.source), ...checkFormat(text, format.source)],
  }
}

function checkName(name: string, source: Source): readonly Diagnostic[] {
  if (HEADER_NAME.test(name)) return []
  const hint = 'a name is made of letters, digits and "-", e.g. `X-Api-Key`'
  return [badKeyIn(`${quote(name)} cannot be the name of a header`, source, hint)]
}

function checkFormat(format: string, source: Source): readonly Diagnostic[] {
  if (format.split('{key}').length !== 2) {
    const hint = 'e.g. `format: "Bearer {key}"`'
    return [badKeyIn('"format" must hold {key} exactly once', source, hint)]
  }
  // OpenCode prints a header that it cannot send to its log, with the key in it.
  if (!/^[\x20-\x7E]*$/.test(format)) {
    const hint = 'a header is made of printable ASCII characters'
    return [badKeyIn('"format" holds a character that no header can have', source, hint)]
  }
  return []
}

function badKeyIn(message: string, source: Source, hint: string): Diagnostic {
  return { code: 'bad-key-in', severity: 'error', message, source, hint }
}

/**
 * Check that nothing else in a block has the place where its key goes. Headers have no case.
 *
 * @param options as rendered: of the preset, the manifest and `extra`
 */
export function checkKeyIn(keyIn: KeyIn, options: Node | undefined): readonly Diagnostic[] {
  switch (keyIn.kind) {
    case 'apiKey':
      // That opgen alone sets it is checked whatever `keyIn` says.
      return []
    case 'authToken':
      return findTaken(options, keyIn.kind, '"authToken"')
    case 'header': {
      const headers = field(options, 'headers')
      if (headers === undefined || headers.kind === 'map') {
        return findTaken(headers, keyIn.name, `the header ${quote(keyIn.name)}`)
      }
      const message = '"headers" must be a map: "keyIn" puts a header into it'
      return [{ code: 'wrong-type', severity: 'error', message, source: headers.source }]
    }
  }
}

function findTaken(map: Node | undefined, name: string, what: string): readonly Diagnostic[] {
  if (map?.kind !== 'map') return []
  const isTaken = ([other]: readonly [string, Entry]): boolean =>
    other.toLowerCase() === name.toLowerCase()
  return [...map.entries].filter(isTaken).map(([, { keySource }]) => ({
    code: 'reserved-field',
    severity: 'error',
    message: `${what} is set here and by "keyIn"`,
    source: keySource,
    hint: 'remove it here, or take "keyIn" out',
  }))
}
