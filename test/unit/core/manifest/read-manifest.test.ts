import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { manifestProviderIds, parseManifest } from '../../../support/parse-manifest.ts'
import type { ManifestText } from '../../../../src/core/manifest/manifest-file.ts'
import type { Manifest } from '../../../../src/core/manifest/manifest.ts'
import { toJson } from '../../../../src/core/manifest/node.ts'

function parse(text: string): Manifest {
  const parsed = parseManifest({ path: '/m/providers.yaml', text })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics))
  return parsed.value
}

function problems(text: string): readonly string[] {
  const { diagnostics } = parseManifest({ path: '/m/providers.yaml', text })
  return diagnostics.map(({ code, source }) => `${source?.line}:${source?.column} ${code}`)
}

const base = 'baseURL: https://a.example/v1, models: [m]'

describe('parseManifest', () => {
  test('reads what is written, with places', () => {
    const manifest = parse(`version: 1
model: acme/big
disabled_providers: [opencode]
providers:
  acme:
    name: Acme
    npm: ~
    baseURL: https://a.example/v1/
    models:
      - big
      - id: small
        limit: { context: 10, output: 5 }
        extra: { limit: { input: 7 }, later: 1 }
      - third: Third
`)
    expect(manifest.model).toEqual({
      value: 'acme/big',
      source: { file: '/m/providers.yaml', line: 2, column: 8 },
    })
    expect(manifest.smallModel).toBeUndefined()
    expect(manifest.enabledProviders).toEqual({ mode: 'auto' })
    expect(manifest.disabledProviders?.value.map((item) => item.value)).toEqual(['opencode'])
    const [acme] = manifest.providers
    expect(acme).toMatchObject({
      id: 'acme',
      source: { line: 5, column: 3 },
      absence: undefined,
      preset: { value: 'openai-compatible', source: { line: 5, column: 3 } },
      name: { value: 'Acme' },
      npm: { value: null, source: { line: 7 } },
      baseURL: { value: 'https://a.example/v1/' },
      key: undefined,
    })
    expect(acme?.models.map(({ id, fields }) => [id, toJson(fields)])).toEqual([
      ['big', {}],
      ['small', { limit: { context: 10, output: 5, input: 7 }, later: 1 }],
      ['third', { name: 'Third' }],
    ])
  })

  test.each([
    ['auto', { mode: 'auto' }],
    ['keep', { mode: 'keep' }],
    ['[]', { mode: 'list', items: [] }],
  ])('reads enabled_providers: %s', (value, expected) => {
    const text = `version: 1\nproviders: {}\nenabled_providers: ${value}\n`
    expect(parse(text).enabledProviders).toMatchObject(expected)
  })

  test.each([
    ['keychain', [{ kind: 'keychain', service: 'opgen', account: 'a' }]],
    ['{ env: A_KEY }', [{ kind: 'env', name: 'A_KEY' }]],
    ['none', [{ kind: 'none' }]],
    ['external', [{ kind: 'external' }]],
    ['[{ env: A }, none]', [{ kind: 'env', name: 'A' }, { kind: 'none' }]],
  ])('reads key: %s', (key, sources) => {
    const manifest = parse(`version: 1\nproviders:\n  a: { ${base}, key: ${key} }\n`)
    expect(manifest.providers[0]?.key?.value).toEqual(sources)
  })

  test('never changes a model id', () => {
    const ids = ['a/b/c:free', 'x@2026', ' spaced ', 'ünï', '1.10', 'prototype']
    const text = `version: 1\nproviders:\n  a: { baseURL: https://a.example, models: ${JSON.stringify(ids)} }\n`
    expect(parse(text).providers[0]?.models.map(({ id }) => id)).toEqual(ids)
  })

  test('takes what follows "#" in a model reference for a variant', () => {
    expect(problems(`version: 1\nmodel: a/m#high\nproviders:\n  a: { ${base} }\n`)).toEqual([])
  })

  test('lets extra add the model that a reference names', () => {
    const text = `version: 1\nmodel: a/x\nproviders:\n  a: { ${base}, extra: { models: { x: {} } } }\n`
    expect(problems(text)).toEqual([])
  })

  test('gives all problems of a file, in the order of the file', () => {
    expect(
      problems(`version: 1
providers:
  b: { ${base}, colour: red, options: { apiKey: x, timeout: fast } }
  "a b": { ${base} }
  c: { baseURL: nonsense, models: [7], when: { os: linux } }
vaults: x
`),
    ).toEqual([
      '3:52 unknown-field',
      '3:76 key-in-manifest',
      '3:96 wrong-type',
      '4:3 bad-id',
      '5:17 bad-url',
      '5:36 bad-model-id',
      '6:1 unknown-field',
    ])
  })

  test('says nothing more about a value that cannot be worked out', () => {
    expect(
      problems(`version: 1
model: "{{vars.m}}"
vars: [not, a, map]
machines: { work: { nonsense: 1 } }
providers:
  a: { baseURL: "{{x}}", options: { timeout: "{{t}}" }, models: [m], when: 7 }
`),
    ).toEqual([
      '2:9 undefined-value',
      '3:7 wrong-type',
      '4:21 unknown-field',
      '6:18 bad-expression',
      '6:47 bad-expression',
      '6:76 wrong-type',
    ])
  })

  test('takes a model called discover for a model', () => {
    const text =
      'version: 1\nproviders:\n  a: { baseURL: https://a.example, models: { discover: { name: D } } }\n'
    expect(parse(text).providers[0]?.models[0]?.id).toBe('discover')
  })

  test('gives warnings beside the value', () => {
    const parsed = parseManifest({
      path: 'm',
      text: `version: 1\nproviders:\n  abc: { baseURL: https://a.example/v1/chat/completions, models: [m] }\n`,
    })
    expect(parsed.ok).toBe(true)
    expect(parsed.diagnostics.map(({ code }) => code)).toEqual(['url-names-endpoint'])
  })

  test('no message repeats what could be a key', () => {
    const secret = 'sk-test000000000000000000'
    const text = `version: 1
model: ${secret}
providers:
  ${secret}: { ${base} }
  a: { ${base}, name: [${secret}], key: ${secret}, preset: ${secret}, options: { timeout: ${secret} } }
  b: { baseURL: "https://me:${secret}@a.example", models: [{ id: x, status: ${secret} }, { id: ${secret}, ${secret}: 1 }] }
enabled_providers: ${secret}
${secret}: 1
`
    const { diagnostics } = parseManifest({ path: 'm', text })
    expect(diagnostics.length).toBeGreaterThan(8)
    for (const { message, hint } of diagnostics) {
      expect(message).not.toContain(secret)
      expect(hint ?? '').not.toContain(secret)
    }
  })
})

