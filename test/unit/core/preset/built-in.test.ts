import { readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { BUILT_IN_PRESETS, CATALOGUE_PRESETS } from '../../../../src/core/preset/preset.ts'
import { readPresetFacts } from '../../../../src/core/preset/read-facts.ts'
import { builtInPresets, resolveManifest } from '../../../support/resolve-manifest.ts'

/** The provider that a preset makes, with as little from the manifest as it needs. */
function providerOf(preset: string, fields: string) {
  const { wanted, diagnostics } = resolveManifest(
    `version: 1\nproviders:\n  acme: { preset: ${preset}, ${fields} }\n`,
  )
  const [provider] = wanted?.providers ?? []
  if (provider === undefined) throw new Error(JSON.stringify(diagnostics))
  const block = provider.values.map(({ path: where, value }) => [where.slice(2).join('.'), value])
  return { ...provider, block: Object.fromEntries(block) }
}

const COMPATIBLE = '@ai-sdk/openai-compatible'
const REQUIRED = ['keychain']
const OPTIONAL = ['keychain', 'none']

describe('the built-in preset', () => {
  test.each([
    ['haimaker', 'haimaker', 'https://api.haimaker.ai/v1', REQUIRED, undefined],
    ['ollama', 'Ollama', 'http://localhost:11434/v1', ['none'], 'ollama'],
    ['lmstudio', 'LM Studio', 'http://localhost:1234/v1', ['none'], 'lmstudio'],
    ['vllm', 'vLLM', 'http://localhost:8000/v1', OPTIONAL, undefined],
    ['litellm', 'LiteLLM', 'http://localhost:4000/v1', REQUIRED, undefined],
    ['cliproxy', 'CLIProxyAPI', 'http://localhost:8317/v1', REQUIRED, undefined],
  ])('%s is %s at %s', (preset, name, baseURL, sources, placeholder) => {
    const { block, key } = providerOf(preset, 'models: [m]')
    expect(block).toEqual({
      npm: COMPATIBLE,
      name,
      'options.baseURL': baseURL,
      'models.m': {},
    })
    expect(key.sources.map(({ kind }) => kind)).toEqual(sources)
    expect(key.placeholder).toBe(placeholder)
  })

  test.each([
    ['openai-compatible', COMPATIBLE, undefined, REQUIRED],
    ['anthropic-compatible', '@ai-sdk/anthropic', undefined, REQUIRED],
    ['llamacpp', COMPATIBLE, 'llama.cpp', OPTIONAL],
  ])('%s wants a base URL', (preset, npm, name, sources) => {
    const { block, key } = providerOf(preset, 'baseURL: https://a.example/v1, models: [m]')
    expect(block).toEqual({
      npm,
      ...(name === undefined ? {} : { name }),
      'options.baseURL': 'https://a.example/v1',
      'models.m': {},
    })
    expect(key.sources.map(({ kind }) => kind)).toEqual(sources)
    const { diagnostics } = resolveManifest(
      `version: 1\nproviders:\n  acme: { preset: ${preset}, models: [m] }\n`,
    )
    expect(diagnostics).toMatchObject([
      { code: 'missing-base-url', hint: 'write `baseURL: https://…/v1`' },
    ])
  })

  test.each(CATALOGUE_PRESETS)('%s leaves everything to OpenCode', (preset) => {
    const text = `version: 1\nproviders:\n  ${preset}: { preset: ${preset} }\n`
    const { wanted, diagnostics } = resolveManifest(text)
    expect(diagnostics).toEqual([])
    expect(wanted?.providers).toMatchObject([
      {
        values: [{ path: ['provider', preset], value: {} }],
        key: { sources: [{ kind: 'external' }], placeholder: undefined },
        npm: undefined,
        baseURL: undefined,
      },
    ])
    expect(wanted?.providers[0]?.key.keyPage).toMatch(/^https:/)
  })

  test('bare takes what the manifest says, and no more', () => {
    const own = '{ preset: bare, npm: "@ai-sdk/openai", models: [m] }'
    const { wanted, diagnostics } = resolveManifest(
      `version: 1\nproviders:\n  groq: { preset: bare }\n  own: ${own}\n`,
    )
    expect(diagnostics).toEqual([])
    expect(wanted?.providers).toMatchObject([
      { values: [{ path: ['provider', 'groq'], value: {} }] },
      { values: [{ value: '@ai-sdk/openai' }, { path: ['provider', 'own', 'models', 'm'] }] },
    ])
    for (const { key } of wanted?.providers ?? [])
      expect(key.sources).toEqual([{ kind: 'external' }])
  })

  test.each([...builtInPresets])('%s says what it is in one line', (name, preset) => {
    const { facts, diagnostics } = readPresetFacts(preset)
    expect(diagnostics).toEqual([])
    expect(facts.about?.length).toBeLessThanOrEqual(70)
    expect(facts.key).toBeDefined()
    expect(facts.catalogue).toBe([...CATALOGUE_PRESETS, 'bare'].includes(name))
  })
})

test('every template is a built-in preset', () => {
  const folder = path.join(import.meta.dirname, '../../../../templates')
  const names = readdirSync(folder).map((file) => file.replace(/\.yaml\.hbs$/, ''))
  expect(names.toSorted()).toEqual(BUILT_IN_PRESETS.toSorted())
})
