import { describe, expect, test } from 'vitest'
import { formatDiagnostic, inOrder } from '../../../../src/core/format-diagnostic.ts'
import { toJson } from '../../../../src/core/manifest/node.ts'
import { isPresetName } from '../../../../src/core/preset/preset.ts'
import { presetReader } from '../../../../src/core/preset/read-preset.ts'
import { makeSourceText } from '../../../../src/core/source-text.ts'
import { compileTemplate } from '../../../../src/system/handlebars-templates.ts'

const context = {
  id: 'acme',
  baseURL: 'https://a.example/v1?a=1&b=<2>',
  with: {},
  vars: {},
  machine: {},
}

function render(text: string, more: object = {}) {
  return presetReader(compileTemplate)({ file: 'p', text }).render({ ...context, ...more })
}

function problem(text: string): string {
  const { diagnostics } = render(text)
  return inOrder(diagnostics)
    .map((diagnostic) =>
      formatDiagnostic(diagnostic, { sourceText: makeSourceText(text), displayFile: 'p' }),
    )
    .join('\n')
}

describe('a preset that is filled in', () => {
  test('writes values as they are, without HTML escapes', () => {
    const result = render('about: x\nprovider:\n  api: {{json baseURL}}\n  npm: {{id}}\n')
    expect(result.ok && toJson(result.value.provider)).toEqual({
      api: context.baseURL,
      npm: 'acme',
    })
  })

  test('a value cannot become anything but a value', () => {
    const evil = 'x"\nkey: none\nprovider: {npm: evil} # {{json id}}'
    const result = render('about: x\nprovider:\n  options: { label: {{json name}} }\n', {
      name: evil,
    })
    expect(result.ok && toJson(result.value.provider)).toEqual({ options: { label: evil } })
  })

  test('knows if, unless, each and with, and what was given to the preset', () => {
    const text = `about: x
provider:
{{#if name}}
  npm: named
{{else}}
  npm: nameless
{{/if}}
  env:
{{#each with.variables}}
    - {{json this}}
{{/each}}
`
    const result = render(text, { with: { variables: ['A', 'B'] } })
    expect(result.ok && toJson(result.value.provider)).toEqual({ npm: 'nameless', env: ['A', 'B'] })
  })

  test.each([
    ['{{name}}', 'the template uses "name", which has no value here', 'p:3:10'],
    ['{{json name}}', 'the template uses a value that does not exist here', 'p:3:8'],
    ['{{json with.region}}', 'the template uses a value that does not exist here', 'p:3:8'],
    ['{{json constructor}}', 'the template uses a value that does not exist here', 'p:3:8'],
    ['{{json with.__proto__}}', 'the template uses a value that does not exist here', 'p:3:8'],
    ['{{json id.toString}}', 'the template uses a value that does not exist here', 'p:3:8'],
    ['{{shout id}}', 'the template uses "shout", which has no value here', 'p:3:10'],
    ['{{> other}}', 'a template cannot include another one', 'p:'],
    ['{{json', 'this is no valid template', 'p:3:1'],
    ['{{log id}}', 'the template', 'p:'],
    ['{{lookup with "x"}}', 'the template', 'p:'],
  ])('refuses %s', (expression, message, place) => {
    const printed = problem(`about: x\nprovider:\n  npm: ${expression}\n`)
    expect(printed).toContain(`error: ${message}`)
    expect(printed).toContain('[template-error]')
    expect(printed.startsWith(place)).toBe(true)
  })

  test('blames the line of the template, also below blocks that vanish', () => {
    const text = `about: x
{{#if name}}
key: none
{{/if}}
provider:
  npm: {{json id}}
  nmp: x
placeholder: 7
`
    expect(problem(text)).toBe(`p:7:3: error: unknown field "nmp" [unknown-field]
    nmp: x
    ^
  hint: did you mean "npm"?
p:8:14: error: "placeholder" must be text, not 7 [wrong-type]
  placeholder: 7
               ^
  hint: put it in quotes`)
  })

  test('blames the column of the template, also after expressions on its line', () => {
    const line =
      'provider: { npm: {{json id}}, {{#if name}}nam: a, {{/if}}nmp: x, api: {{json with}}, nep: {{id}} }'
    const { diagnostics } = render(`about: x\n${line}\n`)
    expect(inOrder(diagnostics).map(({ source }) => source)).toMatchObject([
      { line: 2, column: line.indexOf('nmp') + 1 },
      { line: 2, column: line.indexOf('{{json with}}') + 1 },
      { line: 2, column: line.indexOf('nep') + 1 },
    ])
  })

  test.each([
    ['about: x\n', 'missing-field'],
    ['', 'template-error'],
    ['about: [x\nprovider: {}\n', 'yaml-syntax'],
    ['about: x\nprovider: {}\nabout: y\n', 'duplicate-key'],
    ['about: x\nprovider: { name: x }\n', 'unknown-field'],
    ['about: x\nprovider: { models: {} }\n', 'unknown-field'],
    ['about: x\nprovider: {}\nkey: maybe\n', 'bad-value'],
    ['about: x\nprovider: {}\nmodels: { id: x }\n', 'unknown-field'],
    ['about: x\nprovider: { options: { apiKey: x } }\n', 'key-in-manifest'],
    ['about: x\nprovider: {}\ncatalogue: maybe\n', 'wrong-type'],
    ['about: x\nprovider: { options: { a: sk-test0000000000000000000000 } }\n', 'looks-like-key'],
  ])('refuses %j as %s', (text, code) => {
    const result = render(text)
    expect(result.ok).toBe(false)
    expect(result.diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code])
  })

  test.each([
    ['catalogue: true', 'npm: x', ['reserved-field']],
    ['catalogue: true', 'api: x', []],
    ['catalogue: false', 'npm: x', []],
  ])('warns of what is not written: %s with %s', (catalogue, fields, codes) => {
    const { ok, diagnostics } = render(`about: x\n${catalogue}\nprovider: { ${fields} }\n`)
    expect(ok).toBe(true)
    expect(diagnostics.map(({ code }) => code)).toEqual(codes)
  })

  test.each([
    [
      'allows',
      'about: x\nprovider:\n  options:\n    a: sk-test0000000000000000000000 # opgen:allow\n',
    ],
    ['did not write', 'about: x\nprovider: { options: { a: {{json baseURL}} } }\n'],
  ])('passes over what looks like a key where the preset %s it', (_, text) => {
    const baseURL = 'https://a.example/sk-test0000000000000000000000'
    expect(render(text, { baseURL }).diagnostics).toEqual([])
  })
})

test('no path can be the name of a preset', () => {
  for (const name of ['../x', 'a/b', 'a\\b', '', '.hidden', '-x', 'a\0b', 'x'.repeat(65)]) {
    expect(isPresetName(name)).toBe(false)
  }
  expect(isPresetName('openai-compatible_2.1')).toBe(true)
})
