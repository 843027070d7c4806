import type { ScalarNode } from '../../jsonc/parse.ts'
import { nearest } from '../../nearest.ts'
import { checkSchema, checkValue, pathOf } from '../check-schema.ts'
import type { SchemaProblem, Spot } from '../check-schema.ts'
import { fieldFindings } from '../field-findings.ts'
import type { FieldItem } from '../field-findings.ts'
import { NOTHING } from '../opencode-amendments.ts'
import type { Schema } from '../opencode-schema.ts'
import type { Rule } from '../rule.ts'
import { mayBeLine } from '../scene.ts'
import { expectedWords, foundWords, kindOf, kindsOf, orList, textsOf } from '../schema-words.ts'

export const configRoot: Rule = {
  code: 'config-root',
  severity: 'error',
  title: 'a config file that holds no object',
  cause:
    'OpenCode 1 does not start with it ("Expected Config, got …"); OpenCode 2 leaves the file out and only logs that',
  fix: 'put what it holds between braces, each value behind its name',
  source: 'contract 1.4, 9',
  check: ({ layers }) =>
    layers.flatMap(({ file, text, problem }) =>
      problem?.code === 'root-not-object'
        ? [{ message: problem.message, at: { file, text, offset: problem.offset } }]
        : [],
    ),
}

const STOPS_1 =
  'OpenCode 1 does not start, even where another file has the right value, and its message has no line'

export const configType: Rule = {
  code: 'config-type',
  severity: 'error',
  title: 'a value that OpenCode does not take, or a member that it misses',
  cause: `${STOPS_1}; OpenCode 2 leaves such a provider out and only logs that`,
  fix: 'correct the value, or take it out',
  source: 'contract 1.4, 2, 9; anomalyco/opencode#29200, #27530, #30710, #31509',
  check: (scene) => {
    const stops = mayBeLine(scene, 1)
    return scene.layers.flatMap((layer) => {
      if (layer.document === undefined) return []
      const items = checkSchema(layer.document).flatMap((problem): FieldItem[] => {
        const item = problem.kind === 'unknown' ? undefined : itemOf(problem)
        if (item === undefined) return []
        // Of the rest of OpenCode 2's configuration this schema says nothing.
        const isOf2 = item.path[0] === 'provider'
        if (stops) return [isOf2 ? item : { ...item, cause: STOPS_1 }]
        return isOf2 ? [{ ...item, severity: 'warning' }] : []
      })
      return fieldFindings(layer, items, (count) => `${count} more values here are as wrong`)
    })
  },
}

type Fault = Exclude<SchemaProblem, { readonly kind: 'unknown' }>

function itemOf(problem: Fault): FieldItem {
  const { spot } = problem
  const path = pathOf(spot)
  switch (problem.kind) {
    case 'missing':
      return missingItem(spot, problem.names)
    case 'surplus':
      return {
        path,
        offset: spot.node.start,
        predicate: 'is one element too many',
        fix: 'take it out',
      }
    case 'unfit':
      return { path, offset: spot.node.start, ...unfit(spot, problem.schema) }
  }
}

function missingItem(spot: Spot, names: readonly string[]): FieldItem {
  const path = pathOf(spot)
  const offset = spot.nameAt
  const [name = ''] = names
  const quoted = names.map((one) => `"${one}"`)
  if (spot.node.kind === 'array') {
    const fix = 'write the name alone, or a list of the name and an object with options'
    return { path, offset, predicate: 'has too few elements', fix }
  }
  if (names.length > 1) {
    const predicate = `has none of ${quoted.join(', ')}`
    return { path, offset, predicate, fix: `add ${orList(quoted)} with what belongs to it` }
  }
  const whole = spot.name === '' ? '' : `, or take "${spot.name}" out`
  const fix = MISSING.get(spot.name) ?? `add "${name}"${whole}`
  return { path: [...path, name], offset, predicate: 'is missing', fix }
}

/** What to do where an object of this name lacks a member. */
const MISSING: ReadonlyMap<string, string> = new Map([
  ['limit', 'give "limit" both "context" and "output", in tokens, or take it out'],
  ['cost', 'give "cost" both "input" and "output", in dollars per million tokens, or take it out'],
])

function unfit(spot: Spot, schema: Schema): Pick<FieldItem, 'predicate' | 'fix' | 'edits'> {
  if (schema === NOTHING) {
    const fix = `write "permission" with the rules of OpenCode 1, or start OpenCode 2`
    return { predicate: 'is for OpenCode 2 alone', fix }
  }
  const expected = expectedWords(schema)
  const isOfKind = kindsOf(schema).includes(kindOf(spot.node))
  const predicate = isOfKind
    ? `must be ${expected}`
    : `is ${foundWords(spot.node)}, and must be ${expected}`
  const bare = withoutQuotes(spot, schema)
  if (bare !== undefined) {
    const edits = isInList(spot) ? [] : [{ path: pathOf(spot), value: bare }]
    return { predicate, fix: 'take the quotes away', edits }
  }
  const isNull = spot.node.kind === 'scalar' && spot.node.value === null
  const mend = isNull ? `take it out, or write ${expected}` : `write ${expected}`
  const guess = nearest(textIn(spot), textsOf(schema))
  if (guess !== undefined) return { predicate, fix: `write "${guess}", if that is meant` }
  return { predicate, fix: SPECIAL.find(({ is }) => is(spot))?.fix ?? mend }
}

/** What people write for something else, and how that is written. */
const SPECIAL: readonly { readonly is: (spot: Spot) => boolean; readonly fix: string }[] = [
  {
    is: ({ name, node, parent }) =>
      name === 'models' && node.kind === 'array' && parent?.parent?.name === 'provider',
    fix: 'write an object with the ids as names, as in `"models": { "large": {} }`',
  },
  {
    is: ({ name, node, parent }) =>
      name === 'command' && node.kind === 'scalar' && parent?.parent?.name === 'mcp',
    fix: 'write a list, each word by itself, as in `["npx", "-y", "server"]`',
  },
]

function textIn({ node }: Spot): string {
  return node.kind === 'scalar' && typeof node.value === 'string' ? node.value : ''
}

/** The number or the boolean that a text holds, where just that is right. */
function withoutQuotes(spot: Spot, schema: Schema): number | boolean | undefined {
  const text = textIn(spot).trim()
  const isBare = /^(?:true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?)$/.test(text)
  if (!isBare) return undefined
  const value: number | boolean = text === 'true' || (text === 'false' ? false : Number(text))
  const node: ScalarNode = { kind: 'scalar', value, start: spot.node.start, end: spot.node.end }
  return checkValue(schema, { ...spot, node }).length === 0 ? value : undefined
}

function isInList({ parent }: Spot): boolean {
  return parent !== undefined && (parent.node.kind === 'array' || isInList(parent))
}
