import type { JsonValue } from '../../src/core/json.ts'
import { anyStyle, frame, oddText } from './odd-text.ts'
import type { Choices } from './odd-text.ts'

/* Setups that somebody made by hand: three config files and auth.json, with keys in many places. */

/** In every key of a generated setup, and nowhere else. */
export const MARK = 'test-key-'

const IDS = ['acme', 'lab.x', 'ollama', 'openai', 'groq', 'my-anthropic', 'lmstudio'] as const
const ODD_IDS = ['', '__proto__', 'constructor', 'ACME', 'a b', '../x', 'null', '1', 'é', 'on']

/** Ids that may have a login. */
const LOGINS = [...IDS, 'copilot'] as const

export interface Setup {
  /** Texts by the names of the files; undefined: there is none. */
  readonly config: Readonly<Record<string, string | undefined>>
  readonly auth: string | undefined
}

export function anySetup(choose: Choices): Setup {
  const config = ['opencode.jsonc', 'opencode.json', 'config.json'].map((name, index) => {
    const exists = index === 0 || choose.sometimes(3)
    return [name, exists ? textOf(choose, 'jsonc', anyConfig(choose)) : undefined]
  })
  return {
    config: Object.fromEntries(config),
    auth: choose.sometimes(2) ? textOf(choose, 'strict', anyAuth(choose)) : undefined,
  }
}

function textOf(choose: Choices, syntax: 'strict' | 'jsonc', value: JsonValue): string {
  const style = anyStyle(choose, syntax)
  const text = frame(choose, style, oddText(choose, style, value))
  return text.replaceAll(' note', () => ` ${choose.pick(REMARKS)}`)
}

/** What people, and other programs, leave in comments. */
const REMARKS = [
  'note',
  `"apiKey": "${MARK}old",`,
  '# opgen:allow',
  'opgen:allow',
  '--- %YAML 1.1',
  '{{ x }} & *y !z',
  'a\tb',
  '\u0007\u001b[31m',
  '\u2028 \uD800',
  '',
]

function anyConfig(choose: Choices): JsonValue {
  const usual = IDS.filter(() => choose.sometimes(3))
  const ids = choose.sometimes(8) ? [...usual, choose.pick(ODD_IDS)] : usual
  const blocks = ids.map((id) => [
    id,
    choose.sometimes(20) ? oddValue(choose) : anyBlock(choose, id),
  ])
  const beside = [
    ['$schema', ['https://opencode.ai/config.json']],
    ['model', ['acme/large', 'ollama/a:b', 'acme/none', 'groq/x', 'no-slash', '', 5, null]],
    ['small_model', ['ollama/a:b', 'acme/{{x}}', 'lab.x/large']],
    ['enabled_providers', [['acme'], [], ['acme', 'ollama'], ['x', 5], 'acme', null]],
    ['disabled_providers', [['openai'], ['groq', 'groq'], [], [null], { acme: true }]],
    ['providers', [{ acme: { settings: {} } }, 5]],
    ['theme', ['system']],
  ] as const satisfies readonly (readonly [string, readonly JsonValue[]])[]
  return Object.fromEntries([
    ...some(choose, beside, 4),
    ...(choose.sometimes(40) ? [['provider', oddValue(choose)]] : []),
    ...(ids.length === 0 ? [] : [['provider', Object.fromEntries(blocks)]]),
  ])
}

function anyBlock(choose: Choices, id: string): JsonValue {
  const fields = [
    ['npm', NPMS],
    ['name', ['Acme', 'Ollama', '', 'yes', '12', '# no', 'a: b', '{{name}}', 5, null, 'a\u0007b']],
    ['env', [['SOME_KEY'], [], ['A', 'B'], 'SOME_KEY', [5]]],
    ['api', ['https://api.example/v1', '']],
    ['whitelist', [['large'], [], 'large']],
    ['mine', [{ deep: [1, { x: 2 }], '': null }, [], 'text', '\uD800', { __opgen: {} }]],
    ['extra', [{ a: 1 }, 5]],
    ['apiKey', [secret(choose, id)]],
    ['headers', [{ Authorization: secret(choose, id) }]],
  ] as const satisfies readonly (readonly [string, readonly JsonValue[]])[]
  return Object.fromEntries([
    ...some(choose, fields, 5),
    ...(choose.sometimes(12) ? [] : [['options', anyOptions(choose, id)]]),
    ...(choose.sometimes(12) ? [] : [['models', anyModels(choose)]]),
  ])
}

const NPMS: readonly JsonValue[] = [
  '@ai-sdk/openai-compatible',
  '@ai-sdk/anthropic',
  '@ai-sdk/openai',
  'own-adapter',
  'file:///opt/adapter.js',
  null,
  5,
  '',
  '@scope/{{x}}',
]

const URLS: readonly JsonValue[] = [
  'https://llm.acme.example/v1',
  'https://llm.acme.example/v1/',
  'http://localhost:11434/v1',
  'http://127.0.0.1:1234/v1/',
  'https://{env:HOST}/v1',
  'https://${HOST}/v1',
  'https://x.example/{{vars.x}}',
  'no url',
  '',
  5,
  null,
]

