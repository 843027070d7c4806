import { describe, expect, test } from 'vitest'
import { CATALOGUE_IDS } from '../../../../src/core/catalogue.ts'
import { resolveManifest } from '../../../support/resolve-manifest.ts'

/** Paths below the provider, with their values, of a provider with the preset `anthropic`. */
function values(fields: string, own?: Readonly<Record<string, string>>) {
  const { wanted, diagnostics } = resolveManifest(
    `version: 1\nproviders:\n  anthropic:\n    preset: anthropic\n${fields}`,
    own,
  )
  const [provider] = wanted?.providers ?? []
  if (provider === undefined) throw new Error(JSON.stringify(diagnostics))
  return provider.values.map(({ path, value }) => [path.slice(2).join(' '), value])
}

/** Codes and hints of all that is said of a manifest with these lines after `version: 1`. */
function said(lines: string, own?: Readonly<Record<string, string>>) {
  const { diagnostics } = resolveManifest(`version: 1\n${lines}`, own)
  return diagnostics.map(({ code, hint }) => [code, hint])
}

describe('a provider of the catalogue', () => {
  test('has nothing but what the manifest sets', () => {
    expect(
      values(`    name: Claude
    npm: "@ai-sdk/amazon-bedrock"
    baseURL: https://proxy.example/v1/
    options: { timeout: 5 }
    whitelist: [a]
    models: [{ id: a, name: A }, b]
    extra: { later: 1 }
`),
    ).toEqual([
      ['npm', '@ai-sdk/amazon-bedrock'],
      ['name', 'Claude'],
      ['options baseURL', 'https://proxy.example/v1'],
      ['options timeout', 5],
      ['whitelist', ['a']],
      ['models a name', 'A'],
      ['models b', {}],
      ['later', 1],
    ])
  })

  test('needs neither a base URL nor models', () => {
    expect(values('    whitelist: [a]\n')).toEqual([['whitelist', ['a']]])
    expect(values('    models: []\n')).toEqual([['', {}]])
    expect(values('    npm: null\n')).toEqual([['', {}]])
  })

  test("gets of a preset of one's own what its block has, but no adapter and no defaults", () => {
    const own = {
      anthropic: `about: x
catalogue: true
default: { name: Mine, baseURL: "https://a.example" }
provider:
  npm: "@ai-sdk/openai"
  options: { timeout: 7, headers: { x-name: {{json name}} } }
models: { tool_call: true }
`,
    }
    expect(values('    models: [m]\n', own)).toEqual([
      ['options timeout', 7],
      ['options headers x-name', 'Mine'],
      ['models m tool_call', true],
    ])
  })

  test('takes a key where the manifest names a source', () => {
    const { wanted } = resolveManifest(
      'version: 1\nproviders:\n  anthropic: { preset: anthropic, key: { env: A } }\n',
    )
    expect(wanted?.providers[0]?.key.sources).toEqual([{ kind: 'env', name: 'A' }])
  })

  test('has more models than the manifest lists', () => {
    const provider = 'providers:\n  anthropic: { preset: anthropic, models: [mine] }\n'
    expect(said(`model: anthropic/claude-sonnet-4-6\n${provider}`)).toEqual([])
    expect(said(`small_model: anthropic/claude-haiku-4-5#high\n${provider}`)).toEqual([])
  })

  test('is looked for in the catalogue', () => {
    expect(said('providers:\n  antropic: { preset: anthropic }\n')).toEqual([
      ['not-in-catalogue', 'did you mean "anthropic"?'],
    ])
    expect(said('providers:\n  some-gateway-of-mine: { preset: anthropic }\n')).toMatchObject([
      ['not-in-catalogue', expect.stringContaining('"npm", "baseURL" and "models"')],
    ])
    expect(said('providers:\n  mine: { preset: anthropic, npm: "@ai-sdk/anthropic" }\n')).toEqual(
      [],
    )
  })
})

describe('a provider that is not of the catalogue', () => {
  test('has the models that the manifest lists', () => {
    const provider = 'providers:\n  ollama: { preset: ollama, models: [mine] }\n'
    expect(said(`model: ollama/yours\n${provider}`)).toEqual([
      ['unknown-model', 'add it to the models of the provider'],
    ])
  })

  test.each([
    ['ollama', 'models: [m]', ['missing-base-url']],
    ['anthropic', '', ['missing-base-url']],
    ['anthropic', 'models: []', ['missing-base-url']],
    ['ollama', '', ['missing-base-url', 'no-models']],
  ])('called %s with { %s } was meant to have the preset of that name', (id, fields, codes) => {
    const diagnostics = said(`providers:\n  ${id}: { ${fields} }\n`)
    expect(diagnostics.map(([code]) => code)).toEqual(codes)
    expect(diagnostics[0]?.[1]).toBe(`write \`preset: ${id}\`, or \`baseURL: https://…/v1\``)
  })

  test('is told no preset of its name when it chose one', () => {
    const text = 'providers:\n  ollama: { preset: openai-compatible, models: [m] }\n'
    expect(said(text)).toEqual([['missing-base-url', 'write `baseURL: https://…/v1`']])
  })
})

test('the catalogue has the providers of OpenCode', () => {
  expect(CATALOGUE_IDS.size).toBe(225)
  expect(CATALOGUE_IDS.has('lmstudio')).toBe(true)
  expect(CATALOGUE_IDS.has('ollama')).toBe(false)
})
