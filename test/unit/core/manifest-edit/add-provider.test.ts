import { describe, expect, test } from 'vitest'
import { addProvider } from '../../../../src/core/manifest-edit/add-provider.ts'
import type { NewProvider } from '../../../../src/core/manifest-edit/entry-text.ts'
import { firstManifest } from '../../../../src/core/manifest/first-manifest.ts'
import { InvalidInput } from '../../../../src/errors.ts'

const NEW: NewProvider = { id: 'new', preset: 'vllm', baseURL: undefined, models: ['m'] }

function add(text: string, provider: Partial<NewProvider> = {}): string {
  return addProvider({ path: 'providers.yaml', text }, { ...NEW, ...provider }).text
}

/** A manifest whose providers are these lines. */
function manifest(...lines: readonly string[]): string {
  return ['version: 1', 'providers:', ...lines, ''].join('\n')
}

const entry = ['  new:', '    preset: vllm', '    models:', '      - m']

describe('a new provider', () => {
  test('comes last, without a blank line where the others have none', () => {
    const old = ['  a:', '    preset: ollama', '  b:', '    preset: vllm']
    expect(add(manifest(...old))).toBe(manifest(...old, ...entry))
  })

  test('comes after a blank line where the others do', () => {
    const old = ['  a:', '    preset: ollama', '', '  b:', '    preset: vllm']
    expect(add(manifest(...old))).toBe(manifest(...old, '', ...entry))
  })

  test('comes before the examples of a first manifest, and parts nothing', () => {
    const text = add(firstManifest('1.0.0'))
    expect(text).toContain(
      ['      - "qwen3-coder:30b"', '', ...entry, '', '  # A gateway, or any API'].join('\n'),
    )
  })

  test.each([
    { name: 'a comment of the last field that goes on', comment: ['                   # on'] },
    { name: 'a field that is commented out', comment: ['    #name: A'] },
    { name: 'a field that is commented out at the margin', comment: ['#    name: A'] },
    { name: 'a comment inside the last provider, below a blank line', comment: ['', '    # on'] },
  ])('comes below $name', ({ comment }) => {
    const old = ['  a:', '    preset: ollama # why', ...comment]
    expect(add(manifest(...old))).toBe(manifest(...old, ...entry))
  })

  test('comes below comments right under the last provider, and not close to them', () => {
    const old = ['  a:', '    preset: ollama', '  #b:', '  #  preset: vllm']
    expect(add(manifest(...old, '', '  # more'))).toBe(
      manifest(...old, '', ...entry, '', '  # more'),
    )
  })

  test('comes above comments that are about what follows', () => {
    const old = ['  a:', '    preset: ollama']
    const after = ['# The machines.', 'machines: {}']
    expect(add(manifest(...old, ...after))).toBe(manifest(...old, ...entry, ...after))
  })

  test('is indented as the others are', () => {
    const old = ['   a:', '       preset: ollama', '       models:', '       - m']
    const lines = ['   new:', '       preset: vllm', '       models:', '       - m']
    expect(add(manifest(...old))).toBe(manifest(...old, ...lines))
  })

  test('is one line where all others are', () => {
    const old = ['  a: { preset: ollama, models: [m] }']
    expect(add(manifest(...old))).toBe(manifest(...old, '  new: { preset: vllm, models: [m] }'))
    const url = `https://${'x'.repeat(90)}.example/v1`
    expect(add(manifest(...old), { baseURL: url })).toContain(
      `\n  new:\n    preset: vllm\n    baseURL: ${url}\n`,
    )
  })

  test('has quotes where a text could be taken for something else, as the file has them', () => {
    const models = [
      'a/b',
      'qwen3:30b',
      '123',
      'true',
      'null',
      '~',
      "it's",
      '@x',
      'a, b',
      '-',
      'a #b',
      '{{vars.m}}',
    ]
    const text = add(manifest('  a: ', "    name: 'x'"), { models })
    const written = text.split('\n').flatMap((line) => /^ {6}- (.*)/.exec(line)?.[1] ?? [])
    expect(written).toEqual([
      'a/b',
      "'qwen3:30b'",
      "'123'",
      "'true'",
      "'null'",
      "'~'",
      "it's",
      "'@x'",
      "'a, b'",
      "'-'",
      "'a #b'",
      "'{{vars.m}}'",
    ])
    expect(add(manifest('  a: {}'), { id: '7' })).toContain('\n  "7": { ')
    expect(add(manifest('  a: ', '    name: x'), { baseURL: '{{vars.x}}/v1' })).toContain(
      '\n    baseURL: "{{vars.x}}/v1"\n',
    )
  })

  test('leaves out the preset that is the usual one', () => {
    const text = add(manifest('  a: ', '    name: x'), {
      preset: 'openai-compatible',
      baseURL: 'https://x.example/v1',
    })
    expect(text).toContain('\n  new:\n    baseURL: https://x.example/v1\n    models:\n')
  })

  test('keeps CRLF, a byte order mark and a last line without a break', () => {
    expect(add('\uFEFFversion: 1\r\nproviders:\r\n  a:\r\n    preset: ollama')).toBe(
      `\uFEFFversion: 1\r\nproviders:\r\n  a:\r\n    preset: ollama\r\n${entry.join('\r\n')}`,
    )
  })

  test('stands in the place of nothing', () => {
    const made = manifest(...entry)
    expect(add('version: 1\nproviders: {}\n')).toBe(made)
    expect(add('version: 1\nproviders:\n')).toBe(made)
    expect(add('version: 1\nproviders: ~\n')).toBe(made)
    expect(add('version: 1\nproviders:\n  {}\n')).toBe(made)
    expect(add('version: 1\nproviders: {} # none\n  # of mine\nmodel: a/b\n')).toBe(
      `version: 1\nproviders: # none\n  # of mine\n\n${entry.join('\n')}\nmodel: a/b\n`,
    )
  })

  test('brings "providers" where only included files had them', () => {
    expect(add('version: 1\ninclude: [team.yaml] # ours\n')).toBe(
      `version: 1\ninclude: [team.yaml] # ours\nproviders:\n${entry.join('\n')}\n`,
    )
  })
})

