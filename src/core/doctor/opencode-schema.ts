import { AMENDMENTS, NOTHING } from './opencode-amendments.ts'
import definitions from './opencode-schema.json' with { type: 'json' }

/** What a value of OpenCode's configuration must be: JSON Schema, as much of it as OpenCode's uses. */
export interface Schema {
  /** Name of a definition. */
  readonly $ref?: string | undefined
  readonly type?: string | undefined
  readonly enum?: readonly (string | boolean)[] | undefined
  readonly pattern?: string | undefined
  readonly minimum?: number | undefined
  readonly maximum?: number | undefined
  readonly exclusiveMinimum?: number | undefined
  readonly required?: readonly string[] | undefined
  readonly properties?: Readonly<Record<string, Schema>> | undefined
  /** False: OpenCode drops other members, and says nothing. */
  readonly additionalProperties?: boolean | Schema | undefined
  readonly items?: Schema | undefined
  /** Of a list that has exactly these elements. */
  readonly prefixItems?: readonly Schema[] | undefined
  readonly anyOf?: readonly Schema[] | undefined
}

const DEFINITIONS: ReadonlyMap<string, Schema> = AMENDMENTS.reduce(
  (all, { at: [definition, ...names], also }) =>
    all.set(definition, amended(all.get(definition) ?? {}, names, also)),
  new Map<string, Schema>(Object.entries(definitions)),
)

function amended(schema: Schema, [name, ...others]: readonly string[], also: Schema): Schema {
  if (name === undefined) return also === NOTHING ? also : { anyOf: [schema, also] }
  const inside = memberSchema(schema, name)
  const member = inside === undefined ? also : amended(inside, others, also)
  if (name === '*') return { ...schema, additionalProperties: member }
  return { ...schema, properties: { ...schema.properties, [name]: member } }
}

/** The schema itself where it is no reference. */
export function resolved(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema
  const found = DEFINITIONS.get(schema.$ref)
  if (found === undefined) throw new Error(`no definition ${schema.$ref}`)
  return resolved(found)
}

/** What a whole configuration must be for OpenCode 1 to start. */
export const CONFIG_SCHEMA: Schema = resolved({ $ref: 'Config' })

/** What a member must be; undefined where the schema does not say. */
export function memberSchema(
  { properties, additionalProperties }: Schema,
  name: string,
): Schema | undefined {
  if (properties !== undefined && Object.hasOwn(properties, name)) return properties[name]
  return typeof additionalProperties === 'object' ? additionalProperties : undefined
}

/** What the value at a path must be, where no choice is on the way; undefined where the schema does not say. */
export function schemaAt(path: readonly string[]): Schema | undefined {
  let current: Schema | undefined = CONFIG_SCHEMA
  for (const name of path) {
    current = current === undefined ? undefined : memberSchema(resolved(current), name)
  }
  return current
}
