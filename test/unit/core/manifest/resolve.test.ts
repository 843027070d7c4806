import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../../../src/core/diagnostic.ts'
import { parseManifest } from '../../../support/parse-manifest.ts'
import { resolve } from '../../../../src/core/manifest/resolve.ts'
import { presetReader } from '../../../../src/core/preset/read-preset.ts'
import { BUILT_IN_PRESETS, presetNames } from '../../../../src/core/preset/preset.ts'
import type { PresetText } from '../../../../src/core/preset/preset.ts'
import type { Wanted } from '../../../../src/core/wanted.ts'
import { compileTemplate } from '../../../../src/system/handlebars-templates.ts'

const templates = join(import.meta.dirname, '..', '..', '..', '..', 'templates')

const builtIn: ReadonlyMap<string, PresetText> = new Map(
  BUILT_IN_PRESETS.map((name) => [
    name,
    { file: `preset ${name}`, text: readFileSync(join(templates, `${name}.yaml.hbs`), 'utf8') },
  ]),
)

interface Outcome {
  readonly wanted: Wanted | undefined
  readonly diagnostics: readonly Diagnostic[]
}

function run(text: string, own: Readonly<Record<string, string>> = {}): Outcome {
  const parsed = parseManifest({ path: 'm', text })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics))
  const presets = new Map([
    ...builtIn,
    ...Object.entries(own).map(
      ([name, preset]) => [name, { file: `own/${name}`, text: preset }] as const,
    ),
  ])
  const resolved = resolve(parsed.value, presets, { readPreset: presetReader(compileTemplate) })
  return { wanted: resolved.ok ? resolved.value : undefined, diagnostics: resolved.diagnostics }
}

function provider(fields: string, own?: Readonly<Record<string, string>>) {
  const { wanted, diagnostics } = run(`version: 1\nproviders:\n  acme:\n${fields}`, own)
  const [first] = wanted?.providers ?? []
  if (first === undefined) throw new Error(JSON.stringify(diagnostics))
  return first
}

/** Paths below the provider, with their values. */
function values(fields: string, own?: Readonly<Record<string, string>>) {
  return provider(fields, own).values.map(({ path, value }) => [path.slice(2).join(' '), value])
}

