import { describe, expect, test } from 'vitest'
import { diagnose } from '../../../../src/core/doctor/diagnose.ts'
import { limitRules } from '../../../../src/core/doctor/rules/limits.ts'
import { modelRules } from '../../../../src/core/doctor/rules/models.ts'
import { providerRules } from '../../../../src/core/doctor/rules/providers.ts'
import type { JsonObject } from '../../../../src/core/json.ts'
import { doctorScene } from '../../../support/doctor-scene.ts'

const RULES = [...providerRules, ...modelRules, ...limitRules]

/** A model with which nothing is wrong. */
const FINE = {
  limit: { context: 128_000, output: 16_000 },
  modalities: { input: ['text'], output: ['text'] },
}

const NPM = '@ai-sdk/openai-compatible'

/** A configuration in which nothing is wrong, and what is different in it. */
function config(more: JsonObject = {}, models: JsonObject = { large: FINE }): JsonObject {
  return {
    model: 'acme/large',
    small_model: 'acme/large',
    provider: { acme: { npm: NPM, models } },
    ...more,
  }
}

function limited(limit: JsonObject, more: JsonObject = {}): JsonObject {
  return config(more, { large: { ...FINE, limit } })
}

function openai(models: JsonObject): JsonObject {
  return { provider: { openai: { models } } }
}

function codes(given: Parameters<typeof doctorScene>[0]): readonly string[] {
  const found = diagnose(doctorScene(given), RULES)
  return found.map(({ finding }) => `${finding.severity} ${finding.code}`).toSorted()
}

function messages(given: Parameters<typeof doctorScene>[0]): readonly string[] {
  return diagnose(doctorScene(given), RULES).map(({ finding }) => finding.message)
}

test('a configuration with nothing wrong has no findings', () => {
  expect(codes({ config: [config()] })).toEqual([])
  expect(codes({ config: [] })).toEqual([])
})

