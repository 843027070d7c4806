import type { Path } from '../json.ts'
import type { RecordedValue } from '../state/recorded.ts'

/** Names under which people keep secrets (the list OpenCode's own `debug config` redacts by). */
const SENSITIVE = /api.?key|secret|password|token$|authorization$|cookie$|credential|private.?key/i

/**
 * A value as a message may show it: shortened, and masked where it is a key or stands under a name
 * that often holds one.
 */
export function describeValue(path: Path, value: RecordedValue): string {
  if ('fingerprint' in value) return 'another key'
  const sensitive = path.some((name) => SENSITIVE.test(name)) || path.includes('headers')
  if (sensitive) return 'another value'
  const text = JSON.stringify(value.json)
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`
}
