import { toPointer } from '../json.ts'
import type { JsonValue, Path } from '../json.ts'
import type { JsonNode } from '../jsonc/parse.ts'
import { commentsWithin } from '../jsonc/gap.ts'
import { Secret } from '../secret.ts'
import type { RecordedFile, RecordedValue } from '../state/recorded.ts'
import { findNode } from './actual.ts'
import type { ActualFile } from './actual.ts'
import { isSensitive } from './describe.ts'
import type { Drafts, FileDraft } from './draft.ts'

/* What stood there before opgen: remembered, so that it can come back. */

/** What may be recorded of a value that is replaced: of a secret, only that it was there. */
export function rememberable(
  { fingerprintOf }: Drafts,
  draft: FileDraft,
  path: Path,
  actual: RecordedValue | undefined,
): RecordedValue | null {
  if (actual === undefined) return null
  if ('fingerprint' in actual) return actual
  const { json } = actual
  const node = findNode(draft.file, path)
  // Of an entry of auth.json no text is harmless, whatever its place, and only the keychain has it whole.
  const isEntry =
    draft.file.target === 'auth' && (typeof json === 'object' || typeof json === 'string')
  const isHidden = isEntry || repeatsNames(node) || isSensitive(path, json)
  if (!isHidden) return { json, ...spellingOf(draft, path, json) }
  return { fingerprint: fingerprintOf(new Secret(JSON.stringify(json))) }
}

/** Whether a name stands twice in an object: what the second hides is in the text, and may be a secret. */
function repeatsNames(node: JsonNode | undefined): boolean {
  if (node === undefined || node.kind === 'scalar') return false
  if (node.kind === 'array') return node.elements.some(({ value }) => repeatsNames(value))
  const names = new Set(node.members.map(({ key }) => key))
  return names.size < node.members.length || node.members.some(({ value }) => repeatsNames(value))
}

/** The text of a value, where it is another one than the value would be printed as. */
function spellingOf(
  { file }: FileDraft,
  path: Path,
  json: JsonValue,
): { readonly spelling?: string } {
  const node = findNode(file, path)
  if (file.target === 'keyfile' || file.document === undefined || node === undefined) return {}
  const spelling = file.document.text.slice(node.start, node.end)
  // A comment in it stays in the file when the value goes, and is not to come back a second time.
  const holdsComment = commentsWithin(file.document, node).length > 0
  const isPlain = typeof json !== 'object' && JSON.stringify(json) === spelling
  return isPlain || holdsComment ? {} : { spelling }
}

/** The account under which the keychain keeps what stood at a place. */
export function savedAs({ target }: ActualFile, unit: string, path: Path): string {
  return target === 'auth' ? unit : toPointer(path)
}

/** Whether opgen has replaced a login of the provider. */
function keepsLogin({ values, containers }: RecordedFile, unit: string): boolean {
  const ofUnit = [...Object.values(values), ...Object.values(containers)].filter(
    (owned) => owned.unit === unit && owned.origin === 'written',
  )
  return ofUnit.some(({ before = null }) => before !== null)
}

/** Plan to save something of others before it is replaced: an auth entry as a whole, or one value. */
export function planToSave(
  drafts: Drafts,
  { file, old }: FileDraft,
  { unit, path }: { readonly unit: string; readonly path: Path },
): void {
  const usual = savedAs(file, unit, path)
  // The login from before opgen is kept there until it is put back.
  const account = file.target === 'auth' && keepsLogin(old, unit) ? `${usual} (changed)` : usual
  const place = file.target === 'auth' ? [unit] : path
  drafts.replaced.set(account, { unit, file: file.path, path: place, account })
}
