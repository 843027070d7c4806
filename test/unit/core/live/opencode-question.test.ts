import { describe, expect, test } from 'vitest'
import type { LayerKind } from '../../../../src/core/doctor/config-layer.ts'
import { parseJsonDocument } from '../../../../src/core/jsonc/parse.ts'
import { askForModels, askForReply } from '../../../../src/core/live/opencode-question.ts'
import type {
  ConfigCopy,
  OpenCodeQuestion,
  OpenCodeSetting,
} from '../../../../src/core/live/opencode-question.ts'

function copy(text: string, kind: LayerKind = 'global', name = 'opencode.jsonc'): ConfigCopy {
  const parsed = parseJsonDocument(text, 'jsonc')
  const document = parsed.ok ? parsed.document : undefined
  return { kind, name, text, document, locate: (file) => `/there/${file}` }
}

const SETTING: OpenCodeSetting = {
  id: 'acme',
  env: {},
  ignoreCase: false,
  login: undefined,
  configs: [],
  catalogue: undefined,
  adapters: new Map(),
}

/** All that stands in a configuration beside providers. */
const WITH_MORE = `// mine
{
  "plugin": ["./evil.ts"], // "provider": {}
  "provider": { "acme": { "options": { "apiKey": "{file:keys/acme}" } } }, /* and more */
  "mcp": { "tool": { "type": "local", "command": ["touch", "x"] } },
  "instructions": ["https://elsewhere.example/rules.md"],
  "disabled_providers": ["other"],
}
`

/** The text that an OpenCode finds in the place of one, as JSON. */
function found(question: OpenCodeQuestion | undefined, place = 'config/opencode/opencode.jsonc') {
  const text = question?.files.get(place) ?? ''
  const parsed: unknown = JSON.parse(text)
  return parsed
}

function contentOf(question: OpenCodeQuestion | undefined): unknown {
  return JSON.parse(question?.env['OPENCODE_CONFIG_CONTENT'] ?? 'null')
}

describe('OpenCode is asked for its models', () => {
  test('with every configuration as it stands, but for paths that are relative to it', () => {
    const { files, argv } = askForModels({ ...SETTING, configs: [copy(WITH_MORE)] })
    expect(argv).toEqual(['models'])
    expect(files.get('config/opencode/opencode.jsonc')).toBe(
      WITH_MORE.replace('keys/acme', '/there/keys/acme'),
    )
  })

  test('with one that is no JSON, too', () => {
    const { files } = askForModels({ ...SETTING, configs: [copy('{ "provider": {')] })
    expect(files.get('config/opencode/opencode.jsonc')).toBe('{ "provider": {')
  })

  test('where it finds each configuration in its own place, and none of a project', () => {
    const kinds: readonly LayerKind[] = [
      'global',
      'config-variable',
      'project',
      'dot-folder',
      'home-dot-folder',
      'config-dir',
      'content',
      'managed',
    ]
    const configs = kinds.map((kind) => copy(`{ "username": "${kind}" }`, kind))
    const { files, places, env } = askForModels({ ...SETTING, configs })
    const texts = [...files].filter(([, text]) => text.includes('username'))
    expect(texts.map(([place, text]) => [place, JSON.parse(text)])).toEqual([
      ['config/opencode/opencode.jsonc', { username: 'global' }],
      ['named/opencode.jsonc', { username: 'config-variable' }],
      ['home/.opencode/opencode.jsonc', { username: 'home-dot-folder' }],
      ['chosen/opencode.jsonc', { username: 'config-dir' }],
      ['managed/opencode.jsonc', { username: 'managed' }],
    ])
    expect(places).toMatchObject({
      XDG_CONFIG_HOME: 'config',
      OPENCODE_CONFIG: 'named/opencode.jsonc',
      OPENCODE_CONFIG_DIR: 'chosen',
      OPENCODE_TEST_HOME: 'home',
      OPENCODE_TEST_MANAGED_CONFIG_DIR: 'managed',
    })
    expect(JSON.parse(env['OPENCODE_CONFIG_CONTENT'] ?? '')).toEqual({ username: 'content' })
  })

  test('from a file that opgen was told of, as if it were the only one', () => {
    const configs = [copy('{ "username": "given" }', 'given', 'work.json')]
    const { files, places } = askForModels({ ...SETTING, configs })
    expect(files.get('config/opencode/opencode.jsonc')).toContain('given')
    expect(places['OPENCODE_CONFIG']).toBeUndefined()
  })

  test.each<readonly [string, readonly LayerKind[], string]>([
    ['its global one', ['global'], 'config/opencode'],
    ['the one that a variable names', ['global', 'config-dir'], 'chosen'],
  ])('in its folder of config files: %s', (_, kinds, folder) => {
    const configs = kinds.map((kind) => copy('{}', kind))
    const { workingFolder, files } = askForModels({ ...SETTING, configs })
    expect(workingFolder).toBe(folder)
    expect(files.get(`${folder}/package-lock.json`)).toContain('@opencode-ai/plugin')
  })
})

