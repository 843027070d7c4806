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
  // Joined, and not added up: that would keep every part of the text in memory for itself.
  return ['', ...path.map(escapeName)].join('/')
}

/** The pointer of what a value stands in; `''` for what stands in the root. */
export function pointerAbove(pointer: Pointer): Pointer {
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')))
}

/** Hardly any name needs it, and with thousands of models looking first is what counts. */
function escapeName(name: string): string {
  const tildes = name.includes('~') ? name.replaceAll('~', '~0') : name
  return tildes.includes('/') ? tildes.replaceAll('/', '~1') : tildes
}

export function fromPointer(pointer: Pointer): Path {
  if (pointer === '') return []
  const names = pointer.slice(1).split('/')
  return pointer.includes('~') ? names.map(unescapeName) : names
}

function unescapeName(name: string): string {
  return name.includes('~') ? name.replaceAll('~1', '/').replaceAll('~0', '~') : name
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
