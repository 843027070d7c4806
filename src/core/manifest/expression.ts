/**
 * Expressions in the texts of a manifest: `{{vars.x}}`, `{{machine.os}}`, `{{env "NAME" "default"}}`.
 * They have Handlebars' syntax, and a small part of it only.
 */

/** What an expression stands for. */
export type Expression =
  | {
      readonly kind: 'value'
      /** `vars.a.b` is `['vars', 'a', 'b']`; at least two names, the first is `vars` or `machine`. */
      readonly path: readonly string[]
    }
  | {
      readonly kind: 'env'
      /** Of an environment variable: letters, digits and `_`. */
      readonly name: string
      /** May be empty. */
      readonly fallback: string | undefined
    }

/** A piece of a text. `index` tells which `{{` of the text it is: see {@link braceOffsets}. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | (Expression & { readonly index: number })

/** Why something is no expression, and what to write in its place. */
export interface Refusal {
  readonly message: string
  readonly hint: string
}

export type ParsedText =
  | {
      readonly ok: true
      /** In order; no two texts side by side, no empty ones but that of an empty text. */
      readonly parts: readonly Part[]
    }
  | (Refusal & {
      readonly ok: false
      /** As in {@link Part}; undefined when no single place is to blame. */
      readonly index: number | undefined
    })

/**
 * Take a text apart at its expressions; never throws, whatever the text. The real one is in
 * system/handlebars-expressions.ts: the library loads only when it is needed.
 */
export type ParseExpressions = (text: string) => ParsedText

/** The same, taking each text apart once: all machines of a run see mostly the same texts. */
export function remembering(parse: ParseExpressions): ParseExpressions {
  const known = new Map<string, ParsedText>()
  return (text) => {
    const parsed = known.get(text) ?? parse(text)
    known.set(text, parsed)
    return parsed
  }
}

/**
 * Where a text has `{{`, from the left and without overlaps: `{{{` counts once, and so do escapes
 * (`\{{`), comments (`{{! }}`) and braces in quotes. An `index` is a position in this list, of the
 * value and of its spelling in a file alike.
 */
export function braceOffsets(text: string): readonly number[] {
  return Array.from(text.matchAll(/\{\{/g), (match) => match.index)
}
