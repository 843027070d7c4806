import type { JsonValue } from '../json.ts'

/**
 * A value for each field, as somebody would write it: editors offer it, and the manual shows it. By
 * `definition.field`; fields that mean the same elsewhere share theirs ({@link exampleOf}).
 */
const EXAMPLES: Readonly<Record<string, JsonValue>> = {
  'manifest.version': 1,
  'manifest.model': 'haimaker/anthropic/claude-sonnet-4-6',
  'manifest.small_model': 'ollama/qwen3-coder:30b',
  'manifest.vars': { lab: 'http://10.0.0.5:11434' },
  'manifest.delivery': 'keyfile',
  'manifest.enabled_providers': 'keep',
  'manifest.disabled_providers': ['opencode'],
  'manifest.vault': 'keys.age',
  'manifest.include': ['team/providers.yaml'],
  'manifest.providers': { ollama: { preset: 'ollama', models: ['qwen3-coder:30b'] } },
  'manifest.machines': { work: { when: { hostname: 'work-*' }, model: 'corp/gpt-5.4' } },

  'provider.preset': 'litellm',
  'provider.name': 'Corp LLM',
  'provider.npm': '@ai-sdk/anthropic',
  'provider.baseURL': 'https://llm.corp.example/v1',
  'provider.options': { timeout: 600_000, headers: { 'X-Team': 'platform' } },
  'provider.models': ['gpt-5.4', { id: 'gpt-5.4-mini', name: 'GPT 5.4 mini' }],
  'provider.env': ['CORP_KEY'],
  'provider.whitelist': ['claude-sonnet-4-6'],
  'provider.blacklist': ['gpt-4o'],
  'provider.with': { region: 'eu-central-1' },
  'provider.keyIn': { header: 'X-Api-Key', format: 'Key {key}' },
  'provider.key': ['keychain', { env: 'CORP_KEY' }],
  'provider.when': { profile: 'work' },
  'provider.enabled': false,
  'provider.extra': { a_field_of_tomorrow: true },

  'overlay.providers': { ollama: { enabled: false } },

  'condition.hostname': ['work-*', 'build.example.org'],
  'condition.os': ['darwin', 'linux'],
  'condition.arch': 'arm64',
  'condition.user': 'ana',
  'condition.profile': 'work',
  'condition.env': { SSH_CONNECTION: '*' },

  'options.apiKey': '{env:CORP_KEY}',
  'options.enterpriseUrl': 'https://github.corp.example',
  'options.setCacheKey': true,
  'options.timeout': 600_000,
  'options.headerTimeout': 60_000,
  'options.chunkTimeout': 60_000,

  'model.id': 'qwen3-coder:30b',
  'model.name': 'Qwen3 Coder',
  'model.family': 'qwen',
  'model.release_date': '2026-01-31',
  'model.attachment': true,
  'model.reasoning': true,
  'model.temperature': true,
  'model.tool_call': false,
  'model.interleaved': { field: 'reasoning_content' },
  'model.cost': { input: 3, output: 15 },
  'model.limit': { context: 200_000, output: 64_000 },
  'model.modalities': { input: ['text', 'image'], output: ['text'] },
  'model.experimental': true,
  'model.status': 'beta',
  'model.provider': { npm: '@ai-sdk/anthropic' },
  'model.options': { reasoningEffort: 'high' },
  'model.headers': { 'X-Team': 'platform' },
  'model.variants': { high: { reasoningEffort: 'high' }, low: { disabled: true } },

  'discovery.discover': true,
  'discovery.include': ['openai/*', 'z-ai/*'],
  'discovery.exclude': ['*-preview'],
  'discovery.add': [{ id: 'z-ai/glm-4.6', name: 'GLM' }],

  'cost.input': 3,
  'cost.output': 15,
  'cost.cache_read': 0.3,
  'cost.cache_write': 3.75,
  'cost.context_over_200k': { input: 6, output: 22.5 },

  'limit.context': 200_000,
  'limit.input': 136_000,
  'limit.output': 64_000,

  'interleavedField.field': 'reasoning_content',
  'modalities.input': ['text', 'image', 'pdf'],
  'modalities.output': ['text'],
  'modelProvider.npm': '@ai-sdk/anthropic',
  'modelProvider.api': 'https://llm.corp.example/anthropic/v1',
  'variant.disabled': true,

  'keyHeader.header': 'X-Api-Key',
  'keyHeader.format': 'Bearer {key}',
  'keySourceKeychain.keychain': { service: 'llm', account: 'ana' },
  'keychainEntry.service': 'llm',
  'keychainEntry.account': 'ana',
  'keySourceEnv.env': 'CORP_KEY',
  'keySourceCommand.command': ['op', 'read', 'op://Work/llm/key'],
  'keySourceCommand.timeout': 60,
  'keySourceFile.file': '~/.secrets/llm',
}

/** Where to look for the example of a field that another definition has, too. */
const SAME_AS: Readonly<Record<string, string>> = {
  overlay: 'manifest',
  modelInMap: 'model',
  costOfLongContext: 'cost',
}

/** Undefined for a field that is there only to be refused. */
export function exampleOf(definition: string, field: string): JsonValue | undefined {
  const own = EXAMPLES[`${definition}.${field}`]
  if (own !== undefined || field === 'when') return own ?? EXAMPLES['provider.when']
  if (field === 'extra') return EXAMPLES['provider.extra']
  return EXAMPLES[`${SAME_AS[definition] ?? definition}.${field}`]
}