describe('the name of a model', () => {
  const fine: readonly (readonly [string, Parameters<typeof doctorScene>[0]])[] = [
    [
      'has slashes and colons',
      { config: [config({ model: 'acme/z-ai/glm:free' }, { large: FINE, 'z-ai/glm:free': FINE })] },
    ],
    ['is filled in', { config: [config({ model: '{env:MODEL}' })] }],
    ['is empty', { config: [config({ model: '' })] }],
    ['may stand in a file that cannot be read', { config: [config({ model: 'other/x' }), '{'] }],
    [
      'is of the catalogue, of which no model is known',
      { config: [config({ model: 'openai/x' })] },
    ],
    [
      'is of a provider that OpenCode asks for its models',
      {
        config: [config({ model: 'github-copilot/x' })],
        catalogue: { 'github-copilot': { y: {} } },
      },
    ],
    [
      'is a mode of a model in the catalogue',
      {
        config: [config({ model: 'openai/gpt-fast' })],
        catalogue: { openai: { gpt: { experimental: { modes: { fast: {} } } } } },
      },
    ],
    [
      'is of an agent that is disabled',
      { config: [config({ agent: { a: { model: 'x', disable: true } } })] },
    ],
    [
      'is of an agent that a mode replaces',
      { config: [config({ agent: { a: { model: 'x' } }, mode: { a: { model: 'acme/large' } } })] },
    ],
    [
      'is of a provider that only OpenCode 2 reads',
      { config: [config({ model: 'two/x', providers: { two: {} } })] },
    ],
    [
      'comes from a file of higher precedence',
      { config: [config({ model: 'acme/x' }), { model: 'acme/large' }] },
    ],
    [
      'is of a model that another file declares',
      { config: [config({ model: 'acme/b' }), { provider: { acme: { models: { b: FINE } } } }] },
    ],
  ]
  test.each(fine)('that %s is no fault', (_, given) => expect(codes(given)).toEqual([]))

  const unknown = config({ model: 'other/x' })
  const doubtful: readonly (readonly [string, Parameters<typeof doctorScene>[0]])[] = [
    ['a login', { config: [unknown], logins: { other: { type: 'api', key: 'test-key-other' } } }],
    [
      'an organisation',
      { config: [unknown], logins: { 'https://acme.example': { type: 'wellknown' } } },
    ],
    ['a plugin in a folder', { config: [unknown], localPlugins: ['/plugins/other.ts'] }],
    ['a plugin of a lower file', { config: [{ plugin: ['a'] }, { ...unknown, plugin: [] }] }],
    ['a file that was not named', { config: [unknown], isWhole: false }],
  ]
  test.each(doubtful)('is no error where %s may bring its provider', (_, given) => {
    expect(codes(given)).toEqual(['warning model-unknown'])
  })

  test('is told of once, however often it stands there', () => {
    const agent = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`a${index}`, { model: 'acme/huge' }]),
    )
    expect(messages({ config: [config({ agent })] })).toEqual([
      '"acme/huge" in "agent.a0.model", "agent.a1.model", "agent.a2.model" and 27 more: "acme" has no model "huge"',
    ])
  })

  test('is looked for among the models of other providers where it has no prefix', () => {
    const [found] = diagnose(doctorScene({ config: [config({ model: 'large' })] }), RULES)
    expect(found?.finding.fix).toBe('write "acme/large"')
  })

  test('is put right where the id of the provider belongs to the key', () => {
    const given = { config: [config({ small_model: 'acme/x' }, { large: FINE, 'acme/x': FINE })] }
    const [found] = diagnose(doctorScene(given), RULES)
    expect(found?.finding.fix).toMatch(/^write "acme\/acme\/x" if that is meant/)
  })

  test('is not called unknown where a status takes the model away', () => {
    const models = { large: { ...FINE, status: 'alpha' }, small: FINE }
    expect(codes({ config: [config({ small_model: 'acme/small' }, models)] })).toEqual([
      'error model-filtered',
    ])
    const env = { OPENCODE_ENABLE_EXPERIMENTAL_MODELS: '1' }
    expect(codes({ config: [config({ small_model: 'acme/small' }, models)], env })).toEqual([])
  })
})

describe('limits', () => {
  test.each([
    [{ context: 40_000, output: 32_000 }, []],
    [{ context: 39_999, output: 32_000 }, ['warning limit-tight']],
    [{ context: 32_001, output: 32_000 }, ['warning limit-tight']],
    [{ context: 32_000, output: 32_000 }, ['error limit-loop']],
    [{ context: 200_000, output: 200_000 }, []],
    [{ context: 200_000, input: 20_000, output: 200_000 }, ['error limit-loop']],
    [{ context: 200_000, input: 28_000, output: 200_000 }, []],
    [{ context: 0, output: 8000 }, ['warning limit-missing']],
    [{ context: 128_000, output: 40_000.5 }, []],
    [{ context: 128_000.5, output: 4000 }, []],
    [{ context: 128_000, output: -1 }, ['error limit-invalid']],
    [{ context: 128_000, input: -1, output: 4000 }, ['error limit-invalid']],
  ])('of %o are judged as OpenCode reckons', (limit, expected) => {
    expect(codes({ config: [limited(limit)] })).toEqual(expected)
  })

  test('do not matter where nothing is compacted', () => {
    const limit = { context: 8000, output: 8000 }
    const off = limited(limit, { compaction: { auto: false } })
    expect(codes({ config: [off] })).toEqual([])
    const env = { OPENCODE_DISABLE_AUTOCOMPACT: 'true' }
    expect(codes({ config: [limited(limit)], env })).toEqual([])
  })

  test('are reckoned with the longest answer that a variable allows', () => {
    const env = { OPENCODE_EXPERIMENTAL_OUTPUT_TOKEN_MAX: '64000' }
    expect(codes({ config: [limited({ context: 64_000, output: 64_000 })], env })).toEqual([
      'error limit-loop',
    ])
  })

  test('come from the model that an id leads to', () => {
    const catalogue = { openai: { gpt: FINE } }
    const alias = config({}, { large: FINE, other: { id: 'large' } })
    expect(codes({ config: [alias] })).toEqual([])
    expect(codes({ config: [openai({ mine: { id: 'gpt' } })], catalogue })).toEqual([])
    expect(codes({ config: [openai({ gpt: {} })] })).toEqual([])
    expect(codes({ config: [openai({ mine: {} })], catalogue })).toEqual([
      'info modalities-missing',
      'warning limit-missing',
    ])
  })

  test('of what cannot be chosen are not told of', () => {
    const hidden = config({ disabled_providers: ['two'] })
    const two = { provider: { two: { npm: NPM, models: { x: {} } } } }
    expect(codes({ config: [hidden, two] })).toEqual(['warning provider-disabled'])
  })
})