describe('a new provider between braces', () => {
  test.each([
    ['{ a: {} }', '{ a: {}, new: { preset: vllm, models: [m] } }'],
    ['{a: {}}', '{a: {}, new: {preset: vllm, models: [m]}}'],
    ['{ a: {}, }', '{ a: {}, new: { preset: vllm, models: [m] }, }'],
    ['{\n  a: {}\n}', '{\n  a: {},\n  new: { preset: vllm, models: [m] }\n}'],
    ['{\n  a: {} # x\n}', '{\n  a: {}, # x\n  new: { preset: vllm, models: [m] }\n}'],
    ['{\n  a: {}, # x\n}', '{\n  a: {}, # x\n  new: { preset: vllm, models: [m] },\n}'],
    ['{\n  a: {} }', '{\n  a: {},\n  new: { preset: vllm, models: [m] } }'],
    ['{ # none\n}', '{ # none\n  new: { preset: vllm, models: [m] }\n}'],
  ])('comes last: %j', (before, after) => {
    expect(add(`version: 1\nproviders: ${before}\n`)).toBe(`version: 1\nproviders: ${after}\n`)
  })

  test('has its names in quotes where the file has all of them so', () => {
    const text = add('"version": 1\n"include": ["x"]\n')
    expect(text).toContain('"providers":\n  "new":\n    "preset": "vllm"\n    "models":\n')
  })

  test.each([
    [
      '{ "version": 1, "providers": null }',
      '"providers": { "new": { "preset": "vllm", "models": ["m"] } } }',
    ],
    [
      '{\n  version: 1,\n  providers: , # none\n}',
      'providers: { new: { preset: vllm, models: [m] } }, # none\n}',
    ],
  ])('stands in the place of nothing in braces: %s', (text, expected) => {
    expect(add(text)).toContain(expected)
  })

  test.each([
    'version: 1\n? providers\n',
    '{ version: 1, providers }',
    'version: 1\nproviders: !!null\n',
  ])('is refused where "providers" cannot be given a value: %j', (text) => {
    expect(() => add(text)).toThrow(InvalidInput)
  })

  test('is JSON in JSON', () => {
    expect(JSON.parse(add('{"version": 1, "providers": {}}'))).toEqual({
      version: 1,
      providers: { new: { preset: 'vllm', models: ['m'] } },
    })
  })
})

describe('an explicit list of enabled providers', () => {
  test.each([
    ['[a]', '[a, new]'],
    ['[ a, ] # x', '[ a, new, ] # x'],
    ['[]', '[new]'],
    ['[new]', '[new]'],
    ['\n  - a # x\n  # y', '\n  - a # x\n  - new\n  # y'],
  ])('gets the new one: %j', (before, after) => {
    const text = `version: 1\nenabled_providers: ${before}\nproviders: {}\n`
    const made = `version: 1\nenabled_providers: ${after}\n${manifest(...entry).slice('version: 1\n'.length)}`
    expect(add(text)).toBe(made)
  })
})

test('lists of a new provider stand as the others do', () => {
  expect(add('version: 1\nenabled_providers:\n- a\nproviders: {}\n')).toBe(
    'version: 1\nenabled_providers:\n- a\n- new\nproviders:\n  new:\n    preset: vllm\n    models:\n    - m\n',
  )
})

describe('what cannot be edited', () => {
  test.each([
    'version: 1\nproviders: &p { a: {} }\nvars: *p\n',
    'version: 1\nvars: &p { a: {} }\nproviders: *p\n',
    'version: 1\nproviders: {}\nenabled_providers: &l [a]\ndisabled_providers: *l\n',
  ])('is refused: %j', (text) => {
    expect(() => add(text)).toThrow(InvalidInput)
  })
})
