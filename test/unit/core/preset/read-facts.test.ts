import { describe, expect, test } from 'vitest'
import { readPresetDefaults, readPresetFacts } from '../../../../src/core/preset/read-facts.ts'

function defaults(text: string) {
  const read = readPresetDefaults({ file: 'p', text })
  return read.diagnostics.length === 0 ? read.defaults : read.diagnostics
}

describe('readPresetDefaults', () => {
  test('finds them in a template that is no YAML yet', () => {
    expect(
      defaults(
        'about: {{json id}}\n{{#if x}}\ndefault:\n  # why\n  name: A\n\n  baseURL: https://a\n{{/if}}\nkey: none\n',
      ),
    ).toEqual({
      name: { value: 'A', source: { file: 'p', line: 5, column: 9 } },
      baseURL: { value: 'https://a', source: { file: 'p', line: 7, column: 12 } },
      catalogue: false,
    })
  })

  test('reads them on one line, or over several in braces', () => {
    expect(defaults('default: { name: A }\n')).toMatchObject({ name: { value: 'A' } })
    expect(defaults('default: {\n  name: A\n}\nkey: none\n')).toMatchObject({
      name: { value: 'A' },
    })
  })

  test('a preset need not have any', () => {
    expect(defaults('about: x\n')).toEqual({
      name: undefined,
      baseURL: undefined,
      catalogue: false,
    })
  })

  test('refuses expressions in them, at their place', () => {
    expect(defaults('about: x\ndefault:\n  name: {{json id}}\n')).toMatchObject([
      { code: 'template-error', source: { line: 3, column: 9 } },
    ])
  })

  test('knows a preset of the catalogue', () => {
    expect(defaults('about: x\ncatalogue: true # OpenCode has it\n')).toMatchObject({
      catalogue: true,
    })
    expect(defaults('catalogue: {{json with.mine}}\n')).toMatchObject([
      { code: 'template-error', source: { line: 1, column: 12 } },
    ])
  })
})

function facts(text: string) {
  return readPresetFacts({ file: 'p', text })
}

describe('readPresetFacts', () => {
  test('reads everything that a list of presets shows', () => {
    const text = `# why
about: A gateway
keyPage: https://a.example/keys
key: optional
{{#if name}}
default: { name: A, baseURL: "https://a.example/v1" }
{{/if}}
provider: {{json with}}
`
    expect(facts(text)).toMatchObject({
      diagnostics: [],
      facts: {
        about: 'A gateway',
        key: 'optional',
        keyPage: 'https://a.example/keys',
        name: { value: 'A' },
        baseURL: { value: 'https://a.example/v1', source: { line: 6 } },
        catalogue: false,
      },
    })
  })

  test('tells a field from another that begins like it', () => {
    expect(facts('about: x\nkeyPage: https://a.example\n').facts.key).toBeUndefined()
  })

  test('takes the first of two fields of one name', () => {
    const text = 'about: x\n{{#if a}}\nkey: none\n{{else}}\nkey: required\n{{/if}}\n'
    expect(facts(text)).toMatchObject({ facts: { key: 'none' }, diagnostics: [] })
  })

  test.each([
    ['about: [x\nkey: none\n', 'yaml-syntax', 1],
    ['about: {{id}}\nkey: none\n', 'template-error', 1],
    ['about: 7\nkey: none\n', 'wrong-type', 1],
    ['about: x\nkey: none\ndefault: 7\n', 'wrong-type', 3],
    ['about: x\nkey: none\ndefault: { url: x }\n', 'unknown-field', 3],
    ['key: none\n', 'missing-field', 1],
  ])('reads what it can of %j, and says what is wrong', (text, code, line) => {
    const read = facts(text)
    expect(read.facts.key).toBe('none')
    expect(read.diagnostics).toMatchObject([{ code, source: { file: 'p', line } }])
  })

  test('takes no word for what it is not', () => {
    expect(facts('about: x\nkey: maybe\n')).toMatchObject({
      facts: { about: 'x', key: undefined },
      diagnostics: [{ code: 'bad-value' }],
    })
  })
})
