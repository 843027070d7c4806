import { isDummy, isPlaceholder, isSecretFlag, isSecretName } from '../import/block-key.ts'
import { secretsIn } from '../import/known-secrets.ts'
import type { Path } from '../json.ts'
import { valueOf } from '../jsonc/parse.ts'
import type { JsonDocument, JsonNode, Span } from '../jsonc/parse.ts'
import { keysIn } from '../manifest/key-forms.ts'
import { namedFrom } from '../manifest/key-text.ts'

/** A place where a secret stands in plain text. */
export interface PlainSecret {
  /** Of elements of a list that of the list; undefined: it stands in a comment. */
  readonly path: Path | undefined
  readonly offset: number
  /** Whether it can hardly be anything else: it has the form of a key, or a name that nothing else has. */
  readonly isSure: boolean
}

/** Every secret in plain text that a configuration holds, in the order of its text. */
export function plainSecretsIn(document: JsonDocument): readonly PlainSecret[] {
  const found: PlainSecret[] = []
  visit(document.root, [], found)
  for (const comment of document.comments) {
    const offset = secretInComment(document.text, comment)
    if (offset !== undefined) found.push({ path: undefined, offset, isSure: true })
  }
  return found.toSorted((a, b) => a.offset - b.offset)
}

function visit(node: JsonNode, path: Path, found: PlainSecret[]): void {
  if (node.kind === 'object') {
    for (const { key, value } of node.members) visit(value, [...path, key], found)
  } else if (node.kind === 'array') {
    for (const [index, { value }] of node.elements.entries()) {
      const before = node.elements[index - 1]?.value
      const isNamed = before?.kind === 'scalar' && isSecretFlag(valueOf(before))
      // What a flag says of the text after it is said as a name would.
      visit(value, isNamed ? [...path, FLAGGED] : path, found)
    }
  } else if (typeof node.value === 'string') {
    const sort = sortOf(path, node.value)
    if (sort === 'none') return
    const own = path.at(-1) === FLAGGED ? path.slice(0, -1) : path
    found.push({ path: own, offset: node.start, isSure: sort === 'sure' })
  }
}

/** Stands for the name that a flag gives to the argument after it. */
const FLAGGED = '--api-key'

/** In characters: no form of a key is shorter. */
const SHORTEST = 8

function sortOf(path: Path, text: string): 'sure' | 'likely' | 'none' {
  if (text.length < SHORTEST || path[0] === '$schema') return 'none'
  if (hasKeyForm(text)) return 'sure'
  if (!isSetting(path) || isPath(text)) return 'none'
  const name = nameOf(path)
  if (!isNamedSecret(name, text)) return tellsSecret(text) ? 'likely' : 'none'
  return SURE_NAME.test(name) && text.length >= SURELY ? 'sure' : 'likely'
}

const SURE_NAME = /(?:api[-_]?key|token|secret|password|authorization)$/i

/** In characters: shorter ones are often words that a program wants for a server which looks at none. */
const SURELY = 12

/** Beside what OpenCode fills in. */
function isNamedSecret(name: string, text: string): boolean {
  const bare = text.trim().replace(/^(?:bearer|basic|token) +/i, '')
  return !isDummy(bare) && !isPlaceholder(bare) && secretsIn(text, name).length > 0
}

/** `--api-key=…`, `Authorization: Bearer …`, a parameter of an address. */
function tellsSecret(text: string): boolean {
  const from = namedFrom(text)
  if (from === undefined) return false
  const [told = ''] = /^(?:(?:bearer|basic|token) +)?[^\s&;,"']*/i.exec(text.slice(from)) ?? []
  return isNamedSecret('apiKey', told)
}

/** An id is one like others: what only looks random is no key without a name that says so. */
const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gi

function hasKeyForm(text: string): boolean {
  // Nearly always there is none at all.
  if (text.length < SHORTEST || keysIn(text).length === 0) return false
  const rest = text.replaceAll(UUID, '')
  return keysIn(rest).some(({ start, end }) => {
    const key = rest.slice(start, end)
    return !isDummy(key) && !isPlaceholder(key)
  })
}

/** Files that hold keys are no keys themselves. */
function isPath(text: string): boolean {
  return /^(?:~|\.{0,2})[\\/]|^[A-Za-z]:\\/.test(text)
}

/** Parts of the configuration in which a name says what a value is; elsewhere stands prose, or patterns. */
const SETTINGS: ReadonlySet<string> = new Set([
  'provider',
  'providers',
  'mcp',
  'formatter',
  'lsp',
  'plugin',
  'plugins',
])

function isSetting(path: Path): boolean {
  return SETTINGS.has(path[0] ?? '') || path.includes('options') || path.includes('headers')
}

/** The most telling name on the way to a value. What somebody has called a provider or a server tells nothing. */
function nameOf(path: Path): string {
  const own = path[0] === 'mcp' && path[1] === 'servers' ? 3 : 2
  const names = path.slice(own).filter((_, index) => path[2] !== 'models' || index !== 1)
  return names.findLast(isSecretName) ?? names.at(-1) ?? path.at(-1) ?? ''
}

/** Where a secret stands in a comment: in prose, only what has the form of one. */
function secretInComment(text: string, { start, end }: Span): number | undefined {
  let offset = start
  for (const line of text.slice(start, end).split('\n')) {
    if (hasKeyForm(line)) return offset
    offset += line.length + 1
  }
  return undefined
}
