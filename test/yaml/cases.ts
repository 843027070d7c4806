import type { JsonValue } from '../../src/core/json.ts'

/** A text, and what reading it as YAML comes to. */
export interface YamlCase {
  readonly name: string
  readonly text: string
  /** The value; absent where the text is no YAML or holds nothing, and where it does not matter. */
  readonly value?: JsonValue
  /** Codes of the diagnostics, in their order. */
  readonly codes: readonly string[]
}

/** A text that is read without a word. */
export function reads(name: string, text: string, value: JsonValue): YamlCase {
  return { name, text, value, codes: [] }
}

/** A text with nothing in it. */
export function holdsNothing(name: string, text: string): YamlCase {
  return { name, text, codes: [] }
}

/** @param codes apart by blanks */
export function refuses(name: string, text: string, codes: string): YamlCase {
  return { name, text, codes: codes.split(' ') }
}

/** A text with problems that leave a value all the same. */
export function partly(name: string, text: string, codes: string, value: JsonValue): YamlCase {
  return { name, text, value, codes: codes.split(' ') }
}
