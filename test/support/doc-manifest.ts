import { isDeepStrictEqual } from 'node:util'
import { stringify } from 'yaml'
import { isJsonObject } from '../../src/core/json.ts'
import type { JsonObject, JsonValue } from '../../src/core/json.ts'
import { makeJsonSchema } from '../../src/core/json-schema/make-json-schema.ts'

/** What the page calls the parts of the schema that have fields, in its order. */
const SECTIONS: readonly (readonly [string, string])[] = [
  ['provider', 'A provider'],
  ['options', 'Options of a provider'],
  ['keySource', 'Where a key comes from'],
  ['keySourceKeychain', 'A key in an entry of another tool'],
  ['keychainEntry', 'That entry'],
  ['keySourceEnv', 'A key in a variable'],
  ['keySourceCommand', 'A key that a command prints'],
  ['keySourceFile', 'A key in a file'],
  ['keyHeader', 'A key in a header'],
  ['models', 'Models'],
  ['model', 'A model of a list'],
  ['modelInMap', 'A model of a map'],
  ['limit', 'What fits into a model'],
  ['cost', 'Prices of a model'],
  ['costOfLongContext', 'Prices of long requests'],
  ['modalities', 'What a model takes and gives'],
  ['interleavedField', 'Where reasoning comes'],
  ['modelProvider', 'Another server for one model'],
  ['variant', 'A variant of a model'],
  ['discovery', 'Models that the provider offers'],
  ['condition', 'A condition'],
  ['overlay', 'An overlay'],
]

const schema = makeJsonSchema()
const definitions: JsonObject = isJsonObject(schema['definitions']) ? schema['definitions'] : {}

/** All fields of the manifest, one table for each part that has any. */
export function manifestReference(): string {
  const titles = new Map(SECTIONS)
  const missing = Object.entries(definitions).filter(
    ([name, part]) =>
      isJsonObject(part) &&
      isJsonObject(part['properties']) &&
      !name.endsWith('InOverlay') &&
      !titles.has(name),
  )
  if (missing.length > 0) throw new Error(`no title for ${missing.map(([name]) => name).join()}`)
  const sections = SECTIONS.map(([name, title]) => {
    const part = definitions[name]
    if (!isJsonObject(part)) throw new Error(`the schema has no ${name}`)
    return section(`### ${title}`, part, name)
  })
  return [section('### The top', schema, 'manifest'), ...sections].join('\n')
}

function section(heading: string, part: JsonObject, name: string): string {
  const { description, properties } = part
  const about = typeof description === 'string' ? `${escaped(description)}.\n` : ''
  const rest = OTHERS[name] ?? ''
  if (!isJsonObject(properties)) {
    const type = typeOf(part)
    const text = `${type.charAt(0).toUpperCase()}${type.slice(1)}.`
    return [`\n${heading}\n`, text, ...(about === '' ? [] : ['', about.trim()])].join('\n')
  }
  if (name === 'modelInMap') {
    const id = row('id', properties['id'], [])
    return [
      `\n${heading}\n`,
      `The fields of [a model of a list](#a-model-of-a-list), but for:\n`,
      HEAD,
      id,
    ].join('\n')
  }
  const required = Array.isArray(part['required']) ? part['required'] : []
  const rows = Object.entries(properties).map(([field, value]) => row(field, value, required))
  return [`\n${heading}\n`, ...(about === '' ? [] : [about]), HEAD, ...rows, rest]
    .join('\n')
    .trimEnd()
}

const HEAD = '| field | type | default | means | example |\n|---|---|---|---|---|'

/** What is said of parts that take any other field, too. */
const OTHERS: Readonly<Record<string, string>> = {
  options: '\nAny other field is handed to the adapter as it is.',
  variant: '\nAny other field is an option of the request.',
}