describe('the environment of an OpenCode that is asked', () => {
  test("has the caller's, but for keys of opgen's and what would change how OpenCode works", () => {
    const callers = {
      HOME: '/home/ana',
      ACME_KEY: 'test-key-acme',
      OPENCODE_API_KEY: 'test-key-zen',
      OPENCODE_EXPERIMENTAL_OUTPUT_TOKEN_MAX: '64000',
      OPGEN_KEY_ACME: 'test-key-own',
      OPENCODE_DB: '/home/ana/sessions.db',
      OPENCODE_AUTO_SHARE: '1',
      OPENCODE_PERMISSION: '{"bash":"allow"}',
      OPENCODE_CONFIG: '/home/ana/work.json',
      OPENCODE_CONFIG_DIR: '/home/ana/config',
      OPENCODE_AUTH_CONTENT: '{"other":{"type":"api","key":"test-key-other"}}',
      XDG_DATA_HOME: '/home/ana/.data',
      TMPDIR: '/home/ana/tmp',
      UNSET: undefined,
    }
    const { env } = askForModels({ ...SETTING, env: callers })
    expect(env).toEqual({
      HOME: '/home/ana',
      ACME_KEY: 'test-key-acme',
      OPENCODE_API_KEY: 'test-key-zen',
      OPENCODE_EXPERIMENTAL_OUTPUT_TOKEN_MAX: '64000',
      OPENCODE_AUTH_CONTENT: '{}',
      OPENCODE_PURE: '1',
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_PROJECT_CONFIG: '1',
      OPENCODE_DISABLE_EXTERNAL_SKILLS: '1',
      OPENCODE_DISABLE_CLAUDE_CODE: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      NO_COLOR: '1',
    })
  })

  test('has no place twice where case makes no difference', () => {
    const env = { Tmp: 'C:\\Temp', opencode_db: 'C:\\own.db', Path: 'C:\\bin' }
    const question = askForModels({ ...SETTING, env, ignoreCase: true })
    const names = [...Object.keys(question.env), ...Object.keys(question.places)]
    expect(new Set(names.map((name) => name.toUpperCase())).size).toBe(names.length)
    expect(question.env).toMatchObject({ Path: 'C:\\bin' })
    expect(question.env['opencode_db']).toBeUndefined()
  })

  test('has the login of the provider', () => {
    const login = { type: 'api', key: 'test-key-acme', metadata: { region: 'eu' } }
    const { env } = askForModels({ ...SETTING, login })
    expect(JSON.parse(env['OPENCODE_AUTH_CONTENT'] ?? '')).toEqual({ acme: login })
  })

  test('leads to the catalogue and the adapters that OpenCode has', () => {
    const adapters = new Map([['@acme/adapter', '/cache/packages/@acme/adapter']])
    const { env, links } = askForModels({ ...SETTING, catalogue: '/cache/models.json', adapters })
    expect(env['OPENCODE_MODELS_PATH']).toBe('/cache/models.json')
    expect([...links]).toEqual([
      ['cache/opencode/packages/@acme/adapter', '/cache/packages/@acme/adapter'],
    ])
  })
})

describe('OpenCode is asked for an answer', () => {
  test('of one model, as events, without a title to be made', () => {
    const question = askForReply(SETTING, 'vendor/m:free')
    const { argv = [] } = question ?? {}
    expect(argv.slice(0, 3)).toEqual(['run', '-m', 'acme/vendor/m:free'])
    expect(argv.join(' ')).toMatch(/ --title \S.* --format json Reply/)
  })

  test('with nothing of its configurations but what is about providers', () => {
    const question = askForReply({ ...SETTING, configs: [copy(WITH_MORE)] }, 'm')
    expect(found(question)).toEqual({
      provider: { acme: { options: { apiKey: '{file:/there/keys/acme}' } } },
      disabled_providers: ['other'],
    })
  })

  test('as an agent that may do nothing, whatever the caller has in a variable', () => {
    const content = copy(
      '{ "provider": { "a": {} }, "share": "auto", "permission": "allow", "plugin": ["x"] } // mine',
      'content',
    )
    const question = askForReply({ ...SETTING, configs: [content] }, 'm')
    const { argv = [], env = {} } = question ?? {}
    const agent = argv[argv.indexOf('--agent') + 1] ?? ''
    expect(contentOf(question)).toMatchObject({
      provider: { a: {} },
      share: 'disabled',
      permission: { '*': 'deny' },
      agent: { [agent]: { permission: { '*': 'deny' } } },
    })
    expect(contentOf(question)).not.toHaveProperty('plugin')
    expect(env['OPENCODE_PERMISSION']).toBe('{"*":"deny"}')
  })

  test('with paths of the variable that are relative to the folder of the caller', () => {
    const text = '{ "provider": { "a": { "options": { "apiKey": "{file:./key}" } } } }'
    const question = askForReply({ ...SETTING, configs: [copy(text, 'content')] }, 'm')
    expect(contentOf(question)).toMatchObject({
      provider: { a: { options: { apiKey: '{file:/there/./key}' } } },
    })
  })

  test.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['filled in', '{ "provider": {env:PROVIDERS} }'],
  ])('not from a configuration that cannot be told apart: %s', (_, text) => {
    const configs = [copy('{}'), copy(text, 'managed')]
    expect(askForReply({ ...SETTING, configs }, 'm')).toBeUndefined()
  })

  test('beside a file without a byte, which counts as none', () => {
    expect(askForReply({ ...SETTING, configs: [copy('')] }, 'm')).toBeDefined()
  })
})