test('any value anywhere is either accepted or reported at its place, and never thrown over', () => {
  const names =
    'version providers model vars machines include enabled_providers a preset name npm baseURL options ' +
    'models env with keyIn key when enabled extra id limit apiKey discover command headers'
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, depthSize: 'medium' },
      fc.constantFrom(
        null,
        true,
        7,
        'a',
        'none',
        'keychain',
        'a/a',
        'https://a.example',
        '{{x}}',
        '',
      ),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names.split(' ')), tie('value'), { maxKeys: 5 }),
    ),
  }))
  fc.assert(
    fc.property(value, value, value, (provider, models, model) => {
      const text = JSON.stringify({ version: 1, model, providers: { a: provider, b: { models } } })
      const parsed = parseManifest({ path: 'm', text })
      for (const { source } of parsed.diagnostics) {
        expect(source).toMatchObject({ file: 'm', line: 1 })
        expect(source?.column).toBeLessThanOrEqual(text.length)
      }
      expect(parsed.ok || parsed.diagnostics.length > 0).toBe(true)
    }),
    { numRuns: 200 * Number(process.env['OPGEN_FUZZ'] ?? 1) },
  )
})

function withProviders(count: number): ManifestText {
  const providers = Array.from({ length: count }, (_, index) => `  p${index}: { models: [a] }\n`)
  return { path: '/m.yaml', text: `version: 1\nproviders:\n${providers.join('')}` }
}

function withMachines(count: number): ManifestText {
  const machines = Array.from({ length: count }, (_, index) => `  m${index}: {}\n`)
  return { path: '/m.yaml', text: `version: 1\nproviders: {}\nmachines:\n${machines.join('')}` }
}

describe('a manifest of a size nobody writes', () => {
  test('has too many providers at the first that is one too many', () => {
    expect(parseManifest(withProviders(1000)).diagnostics).toEqual([])
    expect(parseManifest(withProviders(1001)).diagnostics).toMatchObject([
      { code: 'too-large', source: { line: 1003, column: 3 } },
    ])
  })

  test('has too many machines at the first that is one too many', () => {
    expect(parseManifest(withMachines(200)).diagnostics).toEqual([])
    expect(parseManifest(withMachines(201)).diagnostics).toMatchObject([
      { code: 'too-large', source: { line: 204, column: 3 } },
    ])
  })

  test('is told once about each of ten thousand expressions', () => {
    const text = `version: 1\nproviders: {}\nenabled_providers: [${'"{{",'.repeat(10_000)}]\n`
    const codes = parseManifest({ path: '/m.yaml', text }).diagnostics.map(({ code }) => code)
    expect(codes).toEqual(Array(10_000).fill('bad-expression'))
  })
})

describe('manifestProviderIds', () => {
  test('gives the ids of a manifest with other errors', () => {
    const text = 'version: 9\nproviders:\n  a: 7\n  "b c": {}\n  a: {}\nnonsense: 1\n'
    expect(manifestProviderIds({ path: 'm', text })).toEqual(['a', 'b c'])
  })

  test('gives none where there are none', () => {
    expect(manifestProviderIds({ path: 'm', text: '' })).toEqual([])
    expect(manifestProviderIds({ path: 'm', text: '[a]' })).toEqual([])
  })

  test('does not know the ids of what is no YAML', () => {
    expect(manifestProviderIds({ path: 'm', text: 'a: [b\n' })).toBeUndefined()
  })
})