function row(field: string, value: JsonValue | undefined, required: readonly JsonValue[]): string {
  if (!isJsonObject(value)) throw new Error(`${field} has no schema of its own`)
  const { description, examples } = value
  const preset = value['default']
  const fallback = preset === undefined ? '' : code(JSON.stringify(preset).replaceAll('"', ''))
  const [example] = Array.isArray(examples) ? examples : []
  const cells = [
    code(field),
    typeOfField(field, value),
    required.includes(field) ? '*required*' : fallback,
    typeof description === 'string' ? escaped(description) : '',
    example === undefined ? '' : code(inline({ [field]: example })),
  ]
  return `| ${cells.join(' | ')} |`
}

function typeOfField(field: string, value: JsonObject): string {
  if (value['doNotSuggest'] === true) return 'nothing'
  return field === 'preset' ? 'name of a [preset](#presets)' : typeOf(value)
}

/** What may stand there, in words. That an expression may stand in for a text is said once, on the page. */
function typeOf(part: JsonValue | undefined): string {
  if (!isJsonObject(part)) return 'anything'
  const { type, $ref, items, additionalProperties } = part
  if (typeof $ref === 'string') return named($ref.replace('#/definitions/', ''))
  if (part['const'] !== undefined) return code(plain(part['const']))
  if (Array.isArray(part['enum'])) return wordsOf(part['enum'])
  const [all] = Array.isArray(part['allOf']) ? part['allOf'] : []
  if (all !== undefined) return typeOf(all)
  if (Array.isArray(part['anyOf'])) return choice(part['anyOf'])
  if (type === 'array') return `list of ${typeOf(items)}`
  if (type === 'object') return `map of ${typeOf(additionalProperties)}`
  return typeof type === 'string' ? (PLAIN[type] ?? type) : 'anything'
}

const PLAIN: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  null: code('null'),
}

function choice(branches: readonly JsonValue[]): string {
  const types = branches.flatMap((branch) => {
    if (isExpression(branch)) return []
    const [one] = branches
    const isListOfTheFirst =
      branch !== one && isJsonObject(branch) && isDeepStrictEqual(branch['items'], one)
    if (isListOfTheFirst) return ['a list of these']
    // Known names, of which an editor completes some, and a pattern for others.
    return isJsonObject(branch) && Object.keys(branch)[0] === 'pattern'
      ? ['a pattern']
      : [typeOf(branch)]
  })
  return types.length < 2 ? types.join('') : `${types.slice(0, -1).join(', ')} or ${types.at(-1)}`
}

function isExpression(branch: JsonValue): boolean {
  return isJsonObject(branch) && branch['$ref'] === '#/definitions/expression'
}

function named(name: string): string {
  const whole = name.replace(/InOverlay$/, '')
  const title = new Map(SECTIONS).get(whole)
  if (title !== undefined) return `[${LINKED[whole] ?? lower(title)}](#${anchorOf(title)})`
  if (whole === 'modelInList') return `id, ${code('id: Name')} or [map](#a-model-of-a-list)`
  if (whole === 'adapter') return 'name of an npm package'
  return typeOf(definitions[whole])
}

const LINKED: Readonly<Record<string, string>> = {
  condition: 'condition',
  models: 'models',
  provider: 'provider',
  overlay: 'overlay',
  keySource: 'key source',
  modelInMap: 'model',
  keyHeader: 'header',
  options: 'options',
}

function wordsOf(words: readonly JsonValue[]): string {
  return words.map((word) => code(plain(word))).join(', ')
}

function plain(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function lower(title: string): string {
  return title.charAt(0).toLowerCase() + title.slice(1)
}

function anchorOf(title: string): string {
  return title.toLowerCase().replaceAll(' ', '-')
}

function inline(value: JsonObject): string {
  const text = stringify(value, { collectionStyle: 'flow', lineWidth: 0, schema: 'yaml-1.1' })
  return text
    .trim()
    .slice(1, -1)
    .trim()
    .replaceAll(/\[ (.*?) \]/g, '[$1]')
}

function code(text: string): string {
  return `\`${escaped(text)}\``
}

/** A bar would end a cell. */
function escaped(text: string): string {
  return text.replaceAll('|', String.raw`\|`)
}
