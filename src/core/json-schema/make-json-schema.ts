import * as z from 'zod/mini'
import { isJsonObject, sameJson } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { manifestSchema } from '../manifest/schema.ts'
import { DEFINITIONS, MANIFEST } from './definitions.ts'
import type { Definition } from './definition.ts'
import { exampleOf } from './examples.ts'
import { forOverlays } from './overlay-parts.ts'
import { EXPRESSION, EXPRESSION_REF, orExpression, REFINEMENTS } from './refinements.ts'

/** Where the schema of the newest published opgen is. */
const ID = 'https://unpkg.com/opgen/schema/providers.schema.json'

/**
 * Make the JSON Schema of the manifest, of draft 7, which editors know best. It is for editors alone:
 * what it lets pass, opgen may still refuse; what it flags, opgen refuses too or cannot make use of.
 */
export function makeJsonSchema(): JsonObject {
  const registry = z.registry<{ readonly id: string }>()
  for (const { schema, name } of DEFINITIONS) registry.add(schema, { id: name })
  const { $schema, definitions, ...top } = generate(registry)
  if ($schema === undefined || !isJsonObject(definitions))
    throw new Error('zod gave no definitions')
  const refined = new Set<string>()
  const named = [...DEFINITIONS].map((definition): readonly [string, JsonObject] => {
    const part = definitions[definition.name]
    if (!isJsonObject(part)) throw new Error(`nothing uses the definition ${definition.name}`)
    return [definition.name, finish(part, definition, refined)]
  })
  const manifest = finish(top, MANIFEST, refined)
  const unused = [...REFINEMENTS.keys()].filter((name) => !refined.has(name))
  if (unused.length > 0) throw new Error(`nothing to refine: ${unused.join(', ')}`)
  const all = { ...Object.fromEntries(named), expression: EXPRESSION }
  return { $schema, $id: ID, title: 'opgen manifest', ...manifest, definitions: forOverlays(all) }
}

function generate(metadata: z.core.$ZodRegistry<{ readonly id: string }>): JsonObject {
  const schema = z.toJSONSchema(manifestSchema, { target: 'draft-7', metadata })
  const plain: JsonObject = JSON.parse(JSON.stringify(schema))
  const allowing = allowExpressions(plain)
  return isJsonObject(allowing) ? allowing : plain
}

/** The value of a text may be an expression, wherever the schema is about values and not about names. */
function allowExpressions(part: JsonValue): JsonValue {
  if (Array.isArray(part)) return part.map(allowExpressions)
  if (!isJsonObject(part)) return part
  // Every name is a text: zod says so of each map.
  const { propertyNames, ...others } = part
  const names = sameJson(propertyNames, { type: 'string' }) ? undefined : propertyNames
  const inside = Object.entries(others).map(([name, value]): readonly [string, JsonValue] => {
    if (name === 'pattern' && typeof value === 'string') return [name, orExpression(value)]
    if (name === 'anyOf' && Array.isArray(value)) return [name, value.flatMap(alternatives)]
    return [name, allowExpressions(value)]
  })
  const allowing = {
    ...Object.fromEntries(inside),
    ...(names === undefined ? {} : { propertyNames: names }),
  }
  const { type, enum: words, ...rest }: JsonObject = allowing
  return type === 'string' && words !== undefined
    ? { ...rest, anyOf: [{ type, enum: words }, EXPRESSION_REF] }
    : allowing
}

function alternatives(branch: JsonValue): readonly JsonValue[] {
  const allowing = allowExpressions(branch)
  const isWords = isJsonObject(branch) && branch['enum'] !== undefined && isJsonObject(allowing)
  return isWords && Array.isArray(allowing['anyOf']) ? allowing['anyOf'] : [allowing]
}

/** A definition with its refinements and texts. */
function finish(part: JsonObject, definition: Definition, refined: Set<string>): JsonObject {
  const { name, description, fields } = definition
  const refine = (place: string, value: JsonObject): JsonObject => {
    const refinement = REFINEMENTS.get(place)
    if (refinement === undefined) return value
    refined.add(place)
    return refinement(value)
  }
  const { properties, ...rest } = refine(name, part)
  const whole = { ...(description === undefined ? {} : { description }), ...rest }
  if (!isJsonObject(properties)) return whole
  const described = Object.entries(properties).map(([field, value]) => {
    if (!isJsonObject(value)) throw new Error(`${name}.${field} has no schema of its own`)
    const example = exampleOf(name, field)
    const finer = refine(`${name}.${field}`, value)
    return [field, describe(finer, fields[field], example)] as const
  })
  return { ...whole, properties: Object.fromEntries(described) }
}

/** In draft 7 nothing counts beside `$ref`. */
function describe(
  part: JsonObject,
  description: string | undefined,
  example: JsonValue | undefined,
): JsonObject {
  if (description === undefined) throw new Error('a field without a text')
  const examples = example === undefined ? {} : { examples: [example] }
  const texts = { description, ...examples }
  return part['$ref'] === undefined ? { ...texts, ...part } : { ...texts, allOf: [part] }
}
