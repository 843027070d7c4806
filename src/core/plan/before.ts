import { toPointer } from '../json.ts'
import type { JsonValue, Path } from '../json.ts'
import { Secret } from '../secret.ts'
import type { RecordedValue } from '../state/recorded.ts'
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
  if (!isSensitive(path, json)) return { json, ...spellingOf(draft, path, json) }
  return { fingerprint: fingerprintOf(new Secret(JSON.stringify(json))) }
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
  const holdsComment = file.document.comments.some(
    ({ start }) => start > node.start && start < node.end,
  )
  const isPlain = typeof json !== 'object' && JSON.stringify(json) === spelling
  return isPlain || holdsComment ? {} : { spelling }
}

/** The account under which the keychain keeps what stood at a place. */
export function savedAs({ target }: ActualFile, unit: string, path: Path): string {
  return target === 'auth' ? unit : toPointer(path)
}

/** Plan to save something of others before it is replaced: an auth entry as a whole, or one value. */
export function planToSave(
  drafts: Drafts,
  { file }: FileDraft,
  { unit, path }: { readonly unit: string; readonly path: Path },
): void {
  const account = savedAs(file, unit, path)
  const place = file.target === 'auth' ? [unit] : path
  drafts.replaced.set(account, { unit, file: file.path, path: place, account })
}
