import { describe, expect, test } from 'vitest'
import { plainSecretsIn } from '../../../../src/core/doctor/plain-secrets.ts'
import type { JsonValue } from '../../../../src/core/json.ts'
import { parseJsonDocument } from '../../../../src/core/jsonc/parse.ts'
import { BASE62, generate } from '../../../support/generated-keys.ts'

/** Pointers of all secrets that are found; `#`: in a comment. */
function foundIn(text: string): readonly string[] {
  const parsed = parseJsonDocument(text, 'jsonc')
  if (!parsed.ok) throw new Error('no JSON')
  return plainSecretsIn(parsed.document).map(({ path }) => path?.join('/') ?? '#')
}

function foundInValue(value: JsonValue): readonly string[] {
  return foundIn(JSON.stringify(value))
}

function inBlock(block: JsonValue): readonly string[] {
  return foundInValue({ provider: { acme: block } })
}

function inServer(server: JsonValue): readonly string[] {
  return foundInValue({ mcp: { tracker: server } })
}

describe('a secret is found', () => {
  test.each([
    ['apiKey', { options: { apiKey: 'test-key-acme' } }],
    ['authToken', { options: { authToken: 'test-key-acme' } }],
    ['authorization', { options: { headers: { authorization: 'Bearer test-key-acme' } } }],
    ['X-Api-Key', { models: { large: { headers: { 'X-Api-Key': 'test-key-acme' } } } }],
    ['apiKey', { models: { large: { options: { nested: { apiKey: 'test-key-acme' } } } } }],
    ['baseURL', { options: { baseURL: 'https://llm.acme.example/v1?api_key=test-key-acme' } }],
    ['baseURL', { options: { baseURL: 'https://ana:test-key-acme@llm.acme.example/v1' } }],
    ['apiKey', { options: { apiKey: ' test-key-acme ' } }],
  ])('in a block: %s', (name, block) => {
    const [found = '', ...others] = inBlock(block)
    expect([found.split('/').at(-1), others]).toEqual([name, []])
  })

  test.each([
    ['environment/TRACKER_TOKEN', { environment: { TRACKER_TOKEN: 'test-key-tracker' } }],
    ['headers/Authorization', { headers: { Authorization: 'Basic dGVzdC1rZXk6dGVzdA==' } }],
    ['oauth/clientSecret', { oauth: { clientId: 'opencode', clientSecret: 'test-key-client' } }],
    ['command', { command: ['tracker', '--api-key', 'test-key-tracker'] }],
    ['command', { command: ['tracker', '--api-key=test-key-tracker'] }],
    ['command', { command: ['docker', 'run', '-e', 'TRACKER_TOKEN=test-key-tracker', 'tracker'] }],
    ['command', { command: ['remote', '--header', 'Authorization: Bearer test-key-tracker'] }],
    ['url', { url: 'https://tracker.example/mcp?tavilyApiKey=test-key-tracker' }],
  ])('of an MCP server: %s', (name, server) => {
    expect(inServer(server)).toEqual([`mcp/tracker/${name}`])
  })

  test('of an MCP server as OpenCode 2 has them, whatever the server is called', () => {
    const servers = {
      auth: { environment: { TEAM: 'platform-team', TRACKER_TOKEN: 'test-key-tracker' } },
    }
    expect(foundInValue({ mcp: { servers } })).toEqual([
      'mcp/servers/auth/environment/TRACKER_TOKEN',
    ])
  })

  test('in settings elsewhere', () => {
    expect(
      foundInValue({
        agent: { review: { options: { apiKey: 'test-key-review' } } },
        formatter: { tidy: { environment: { TIDY_TOKEN: 'test-key-tidy' } } },
        lsp: { ruby: { env: { LICENSE_KEY: 'test-key-ruby' } } },
        plugin: ['plain', ['usage', { apiKey: 'test-key-usage' }]],
      }),
    ).toEqual([
      'agent/review/options/apiKey',
      'formatter/tidy/environment/TIDY_TOKEN',
      'lsp/ruby/env/LICENSE_KEY',
      'plugin/apiKey',
    ])
  })

  test('by its form, wherever it stands', () => {
    const key = `sk-${generate(BASE62, 48, 1)[0]}`
    expect(foundInValue({ agent: { review: { prompt: `use ${key} there` } } })).toEqual([
      'agent/review/prompt',
    ])
    expect(foundIn(`{\n  // was ${key}\n  /* and\n     ${key} */\n}`)).toEqual(['#', '#'])
  })
})

