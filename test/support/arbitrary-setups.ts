import { isJsonObject } from '../../src/core/json.ts'
import type { JsonObject, JsonValue, Path } from '../../src/core/json.ts'
import { CONFIG_FILES } from './import-fixtures.ts'
import { anyStyle, frame, oddText } from './odd-text.ts'
import type { Choices, Style } from './odd-text.ts'

/*
 * Setups of OpenCode that nobody has, but could: fields that OpenCode takes, in one file or spread over all of them,
 * spelt in every way.
 */
const IDS = [
  'acme',
  'lab',
  'ollama',
  'lmstudio',
  'anthropic',
  'groq',
  'azure',
  '4',
  'my own',
  'Acme',
]

/** Texts that YAML, opgen or OpenCode could take for something else. */
const TEXTS = [
  'large',
  '4',
  'true',
  '~',
  'a: b',
  '# x',
  ' x ',
  '',
  'é\n x',
  '{{ x }}',
  '"',
  "it's",
  '- a',
  '{env:MY_X}',
  '%',
  '@a/b:c#d',
  'null',
  '\t',
  '2026-01-01',
  'id',
  '<<',
  '\u0085\u2028',
]
const MODELS = [
  'large',
  'z-ai/glm-4.6',
  'qwen3:30b',
  '4',
  'id',
  '@a/b',
  'discover',
  'a b',
  '# x',
  'include',
  '{{x}}',
  'name',
]
const ANY: readonly JsonValue[] = [
  ...TEXTS,
  0,
  1.5,
  -1,
  1e-7,
  true,
  false,
  null,
  [],
  {},
  ['a', 1, null],
  { a: { b: [{}] } },
]

const URLS = [
  'https://llm.acme.example/v1',
  'http://localhost:11434/v1',
  'http://127.0.0.1:1234/v1/',
  'https://lab.example/api',
  '{env:MY_URL}',
  'https://${MY_HOST}/v1',
  'http://10.0.0.5:8000/v1',
]
const PACKAGES = [
  '@ai-sdk/openai-compatible',
  '@ai-sdk/openai-compatible',
  '@ai-sdk/anthropic',
  '@ai-sdk/openai',
  'other-adapter',
]
const KEYS = [
  'test-key-one',
  'test-key-two',
  ' test-key-three\n',
  '{env:MY_KEY}',
  'ollama',
  'EMPTY',
  '<<KEY>>',
  'Bearer test-key-four',
  '',
]

interface Field {
  readonly path: Path
  readonly values: readonly JsonValue[]
  /** It is there once in so many blocks; always when absent. */
  readonly odds?: number
}

const LIST = [['a'], ['large', 'x'], []]

function fieldsOf(model: string, option: string): readonly Field[] {
  const inModel = (path: Path, values: readonly JsonValue[], odds = 8): Field => {
    return { path: ['models', model, ...path], values, odds }
  }
  return [
    { path: ['npm'], values: PACKAGES, odds: 2 },
    { path: ['name'], values: TEXTS, odds: 2 },
    { path: ['options', 'baseURL'], values: URLS, odds: 2 },
    { path: ['options', 'apiKey'], values: KEYS, odds: 4 },
    { path: ['options', 'authToken'], values: KEYS, odds: 20 },
    { path: ['options', 'headers', 'x-api-key'], values: KEYS, odds: 12 },
    { path: ['options', 'headers', 'X-Title'], values: ANY, odds: 6 },
    { path: ['options', 'timeout'], values: [1000, false], odds: 6 },
    { path: ['options', option], values: ANY, odds: 4 },
    { path: ['api'], values: URLS, odds: 20 },
    { path: ['id'], values: TEXTS, odds: 20 },
    { path: ['env'], values: LIST, odds: 10 },
    { path: ['whitelist'], values: LIST, odds: 10 },
    { path: ['blacklist'], values: LIST, odds: 10 },
    { path: ['unknown'], values: ANY, odds: 10 },
    { path: ['models', model], values: [{}], odds: 2 },
    inModel(['name'], TEXTS, 3),
    inModel(['id'], MODELS),
    inModel(
      ['limit'],
      [
        { context: 1000, output: 10 },
        { context: 8, input: 4, output: 2 },
      ],
      4,
    ),
    inModel(['modalities'], [{ input: ['text', 'pdf'] }, { input: [], output: ['text'] }, {}]),
    inModel(['cost'], [{ input: 0, output: 1.5 }]),
    inModel(['interleaved'], [true, 'x', { field: 'reasoning' }]),
    inModel(['reasoning'], [true, false]),
    inModel(['status'], ['beta', 'deprecated']),
    inModel(['provider'], [{}, { npm: '@ai-sdk/anthropic' }, { api: 'https://x.example/v1' }], 16),
    inModel(['options', option], ANY),
    inModel(['headers', 'x-y'], TEXTS, 16),
    inModel(['variants', option], [{}, { disabled: true }, { x: 'low', disabled: false }]),
    inModel(['_unknown'], ANY, 20),
  ]
}

/** Texts of config files by name. */
export function anySetup(choose: Choices): Readonly<Record<string, string>> {
  const ids = IDS.filter((_, index) => choose.sometimes(index === 0 ? 2 : 8))
  const texts = CONFIG_FILES.flatMap((name, index) => {
    if (index !== 1 && !choose.sometimes(4)) return []
    const config = anyConfig(choose, ids)
    const style = withoutFusion(anyStyle(choose, choose.pick(['strict', 'jsonc'])))
    return [[name, frame(choose, style, oddText(choose, style, config))] as const]
  })
  return Object.fromEntries(texts)
}

/** Where a member goes, a carriage return before it and a line feed behind it would become one line break. */
function withoutFusion(style: Style): Style {
  const isMixed = style.eols.length > 1 && style.eols.includes('\r')
  return isMixed ? { ...style, eols: ['\r\n', '\n'] } : style
}

function anyConfig(choose: Choices, ids: readonly string[]): JsonObject {
  let config: JsonObject = {}
  const set = (path: Path, value: JsonValue): void => {
    config = put(config, path, value)
  }
  if (choose.sometimes(2)) set(['$schema'], 'https://opencode.ai/config.json')
  for (const id of ids) {
    if (choose.sometimes(5)) continue
    const fields = [1, 2].flatMap(() => fieldsOf(choose.pick(MODELS), choose.pick(TEXTS)))
    for (const { path, values, odds = 1 } of fields) {
      if (choose.sometimes(odds)) set(['provider', id, ...path], choose.pick(values))
    }
  }
  const models = [...ids.map((id) => `${id}/${choose.pick(['large', '4', 'gone'])}`), 'large', '~']
  for (const name of ['model', 'small_model']) {
    if (choose.sometimes(3)) set([name], choose.pick(models))
  }
  for (const name of ['enabled_providers', 'disabled_providers']) {
    if (choose.sometimes(8)) set([name], choose.pick([ids, ids.slice(1), [], ['other', 'acme']]))
  }
  return config
}

function put(object: JsonObject, [name = '', ...rest]: Path, value: JsonValue): JsonObject {
  const below = object[name]
  const inner = rest.length === 0 ? value : put(isJsonObject(below) ? below : {}, rest, value)
  return { ...object, [name]: inner }
}