describe('what a provider has', () => {
  test.each([
    [{ input: 0, output: 0 }, []],
    [{ input: 0.0001, output: 0.4 }, []],
    [{ input: 0.0000003, output: 0 }, ['warning cost-per-token']],
    [{ input: 3, output: 15_000 }, ['warning cost-per-token']],
  ])('with a cost of %o is judged by all of it', (cost, expected) => {
    expect(codes({ config: [config({}, { large: { ...FINE, cost } })] })).toEqual(expected)
  })

  test.each([
    ['gemini-2.5-flash-image', false],
    ['gpt-4o-audio-preview', false],
    ['embedded-coder', false],
    ['nomic-embed-text:latest', true],
    ['cohere.embed-english-v3', true],
    ['Qwen/Qwen3-Embedding-8B', true],
    ['bge-m3', true],
    ['whisper-1', true],
    ['tts-1-hd', true],
  ])('as %s is told of only where nobody chats with it', (key, isOdd) => {
    const found = codes({ config: [config({}, { large: FINE, [key]: FINE })] })
    expect(found).toEqual(isOdd ? ['info not-a-chat-model'] : [])
  })

  test('under its own id is legal where nothing says otherwise', () => {
    expect(codes({ config: [config({}, { large: FINE, 'acme/other': FINE })] })).toEqual([])
  })

  test('takes images by its modalities, whatever "attachment" says', () => {
    const image = { input: ['text', 'image'], output: ['text'] }
    const fields = { ...FINE, modalities: image, attachment: false }
    expect(codes({ config: [config({}, { large: fields })] })).toEqual([])
  })

  test('is not told of as missing where its models are of a wrong type', () => {
    expect(
      codes({ config: [{ ...config(), provider: { acme: { npm: NPM, models: [] } } }] }),
    ).toEqual([])
  })
})

describe('lists that hide', () => {
  test('of which a part is filled in say nothing', () => {
    expect(codes({ config: [config({ enabled_providers: ['{env:WORK}'] })] })).toEqual([])
  })

  test('may be empty', () => {
    expect(codes({ config: [config({ enabled_providers: [], small_model: '' })] })).toEqual([
      'error model-hidden',
      'warning provider-not-enabled',
    ])
  })

  test('hold ids of plugins, of which nothing is known', () => {
    const given = config({ enabled_providers: ['acme', 'cursor'], plugin: ['cursor-login'] })
    expect(codes({ config: [given] })).toEqual([])
  })

  test('count as the last file has them', () => {
    const given = [config({ disabled_providers: ['acme'] }), { disabled_providers: [] }]
    expect(codes({ config: given })).toEqual([])
  })
})

test('where only OpenCode 2 is, faults that only OpenCode 1 was seen to have are no errors', () => {
  const limit = { context: 8000, output: 8000 }
  const given = config({}, { large: { limit } })
  expect(codes({ config: [given], version: '2.0.4' })).toEqual(['warning limit-loop'])
})