describe('no secret is found', () => {
  test.each<JsonValue>([
    'ollama',
    'lm-studio',
    'lmstudio-not-used',
    'EMPTY',
    'CHANGEME',
    'sk-no-key-required',
    'sk-1234',
    'not-needed',
    'YOUR_API_KEY_HERE',
    '<your-api-key>',
    '<<INJECTED_OPENAI_TOKEN>>',
    '{ .opencode_azure_api_key }',
    '{{ .acme.key }}',
    'sk-xxxxxxxxxxxxxxxx',
    '{env:ACME_KEY}',
    '{file:~/.secrets/acme}',
    '{env:ACME_KEY_PREFIX}{file:./key}',
    '${ACME_KEY}',
    '',
    null,
    7,
  ])('in an apiKey of %j', (apiKey) => {
    expect(inBlock({ options: { apiKey } })).toEqual([])
  })

  test('in what is no secret by its name', () => {
    expect(
      inBlock({
        name: 'Acme of the platform team',
        npm: '@ai-sdk/openai-compatible',
        options: {
          baseURL: 'https://llm.acme.example/coding/v1',
          resourceName: 'acme-openai-eastus2',
          setCacheKey: true,
          headers: {
            'User-Agent': 'opencode/1.18.33 (linux; x64)',
            'X-Title': 'OpenCode',
            'HTTP-Referer': 'https://acme.example/a/long/path/with/many-words',
            'OpenAI-Project': 'proj_platform_team',
            'X-Session': '0f8fad5b-d9cb-469f-a165-70867728950e',
            Authorization: 'Bearer {env:ACME_KEY}',
          },
          credentials: '~/.config/gcloud/application_default_credentials.json',
          maxTokens: 8192,
        },
        models: {
          'hf.co/bartowski/Qwen2.5-Coder-32B-Instruct-GGUF:Q4_K_M': { name: 'Qwen Coder 32B' },
          'claude-haiku-4-5@20251001': { id: 'anthropic/claude-haiku-4-5@20251001' },
        },
      }),
    ).toEqual([])
  })

  test('in what an MCP server is told beside its keys', () => {
    expect(
      inServer({
        type: 'local',
        command: [
          'npx',
          '-y',
          '@modelcontextprotocol/server-everything@2025.9.12',
          '--token-file',
          '/run/secrets/tracker',
          '--header',
          'Authorization: Bearer ${TRACKER_TOKEN}',
          '--header',
          'Authorization:{env:TRACKER_AUTH}',
          '-e',
          'TRACKER_TOKEN',
          '--api-key',
          '{env:TRACKER_KEY}',
        ],
        environment: {
          GOOGLE_APPLICATION_CREDENTIALS: '/home/ana/.config/gcloud/key.json',
          OPENAI_API_KEY_FILE: './openai.key',
          TRACKER_URL: 'https://tracker.acme.example/api?team=platform',
          TRACKER_TOKEN: '{env:TRACKER_TOKEN}',
        },
        oauth: { clientId: 'opencode-tracker', scope: 'read:issues write:issues' },
      }),
    ).toEqual([])
  })

  test('in prose, patterns and addresses', () => {
    expect(
      foundInValue({
        $schema: 'https://opencode.ai/config.json?token=0f8fad5bd9cb469fa16570867728950e',
        agent: {
          review: {
            prompt: 'Look for a password: anything like api_key=hunter2hunter2 is a fault.',
            description: 'Finds every secret: tokens, keys',
          },
        },
        permission: { bash: { 'pass *': 'deny', 'curl * --token=*': 'ask', 'gh auth *': 'ask' } },
        plugin: ['acme@git+ssh://git@github.com/acme/opencode-plugin-with-a-long-name.git'],
        keybinds: { leader_key: 'ctrl+x', token_list: 'none' },
        instructions: ['docs/api-key-handling.md'],
      }),
    ).toEqual([])
  })
})
