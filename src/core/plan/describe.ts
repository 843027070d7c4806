import { isJsonObject, toPointer } from '../json.ts'
import type { JsonValue, Path } from '../json.ts'
import { hiddenFrom, isReference } from '../manifest/key-text.ts'
import type { RecordedValue } from '../state/recorded.ts'
import type { ActualFile } from './actual.ts'
import { changedPath } from './draft.ts'
import type { Detail } from './plan.ts'

/** Names under which people keep secrets (the list OpenCode's own `debug config` redacts by). */
const SENSITIVE = /api.?key|secret|password|token$|authorization$|cookie$|credential|private.?key/i

/** `/model is "a/b"`, for a message. The root is that of a key file: no other is a value of opgen's. */
export function describeFound(path: Path, found: RecordedValue | undefined): string {
  const place = path.length === 0 ? 'its key file' : toPointer(path)
  if (found === undefined) return `${place} is not there`
  if ('fingerprint' in found) return `${place} holds another key`
  return `${place} is ${describeValue(path, found)}`
}

/** A disputed value of a file; `wanted` is what is wanted there, or what is the matter with it. */
export function detailOf(
  file: ActualFile,
  path: Path,
  { found, wanted }: { readonly found: RecordedValue | undefined; readonly wanted: Wish },
): Detail {
  const isValue = typeof wanted === 'object'
  const text = isValue
    ? describeDispute(path, found, wanted)
    : `${describeFound(path, found)}, ${WISHES[wanted]}`
  return {
    text,
    dispute: {
      ...changedPath(file, path),
      found: found === undefined ? 'nothing' : describeValue(path, found),
      wanted: isValue ? describeWanted(path, wanted, found) : SHOWN_WISH[wanted],
    },
  }
}

type Wish = RecordedValue | keyof typeof WISHES

const WISHES = {
  object: 'an object is needed there',
  list: 'a list is needed there',
  nothing: 'changed since opgen wrote it and no longer wanted',
} as const

const SHOWN_WISH = { object: 'an object', list: 'a list', nothing: undefined } as const

/** Beside a value that is not shown, the wanted one is not shown either. */
function describeWanted(
  path: Path,
  wanted: RecordedValue,
  found: RecordedValue | undefined,
): string {
  if ('fingerprint' in wanted) return 'the key of its source'
  const isHidden = found !== undefined && 'json' in found && isSensitive(path, found.json)
  return isHidden ? 'the value of the manifest' : describeValue(path, wanted)
}

/** What stands at a place, and what should. */
export function describeDispute(
  path: Path,
  found: RecordedValue | undefined,
  wanted: RecordedValue,
): string {
  if ('fingerprint' in wanted) return describeFound(path, found)
  if (found !== undefined && 'json' in found && isSensitive(path, found.json)) {
    return `${toPointer(path)} is another value (not shown)`
  }
  return `${describeFound(path, found)}, wanted ${describeValue(path, wanted)}`
}

/**
 * A value as a message may show it: shortened, and masked where it is a key or stands under a name
 * that often holds one.
 */
function describeValue(path: Path, value: RecordedValue): string {
  if ('fingerprint' in value) return 'another key'
  if (isSensitive(path, value.json)) return 'another value'
  // Not looked into: what it holds may be anything.
  if (Array.isArray(value.json)) return 'a list'
  if (isJsonObject(value.json)) return 'an object'
  const text = JSON.stringify(value.json)
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`
}

/** Whether a value, by its name or by what it is, or anything in it, may hold a secret. */
export function isSensitive(path: Path, value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some((element: JsonValue) => isSensitive(path, element))
  if (isJsonObject(value)) {
    return Object.entries(value).some(([name, member]) => isSensitive([...path, name], member))
  }
  // What refers to a key says where it is, and not what it is.
  if (typeof value === 'string' && isReference(value)) return hiddenFrom(value) !== undefined
  const isHeader = path.includes('headers') || path.includes('environment')
  return isHeader || path.some((name) => SENSITIVE.test(name)) || holdsCredentials(value)
}

/**
 * Whether a text looks like a key or names one (`--api-key=…`), or is a URL with user info or a query,
 * where some servers take their key.
 */
function holdsCredentials(value: JsonValue): boolean {
  if (typeof value !== 'string') return false
  return /^[a-z]+:\/\/([^/]*@|.*\?)/i.test(value) || hiddenFrom(value) !== undefined
}
