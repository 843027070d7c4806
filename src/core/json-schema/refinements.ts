import { BUNDLED_ADAPTERS } from '../adapters.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { BUILT_IN_PRESETS, DEFAULT_PRESET } from '../preset/preset.ts'

/** A part of the JSON Schema as zod gives it, to the part that is written. */
type Refine = (part: JsonObject) => JsonObject

/** Stands for a text that is known only when the expression in it is filled in. */
export const EXPRESSION: JsonObject = {
  type: 'string',
  pattern: String.raw`\{\{`,
  description: 'A text with an expression, such as {{vars.NAME}}',
}

export const EXPRESSION_REF: JsonObject = { $ref: '#/definitions/expression' }

/** A pattern of texts, which an expression may stand in for. */
export function orExpression(pattern: string): string {
  return String.raw`\{\{|${pattern}`
}

/**
 * Another file may bring the providers, which an editor does not see. A file with nothing but its version
 * brings nothing; what it lacks most likely is named first.
 */
function withoutProviders(part: JsonObject): JsonObject {
  const fields = isJsonObject(part['properties']) ? Object.keys(part['properties']) : []
  const others = fields.filter((name) => name !== 'version' && name !== 'providers')
  const anyOf = ['providers', ...others].map((name) => ({ required: [name] }))
  return { ...part, required: ['version'], anyOf }
}

function add(more: JsonObject): Refine {
  return (part) => ({ ...part, ...more })
}

/** @param message what an editor says of a text that does not match */
function matching(pattern: string, message: string): JsonObject {
  return { pattern, patternErrorMessage: message }
}

function text(pattern: string, message: string): JsonObject {
  return matching(orExpression(pattern), message)
}

/** A condition: one text or a list of them. An expression is not filled in when it is judged. */
function condition(pattern: JsonObject): Refine {
  const one = { type: 'string', ...pattern }
  return () => ({ anyOf: [one, { type: 'array', items: one, minItems: 1 }] })
}

/** What Node calls systems and processors, or a pattern of it. */
function knownOr(known: readonly string[]): JsonObject {
  const glob = matching('[*?]', `${known.join(', ')}, or a pattern with * or ?`)
  return { anyOf: [{ enum: [...known] }, glob] }
}

const NOT_EMPTY = text(String.raw`\S`, 'a text that is not empty')

const MODEL_REFERENCE = text('^[^/]+/.', 'a model is named as provider/model')

const VARIABLE = String.raw`^[A-Za-z_]\w*$`

/** With a scheme and without user info; or filled in by OpenCode, from its beginning. */
const BASE_URL = text(
  String.raw`^[Hh][Tt][Tt][Pp][Ss]?://[^\s@/?#\\]+(?:[/?#\\]\S*)?$|^(?:\{(?:env|file):|\$\{)\S*`,
  'an http or https URL without a user name',
)

const PROVIDER_IDS: JsonObject = {
  propertyNames: matching(
    String.raw`^(?!(?:constructor|prototype)$)[A-Za-z0-9][\w.-]{0,63}$`,
    'an id is 1 to 64 of letters, digits, ".", "_" and "-", and begins with a letter or digit',
  ),
}

/** Names in any case, as JSON Schema has no flag for that. */
function inAnyCase(...names: readonly string[]): string {
  return names.map((name) => name.replaceAll(/[a-z]/gi, bothCases)).join('|')
}

function bothCases(letter: string): string {
  return `[${letter.toUpperCase()}${letter.toLowerCase()}]`
}

const EXTRA: JsonObject = {
  propertyNames: matching(
    `^(?!(?:${inAnyCase('apiKey', 'authorization', 'npm', 'api', 'baseURL')})$)`,
    'opgen sets this itself, from a field beside "extra"',
  ),
}

/** A field that stands elsewhere: no text will do, and an editor says why. */
function refused(message: string): JsonObject {
  return { type: 'string', ...matching('(?!)', message), doNotSuggest: true }
}

/** `anyOf` of a part, with one branch changed. */
function branches(part: JsonObject, change: Refine): JsonValue {
  const { anyOf } = part
  if (!Array.isArray(anyOf)) throw new Error('no anyOf where one was')
  return anyOf.map((branch) => (isJsonObject(branch) ? change(branch) : branch))
}

/**
 * A choice by form, not `anyOf`: of a map with a wrong field an editor would else say that it is no
 * `id: Name`.
 */
const modelByItsForm: Refine = () => ({
  if: {
    type: 'object',
    propertyNames: { not: { const: 'id' } },
    minProperties: 1,
    maxProperties: 1,
    additionalProperties: { type: 'string' },
  },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: { $ref: '#/definitions/modelWithName' },
  else: { anyOf: [{ type: 'string', ...NOT_EMPTY }, { $ref: '#/definitions/model' }] },
})

