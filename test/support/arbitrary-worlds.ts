import * as fc from 'fast-check'
import { anyStyle, choicesFrom, frame, oddText } from './odd-text.ts'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export interface JsonObject {
  [key: string]: Json
}

/* Manifests: any subset of four providers, in any order, with any models and a few options. */

const modelId = fc.constantFrom('a', 'b/c', 'd:30b', 'e@1', 'f')
const model = fc.record(
  { name: fc.constantFrom('One', 'Two'), reasoning: fc.boolean(), tool_call: fc.boolean() },
  { requiredKeys: [] },
)
const provider = fc.record(
  {
    name: fc.constantFrom('Mine', 'Yours'),
    options: fc.record(
      { timeout: fc.constantFrom(1000, 2000), headers: fc.constant({ 'X-Team': 'a' }) },
      { requiredKeys: [] },
    ),
    whitelist: fc.constantFrom(['a'], ['a', 'f']),
    keyIn: fc.constantFrom('apiKey', 'authToken', { header: 'X-Key', format: 'Key {key}' }),
    models: fc.dictionary(modelId, model, { minKeys: 1, maxKeys: 4 }),
  },
  { requiredKeys: ['models'] },
)
const lists = fc.record(
  {
    enabled_providers: fc.constantFrom('auto', [], ['x'], ['one', 'x']),
    disabled_providers: fc.constantFrom([], ['y'], ['y', 'z']),
  },
  { requiredKeys: [] },
)
export const manifest = fc
  .record({
    providers: fc.dictionary(fc.constantFrom('one', 'two', 'three', 'four'), provider, {
      maxKeys: 4,
    }),
    model: fc.option(fc.constant('elsewhere/x'), { nil: undefined }),
    delivery: fc.constantFrom('auto', 'auth.json', 'keyfile'),
    lists,
  })
  .map(({ providers, model: chosen, delivery, lists: chosenLists }) =>
    JSON.stringify({
      version: 1,
      delivery,
      ...(chosen === undefined ? {} : { model: chosen }),
      ...chosenLists,
      providers: Object.fromEntries(
        Object.entries(providers).map(([id, fields]) => [
          id,
          { ...fields, baseURL: `https://${id}.example/v1`, key: { env: 'SOME_KEY' } },
        ]),
      ),
    }),
  )

/* Files as people have them: foreign members in several styles, with comments. */

const foreignConfig = fc.record(
  {
    $schema: fc.constant('https://opencode.ai/config.json'),
    theme: fc.constantFrom('system', 'dark'),
    provider: fc.dictionary(
      fc.constantFrom('corp', 'lab', 'toString'),
      fc.record({
        options: fc.constant({ baseURL: 'https://x.example' }),
        models: fc.constant({ m: {} }),
      }),
      { maxKeys: 3 },
    ),
    mcp: fc.constant({ files: { type: 'local', command: ['files-mcp', '--all'] } }),
    enabled_providers: fc.subarray(['corp', 'anthropic', 'openai']),
    disabled_providers: fc.subarray(['y', 'groq']),
  },
  { requiredKeys: [] },
)
const foreignAuth = fc.dictionary(
  fc.constantFrom('anthropic', 'corp', 'odd id'),
  fc.oneof(
    fc.constant({ type: 'api', key: 'test-key-foreign' }),
    fc.constant({ type: 'oauth', refresh: 'r', access: 'a', expires: 5 }),
  ),
  { maxKeys: 3 },
)

const style = fc.record({
  indent: fc.constantFrom('', '  ', '    ', '\t'),
  eol: fc.constantFrom('\n', '\r\n'),
  comments: fc.boolean(),
  trailingCommas: fc.boolean(),
  bom: fc.boolean(),
  ending: fc.constantFrom('', '\n', '\n// vim: ts=2\n'),
})
type Style = typeof style extends fc.Arbitrary<infer T> ? T : never

/** Print as a person with this style would. */
function print(
  value: object,
  { indent, eol, comments, trailingCommas, bom, ending }: Style,
): string {
  let text = JSON.stringify(value, null, indent)
  if (indent !== '' && trailingCommas) text = text.replaceAll(/([^,{[\s])\n(\s*[}\]])/g, '$1,\n$2')
  if (indent !== '' && comments) {
    text = text
      .replaceAll(/,\n/g, ', // note\n')
      .replaceAll(/\{\n(\s*)/g, '{\n$1/* first */\n$1')
      .replaceAll(/\n(\s*)\}/g, '\n$1// BEGIN { "x": 1, }\n$1}')
  }
  const lines = (text + ending).replaceAll('\n', eol)
  return bom ? `\uFEFF${lines}` : lines
}

export const config = fc.tuple(foreignConfig, style).map(([value, how]) => print(value, how))
export const auth = foreignAuth.map((value) => JSON.stringify(value, null, 2))

/** What a person may do to a managed block: the file afterwards, and what in it is theirs. */
type ForeignEdit = (config: JsonObject) => {
  readonly value: JsonObject
  readonly foreign: JsonObject
}

export const foreignEdit: fc.Arbitrary<ForeignEdit> = fc
  .tuple(
    fc.constantFrom('one', 'two', 'three', 'four'),
    fc.constantFrom<readonly [string, Json]>(
      ['note', 'mine'],
      ['name', 'Renamed by hand'],
      ['whitelist', ['mine']],
      ['models', { mine: { name: 'Mine' } }],
      ['options', { mine: true }],
      ['npm', '@ai-sdk/mine'],
    ),
  )
  .map(([id, [field, theirs]]) => (value) => {
    const blocks = asObject(value['provider'])
    const block = asObject(blocks[id])
    const isObject = typeof theirs === 'object' && theirs !== null && !Array.isArray(theirs)
    const now: Json = isObject ? { ...asObject(block[field]), ...theirs } : theirs
    return {
      value: { ...value, provider: { ...blocks, [id]: { ...block, [field]: now } } },
      foreign: { provider: { [id]: { [field]: theirs } } },
    }
  })

function asObject(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

/* Configs in which others have written where a manifest writes, in every spelling there is. */

const deep = fc.constantFrom<Json>(
  { deep: [1, { x: 2000 }], '': null },
  [1000, 'a/b'],
  'text',
  null,
)
const disputedBlock = fc.record(
  {
    npm: deep,
    name: fc.constantFrom<Json>('By hand', 1000, { name: 'By hand' }),
    options: fc.oneof(
      fc.record(
        {
          baseURL: deep,
          timeout: fc.constantFrom<Json>(1000, 3000, 'long'),
          headers: deep,
          mine: deep,
        },
        { requiredKeys: [] },
      ),
      deep,
    ),
    models: fc.oneof(fc.dictionary(modelId, deep, { maxKeys: 3 }), deep),
    whitelist: deep,
    mine: deep,
  },
  { requiredKeys: [] },
)
const disputedValue = fc.record(
  {
    theme: fc.constant('system'),
    provider: fc.dictionary(fc.constantFrom('one', 'two', 'three', 'corp'), disputedBlock),
    model: deep,
    // Not what is no list: one that is forced into its place is the user's, and stays.
    enabled_providers: fc.constantFrom(['one', 'corp'], ['corp', 5]),
    disabled_providers: fc.constantFrom(['y'], ['groq', 5]),
  },
  { requiredKeys: ['provider'] },
)

export const disputedConfig = fc
  .tuple(disputedValue, fc.uint8Array({ maxLength: 200, size: 'max' }))
  .map(([value, numbers]) => {
    const choose = choicesFrom(numbers)
    const written = anyStyle(choose, 'jsonc')
    return frame(choose, written, oddText(choose, written, value))
  })
