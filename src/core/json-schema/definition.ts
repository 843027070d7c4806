import type * as z from 'zod/mini'

/** A part of the manifest's schema with a name of its own, and what its fields mean. */
export interface Definition {
  readonly schema: z.core.$ZodType
  readonly name: string
  readonly description?: string
  /** By name, all of them. An editor shows them: the meaning, the unit, the default. */
  readonly fields: FieldTexts
}

type FieldTexts = Readonly<Record<string, string>>
type FieldsOf<S extends z.ZodMiniObject> = Readonly<
  Record<keyof S['_zod']['def']['shape'] & string, string>
>

/** A field without a text is an error of types. */
export function object<S extends z.ZodMiniObject>(
  schema: S,
  { name, description, fields }: Omit<Definition, 'schema'> & { readonly fields: FieldsOf<S> },
): Definition {
  return { schema, name, fields, ...(description === undefined ? {} : { description }) }
}

export function part(schema: z.core.$ZodType, name: string, description?: string): Definition {
  return { schema, name, fields: {}, ...(description === undefined ? {} : { description }) }
}

/** What `extra` is, wherever it stands. */
export const EXTRA = 'Further fields, passed through unchecked and written last'
