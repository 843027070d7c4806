import { isDeepStrictEqual } from 'node:util'

/** A JSON value. Key order carries no meaning; {@link sameJson} ignores it. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

export type JsonObject = { readonly [key: string]: JsonValue }

/** A path from the root of a JSON document: member names, never escaped. */
export type Path = readonly string[]

/** A path as text (RFC 6901): `['provider', 'a/b']` is `/provider/a~1b`; the root is `''`. */
export type Pointer = string

export function toPointer(path: Path): Pointer {
  return path.map((name) => `/${escapeName(name)}`).join('')
}

/** Hardly any name needs it, and with thousands of models looking first is what counts. */
function escapeName(name: string): string {
  return /[~/]/.test(name) ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name
}

export function fromPointer(pointer: Pointer): Path {
  if (pointer === '') return []
  return pointer
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object that a member is; one without members where it is anything else, or not there. */
export function objectAt(object: JsonObject, name: string): JsonObject {
  const value = object[name]
  return isJsonObject(value) ? value : {}
}

/** Whether a text is strict JSON. */
export function isJsonText(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Whether two values are the same JSON: member order is ignored, element order is not. */
export function sameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return isDeepStrictEqual(a, b)
}