/** Fields that stand at the top and in overlays. */
const shared = (owner: string): readonly (readonly [string, Refine])[] => [
  [`${owner}.model`, add(MODEL_REFERENCE)],
  [`${owner}.small_model`, add(MODEL_REFERENCE)],
  [`${owner}.delivery`, add({ default: 'auto' })],
  [`${owner}.enabled_providers`, add({ default: 'auto' })],
  [`${owner}.providers`, add(PROVIDER_IDS)],
]

/**
 * What editors need and zod cannot say or the program checks apart from it: names to complete, and
 * patterns. By `definition` or `definition.field`. No text that opgen accepts is refused here.
 */
export const REFINEMENTS: ReadonlyMap<string, Refine> = new Map<string, Refine>([
  ['manifest', withoutProviders],
  ...shared('manifest'),
  ...shared('overlay'),
  [
    'provider.preset',
    add({
      default: DEFAULT_PRESET,
      anyOf: [
        { enum: [...BUILT_IN_PRESETS] },
        text(
          String.raw`^[A-Za-z0-9][\w.-]{0,63}$`,
          'a name is made of letters, digits, ".", "_" and "-"',
        ),
      ],
    }),
  ],
  ['provider.baseURL', add(BASE_URL)],
  ['provider.enabled', add({ default: true })],
  ['provider.keyIn', add({ default: 'apiKey' })],
  [
    'provider.key',
    (part) => ({
      ...part,
      anyOf: branches(part, (branch) =>
        branch['type'] === 'array' ? { ...branch, minItems: 1 } : branch,
      ),
    }),
  ],
  ['provider.extra', add(EXTRA)],
  ...['model', 'modelInMap'].flatMap((owner): readonly (readonly [string, Refine])[] => [
    [`${owner}.attachment`, add({ default: false })],
    [`${owner}.reasoning`, add({ default: false })],
    [`${owner}.temperature`, add({ default: false })],
    [`${owner}.tool_call`, add({ default: true })],
  ]),
  ['model.extra', add(EXTRA)],
  ['modelInMap.extra', add(EXTRA)],
  ['model.id', add(NOT_EMPTY)],
  ['modelInList', modelByItsForm],
  ['modelWithName', add({ minProperties: 1, maxProperties: 1 })],
  ['modelProvider.api', add(BASE_URL)],
  [
    'adapter',
    ({ pattern, ...part }) => ({
      ...part,
      anyOf: [
        { enum: [...BUNDLED_ADAPTERS] },
        matching(
          typeof pattern === 'string' ? pattern : '',
          'the name of an npm package without a version, or a file: URL',
        ),
      ],
    }),
  ],
  [
    'milliseconds',
    () => ({
      anyOf: [
        { type: 'integer', exclusiveMinimum: 0 },
        { type: 'boolean', const: false },
      ],
    }),
  ],
  [
    'options',
    add({
      patternProperties: {
        [`^(?:${inAnyCase('authorization')}|(?!apiKey$)(?:${inAnyCase('apiKey')}))$`]: refused(
          'opgen sets this itself, from where "key" says',
        ),
      },
    }),
  ],
  [
    'options.apiKey',
    add(matching(String.raw`^\{(?:env|file):[^{}]+\}$`, 'never a key: {env:NAME} or {file:path}')),
  ],
  ['options.baseURL', () => refused('write it beside "options"')],
  ['patterns', condition(matching(String.raw`^(?!.*\{\{)`, 'a pattern, without an expression'))],
  ['condition.os', condition(knownOr(['darwin', 'linux', 'win32']))],
  [
    'condition.arch',
    condition(knownOr(['arm64', 'x64', 'arm', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x'])),
  ],
  ['condition.env', add({ propertyNames: matching(VARIABLE, 'the name of a variable') })],
  [
    'keyHeader.format',
    add(
      text(String.raw`^(?:(?!\{key\}).)*\{key\}(?:(?!\{key\}).)*$`, '{key} must stand in it once'),
    ),
  ],
  ['keyHeader.header', add(text(String.raw`^[\w!#$%&'*+.^|~\x60-]+$`, 'the name of a header'))],
  ['keySourceEnv.env', add(text(VARIABLE, 'the name of a variable'))],
  ['keySourceCommand.command', add({ minItems: 1 })],
  ['keySourceCommand.timeout', add({ exclusiveMinimum: 0, maximum: 3600, default: 30 })],
  ['keySourceFile.file', add(NOT_EMPTY)],
  ['keychainEntry.service', add(NOT_EMPTY)],
  ['keychainEntry.account', add(NOT_EMPTY)],
])
