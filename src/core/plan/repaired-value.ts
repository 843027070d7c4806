import { isJsonObject } from '../json.ts'
import type { JsonValue, Path } from '../json.ts'
import { nodeAt, valueOf } from '../jsonc/parse.ts'
import type { JsonDocument } from '../jsonc/parse.ts'
import { Secret } from '../secret.ts'
import type { Fingerprint } from '../secret.ts'
import type { FingerprintOf } from './actual.ts'

export function valueAt(document: JsonDocument, path: Path): JsonValue | undefined {
  const node = nodeAt(document, path)
  return node === undefined ? undefined : valueOf(node)
}

/** The same for equal values: other programs write members in an order of their own. */
export function fingerprint(fingerprintOf: FingerprintOf, value: JsonValue): Fingerprint {
  return fingerprintOf(new Secret(JSON.stringify(inOrder(value))))
}

/** With objects as lists of their members by name. */
function inOrder(value: JsonValue): JsonValue {
  if (isJsonObject(value)) {
    const names = Object.keys(value).toSorted()
    return { object: names.map((name) => [name, inOrder(value[name] ?? null)]) }
  }
  return Array.isArray(value) ? value.map((item: JsonValue) => inOrder(item)) : value
}