function anyOptions(choose: Choices, id: string): JsonValue {
  if (choose.sometimes(30)) return oddValue(choose)
  const key = secret(choose, id)
  const options = [
    ['apiKey', [key, key, key, '{env:SOME_KEY}', '{file:~/key}', 'ollama', 'EMPTY', '', 5, null]],
    ['authToken', [secret(choose, id), '{env:SOME_KEY}', 'none']],
    ['api_key', [secret(choose, id)]],
    ['headers', [anyHeaders(choose, id), anyHeaders(choose, id), [], null]],
    ['timeout', [1000, false, '1000', -1, 0.1]],
    ['apiKeys', [[], [secret(choose, id)], [{ password: secret(choose, id) }], [1, [2, {}]]]],
    ['deep', [{}, { a: { b: {} } }, { token: secret(choose, id) }, { '': { '': 1 } }]],
    ['odd name: #', ['a\nb', 'a\r\nb', '\u2028', '\uDFFF', ' lead', 'tail ', '| x', '- y', '!x']],
    ['__proto__', [5, { a: 1 }]],
  ] as const satisfies readonly (readonly [string, readonly JsonValue[]])[]
  const secretUrls = [
    `https://u:${secret(choose, id)}@x.example/v1`,
    `https://x.example/v1?api_key=${secret(choose, id)}`,
  ]
  const url = choose.sometimes(10) ? choose.pick(secretUrls) : choose.pick(URLS)
  return Object.fromEntries([
    ...(choose.sometimes(8) ? [] : [['baseURL', url]]),
    ...some(choose, options, 3),
  ])
}

function anyHeaders(choose: Choices, id: string): JsonValue {
  const headers = [
    ['Authorization', [`Bearer ${secret(choose, id)}`, secret(choose, id), 'Bearer {env:KEY}']],
    ['authorization', [`Bearer ${secret(choose, id)}`]],
    ['x-api-key', [secret(choose, id), '{env:KEY}']],
    ['X-Team', ['a', '', 5, '{{x}}', 'a: b']],
  ] as const satisfies readonly (readonly [string, readonly JsonValue[]])[]
  return Object.fromEntries(some(choose, headers, 2))
}

function anyModels(choose: Choices): JsonValue {
  if (choose.sometimes(30)) return oddValue(choose)
  const ids = ['large', 'a:b', 'x/y z', 'id', '12', 'true', '', '__proto__', '{{x}}', '# a', '<<']
  const chosen = ids.filter((_, index) => choose.sometimes(index < 3 ? 2 : 10))
  return Object.fromEntries(chosen.map((id) => [id, anyModel(choose)]))
}

function anyModel(choose: Choices): JsonValue {
  if (choose.sometimes(12)) return oddValue(choose)
  const fields = [
    ['name', ['Large', '', 'a: b', 'no', '{{x}}', '~', 'a\tb', 5]],
    ['id', ['other', '', 5]],
    ['limit', [{ context: 1000, output: 100 }, { context: 1000 }, {}, 5]],
    ['reasoning', [true, 'yes']],
    ['cost', [{ input: 1, output: 2 }, { input: -1 }]],
    ['options', [{ apiKey: secret(choose, 'm') }, { reasoningEffort: 'high' }, {}]],
    ['headers', [{ Authorization: `Bearer ${secret(choose, 'm')}` }, { 'X-A': 'b' }]],
    ['variants', [{ high: { effort: 'high' }, low: {} }, { high: { token: secret(choose, 'm') } }]],
    ['provider', [{ npm: '@ai-sdk/openai' }, { api: 'https://m.example/v1' }, {}]],
    ['release_date', ['2025-01-01', 2025]],
    ['mine', [null, {}, [[]], { a: { b: null } }]],
  ] as const satisfies readonly (readonly [string, readonly JsonValue[]])[]
  return Object.fromEntries(some(choose, fields, 5))
}

function secret(choose: Choices, id: string): string {
  const plain = `${MARK}${id.replaceAll(/\W/g, '-')}`
  return choose.pick([plain, plain, `${plain}-2`, ` ${plain} `, `Bearer ${plain}`, `${plain} x`])
}

function oddValue(choose: Choices): JsonValue {
  return choose.pick<JsonValue>([5, 'text', null, [], {}, [{}], true, { '': {} }])
}

function some(
  choose: Choices,
  fields: readonly (readonly [string, readonly JsonValue[]])[],
  odds: number,
): readonly (readonly [string, JsonValue])[] {
  return fields.flatMap(([name, values]) =>
    choose.sometimes(odds) ? [[name, choose.pick(values)] as const] : [],
  )
}

function anyAuth(choose: Choices): JsonValue {
  const ids = LOGINS.filter(() => choose.sometimes(3))
  return Object.fromEntries(
    ids.map((id) => [
      id,
      choose.pick<JsonValue>([
        { type: 'api', key: `${MARK}${id.replaceAll(/\W/g, '-')}` },
        { type: 'api', key: `${MARK}${id.replaceAll(/\W/g, '-')}-2`, metadata: { x: 1 } },
        { type: 'api', key: 'ollama' },
        { type: 'api', key: '' },
        { type: 'api', key: ` ${MARK}x` },
        { type: 'api', key: `${MARK}x y` },
        { type: 'oauth', refresh: `${MARK}r`, access: `${MARK}a`, expires: 5000 },
        { type: 'api', key: 5 },
        'text',
        null,
      ]),
    ]),
  )
}
