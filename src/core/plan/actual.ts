import { Secret } from '../secret.ts'
import type { JsonDocument, JsonNode, ScalarNode, Syntax } from '../jsonc/parse.ts'
import { nodeAt, valueOf } from '../jsonc/parse.ts'
import { isJsonObject, sameJson } from '../json.ts'
import type { Path } from '../json.ts'
import type { RecordedValue } from '../state/recorded.ts'
import { sameUrl } from '../url.ts'

/** One target file as it is on disk now. */
export type ActualFile = JsonFile | KeyFile

/** One of OpenCode's own files. */
export interface JsonFile {
  readonly target: 'config' | 'auth'
  /** Absolute path as it is found; a symlink is not resolved. */
  readonly path: string
  readonly syntax: Syntax
  /** Undefined: absent (or empty, which OpenCode treats the same way). */
  readonly document: JsonDocument | undefined
}

/** The file that holds one provider's key and nothing else. */
export interface KeyFile {
  readonly target: 'keyfile'
  readonly path: string
  readonly provider: string
  /** What stands for the key in a config file: `{file:~/…}`. */
  readonly reference: string
  /** Undefined: absent or empty. */
  readonly document: KeyDocument | undefined
}

/** The text of a key file as a document: its root is the key. */
export interface KeyDocument {
  readonly text: string
  readonly root: ScalarNode
  readonly comments: readonly []
}

/** White space around the key does not count: OpenCode cuts it. */
export function keyDocument(text: string): KeyDocument {
  const root: ScalarNode = { kind: 'scalar', value: text.trim(), start: 0, end: text.length }
  return { text, root, comments: [] }
}

/** OpenCode's files as they are now. Holds raw text: never printed, never stored. */
export interface ActualState {
  /** Lowest precedence first, as OpenCode merges them. */
  readonly config: readonly JsonFile[]
  readonly auth: JsonFile
  /** Files for auth.json of earlier runs, from which only opgen's entries are taken. */
  readonly formerAuth?: readonly JsonFile[]
  /** One for each provider that is to have one, and those that opgen wrote before. */
  readonly keyFiles: readonly KeyFile[]
  /** Path of the config file that takes what no existing file holds. */
  readonly newConfig: string
}

export function filesOf({
  config,
  auth,
  formerAuth = [],
  keyFiles,
}: ActualState): readonly ActualFile[] {
  return [...config, auth, ...formerAuth, ...keyFiles]
}

/** Whether auth.json has a login that OpenCode uses: an empty key counts as none (contract 3.1). */
export function hasLogin(document: JsonDocument | undefined, id: string): boolean {
  if (document === undefined || nodeAt(document, [id]) === undefined) return false
  const key = nodeAt(document, [id, 'key'])
  const type = nodeAt(document, [id, 'type'])
  // What is left of an entry that opgen took its own part out of. Other types have no key.
  if (key === undefined && (type === undefined || isText(type, 'api'))) return false
  return key === undefined || !isText(key, '')
}

function isText(node: JsonNode, text: string): boolean {
  return node.kind === 'scalar' && node.value === text
}

/** The key's fingerprint under this machine's secret. */
export type FingerprintOf = (secret: Secret) => string

export function findNode(file: ActualFile, path: Path): JsonNode | undefined {
  return file.document === undefined ? undefined : nodeAt(file.document, path)
}

/**
 * A value on disk in the form in which it is compared and recorded. A key file, and in auth.json
 * every string but `type`, becomes a fingerprint, so that nothing behind this point can hold a key.
 */
export function readValue(
  file: ActualFile,
  path: Path,
  fingerprintOf: FingerprintOf,
): RecordedValue | undefined {
  const node = findNode(file, path)
  if (node === undefined) return undefined
  if (file.target === 'config') return { json: valueOf(node) }
  if (node.kind === 'scalar' && typeof node.value === 'string' && path[1] !== 'type') {
    return { fingerprint: fingerprintOf(new Secret(node.value)) }
  }
  return { json: node.kind === 'scalar' ? node.value : {} }
}

/**
 * Whether two values at a path mean the same. `{}` is wanted where any object will do, and a base
 * URL is equal up to trailing slashes.
 */
export function sameValue(path: Path, wanted: RecordedValue, other: RecordedValue): boolean {
  if ('fingerprint' in wanted || 'fingerprint' in other) {
    const both = 'fingerprint' in wanted && 'fingerprint' in other
    return both && wanted.fingerprint === other.fingerprint
  }
  if (isJsonObject(wanted.json) && Object.keys(wanted.json).length === 0) {
    return isJsonObject(other.json)
  }
  const isBaseUrl = path.length === 4 && path[2] === 'options' && path[3] === 'baseURL'
  if (isBaseUrl && typeof wanted.json === 'string' && typeof other.json === 'string') {
    return sameUrl(wanted.json, other.json)
  }
  return sameJson(wanted.json, other.json)
}