describe('resolve', () => {
  test('writes npm, name, env, options, whitelist, blacklist, models, and extra last', () => {
    expect(
      values(`    extra: { later: 1, options: { more: 2 } }
    models: { m: { name: M }, n: }
    blacklist: [b]
    whitelist: [w]
    options: { timeout: 5, headers: { x: y } }
    env: [A]
    baseURL: https://a.example/v1/
    name: Acme
    npm: "@ai-sdk/openai"
`),
    ).toEqual([
      ['npm', '@ai-sdk/openai'],
      ['name', 'Acme'],
      ['env', ['A']],
      ['options baseURL', 'https://a.example/v1'],
      ['options timeout', 5],
      ['options headers x', 'y'],
      ['options more', 2],
      ['whitelist', ['w']],
      ['blacklist', ['b']],
      ['models m name', 'M'],
      ['models n', {}],
      ['later', 1],
    ])
  })

  test('writes no npm when the manifest says null', () => {
    const fields = '    baseURL: https://a.example\n    models: [m]\n    npm: null\n'
    expect(values(fields).map(([path]) => path)).not.toContain('npm')
    expect(provider(fields).npm).toBeUndefined()
  })

  test('writes no name when neither the manifest nor the preset sets one', () => {
    const fields = '    baseURL: https://a.example\n    models: [m]\n'
    expect(values(fields).map(([path]) => path)).not.toContain('name')
  })

  test('fills in the preset where the manifest is silent', () => {
    expect(provider('    preset: ollama\n    models: [m]\n')).toMatchObject({
      preset: 'ollama',
      npm: '@ai-sdk/openai-compatible',
      baseURL: { value: 'http://localhost:11434/v1', source: { file: 'preset ollama' } },
      key: { sources: [{ kind: 'none' }], placeholder: 'ollama', source: { line: 3, column: 3 } },
    })
    expect(provider('    preset: haimaker\n    models: [m]\n')).toMatchObject({
      baseURL: { value: 'https://api.haimaker.ai/v1' },
      key: {
        sources: [{ kind: 'keychain', service: 'opgen', account: 'acme' }],
        placeholder: undefined,
        keyPage: 'https://app.haimaker.ai',
      },
    })
  })

  test("lets the manifest's key and base URL win over the preset's", () => {
    const ollama = provider(
      '    preset: ollama\n    baseURL: https://o.example/v1\n    key: { env: O }\n    models: [m]\n',
    )
    expect(ollama.baseURL).toEqual({
      value: 'https://o.example/v1',
      source: { file: 'm', line: 5, column: 14 },
    })
    expect(ollama.key.sources).toEqual([{ kind: 'env', name: 'O' }])
    expect(ollama.key.source.line).toBe(6)
  })

  test('gives every value the place that set it', () => {
    const { values: all } = provider(
      '    preset: own\n    options: { b: { d: 4 } }\n    models: [m]\n',
      {
        own: 'about: x\ndefault: { baseURL: "https://own.example" }\nprovider:\n  options:\n    a: 1\n    b: { c: 3, d: 3 }\n',
      },
    )
    expect(all.map(({ path, source }) => [path.at(-1), source.file, source.line])).toEqual([
      ['a', 'own/own', 5],
      ['c', 'own/own', 6],
      ['d', 'm', 5],
      ['m', 'm', 6],
    ])
  })

  test("gives models the preset's fields, then their own", () => {
    const own = {
      own: 'about: x\ndefault: { baseURL: "https://own.example" }\nprovider: {}\nmodels: { tool_call: true, limit: { context: 10, output: 5 } }\n',
    }
    const fields =
      '    preset: own\n    models: [{ id: m, limit: { context: 20, output: 5 } }, n]\n'
    expect(values(fields, own)).toEqual([
      ['models m tool_call', true],
      ['models m limit context', 20],
      ['models m limit output', 5],
      ['models n tool_call', true],
      ['models n limit context', 10],
      ['models n limit output', 5],
    ])
  })

  test.each([
    ['required', ['keychain']],
    ['optional', ['keychain', 'none']],
    ['none', ['none']],
    ['external', ['external']],
  ])('reads key: %s of a preset', (need, kinds) => {
    const own = {
      own: `about: x\nkey: ${need}\ndefault: { baseURL: "https://x.example" }\nprovider: {}\n`,
    }
    const { key } = provider('    preset: own\n    models: [m]\n', own)
    expect(key.sources.map(({ kind }) => kind)).toEqual(kinds)
  })

  test('lets a preset beside the manifest stand in for a built-in one', () => {
    const own = {
      vllm: 'about: x\ndefault: { name: Mine, baseURL: "http://localhost:1" }\nprovider: {}\n',
    }
    const vllm = provider('    preset: vllm\n    models: [m]\n', own)
    expect(vllm.values[0]).toMatchObject({ path: ['provider', 'acme', 'name'], value: 'Mine' })
  })

  test('gives warnings beside the value', () => {
    const { wanted, diagnostics } = run(
      'version: 1\nmodel: olama/m\nproviders:\n  ollama: { preset: ollama, models: [m] }\n',
    )
    expect(wanted?.providers).toHaveLength(1)
    expect(diagnostics.map(({ code }) => code)).toEqual(['unknown-provider'])
  })

  test('leaves disabled providers out, and does not need their presets', () => {
    const text = 'version: 1\nproviders:\n  a: { preset: nowhere, enabled: false }\n'
    expect(run(text).wanted?.providers).toEqual([])
    const parsed = parseManifest({ path: 'm', text })
    expect(parsed.ok && presetNames(parsed.value)).toEqual([])
  })

  test('keeps the order of the manifest', () => {
    const text =
      'version: 1\nproviders:\n  z: { preset: ollama, models: [m] }\n  "10": { preset: ollama, models: [m] }\n  a: { preset: ollama, models: [m] }\n'
    expect(run(text).wanted?.providers.map(({ id }) => id)).toEqual(['z', '10', 'a'])
  })

  test('keeps the order of models that look like numbers', () => {
    const fields = '    preset: ollama\n    models: ["z", "2", "1"]\n'
    expect(
      values(fields)
        .slice(-3)
        .map(([path]) => path),
    ).toEqual(['models z', 'models 2', 'models 1'])
  })

  test.each([
    ['http://nas.local/v1', 'keychain', ['plain-http']],
    ['http://nas.local/v1', 'none', []],
    ['http://nas.local/v1', '[keychain, none]', ['plain-http']],
    ['http://localhost/v1', 'keychain', []],
    ['http://api.example.com/v1', 'keychain', []],
    ['https://nas.local/v1', 'keychain', []],
  ])('%s with key %s gives %j', (url, key, codes) => {
    const text = `version: 1\nproviders:\n  a: { baseURL: "${url}", key: ${key}, models: [m] }\n`
    expect(run(text).diagnostics.map(({ code }) => code)).toEqual(codes)
  })

  test('reports a broken preset once, however many providers use it', () => {
    const text =
      'version: 1\nproviders:\n  a: { preset: own, models: [m] }\n  b: { preset: own, models: [m] }\n'
    const { diagnostics } = run(text, {
      own: 'about: x\ndefault: { baseURL: "https://a.example" }\n',
    })
    expect(diagnostics).toMatchObject([{ code: 'missing-field', source: { file: 'own/own' } }])
  })

  test('checks the base URL of a preset too', () => {
    const own = { own: 'about: x\ndefault: { baseURL: "nonsense" }\nprovider: {}\n' }
    const { diagnostics } = run('version: 1\nproviders:\n  a: { preset: own, models: [m] }\n', own)
    expect(diagnostics).toMatchObject([{ code: 'bad-url', source: { file: 'own/own', line: 2 } }])
  })
})

describe('a preset that does not use the base URL', () => {
  const own = { fixed: 'about: x\nkey: none\nprovider: { npm: some-sdk, options: {} }\n' }

  test('is warned about where the provider gives one', () => {
    const fields = 'preset: fixed, models: [m], baseURL: "https://a.example"'
    const given = run(`version: 1\nproviders:\n  acme: { ${fields} }\n`, own)
    expect(given.diagnostics).toMatchObject([
      { code: 'unused-base-url', severity: 'warning', source: { line: 3, column: 48 } },
    ])
  })
})
