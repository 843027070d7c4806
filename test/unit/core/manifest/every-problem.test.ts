import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { inOrder } from '../../../../src/core/format-diagnostic.ts'
import { parseManifest } from '../../../support/parse-manifest.ts'
import { resolve } from '../../../../src/core/manifest/resolve.ts'
import { presetReader } from '../../../../src/core/preset/read-preset.ts'
import { compileTemplate } from '../../../../src/system/handlebars-templates.ts'

const templates = join(import.meta.dirname, '..', '..', '..', '..', 'templates')
const compatible = readFileSync(join(templates, 'openai-compatible.yaml.hbs'), 'utf8')

type Presets = Readonly<Record<string, string>>

/** Codes of all that is wrong with a provider of these fields, and with its preset. */
function problems(fields: string, own: Presets = {}): readonly string[] {
  const text = `version: 1\nproviders:\n  acme: { ${fields} }\n`
  const parsed = parseManifest({ path: 'm', text })
  const manifest = parsed.ok ? parsed.value : parsed.partial
  if (manifest === undefined) throw new Error(JSON.stringify(parsed.diagnostics))
  const presets = Object.entries({ 'openai-compatible': compatible, ...own }).map(
    ([name, template]) => [name, { file: name, text: template }] as const,
  )
  const resolved = resolve(manifest, new Map(presets), {
    readPreset: presetReader(compileTemplate),
  })
  return inOrder([...parsed.diagnostics, ...resolved.diagnostics]).map(({ code }) => code)
}

const OWN = 'about: x\ndefault: { baseURL: "https://own.example" }\n'

describe('all that is wrong is told at once', () => {
  test.each([
    ['', {}, ['missing-base-url', 'no-models']],
    ['models: []', {}, ['missing-base-url', 'no-models']],
    ['baseURL: nonsense, models: []', {}, ['bad-url', 'no-models']],
    ['preset: olama, models: []', {}, ['unknown-preset', 'no-models']],
    [
      'preset: own',
      { own: 'about: x\ndefault: { name: {{json id}} }\n' },
      ['no-models', 'missing-field', 'template-error'],
    ],
    ['colour: red', {}, ['missing-base-url', 'no-models', 'unknown-field']],
    [
      'preset: own, models: [m], name: [x]',
      { own: 'about: x\nprovider: {}\n' },
      ['missing-base-url', 'wrong-type'],
    ],
  ])('{ %s } with the presets %j: %j', (fields, own, codes) => {
    expect(problems(fields, own)).toEqual(codes)
  })
})

describe('what only follows from another problem is not told', () => {
  test.each([
    ['preset: ../x, models: [m]', {}, ['unknown-preset']],
    ['preset: 7, models: [m]', {}, ['wrong-type']],
    [
      'preset: own, models: [m], name: 7',
      { own: `${OWN}provider: { npm: {{json name}} }\n` },
      ['wrong-type'],
    ],
    [
      'preset: own, models: [m], with: [a]',
      { own: `${OWN}provider: {{json with.a}}\n` },
      ['wrong-type'],
    ],
    ['baseURL: "{{x}}", models: [m]', {}, ['bad-expression']],
    ['url: https://a.example, modles: [m]', {}, ['unknown-field', 'unknown-field']],
    ['extra: { api: "https://a.example" }, models: [m]', {}, ['reserved-field']],
    ['models: [m], <<: nothing', {}, ['bad-merge']],
    [
      'preset: own, models: { m: { limit: { <<: 7 } } }',
      { own: `${OWN}provider: {}\n` },
      ['bad-merge'],
    ],
    ['preset: opnrouter', {}, ['unknown-preset']],
    ['preset: something-quite-different', {}, ['unknown-preset']],
    ['preset: own', { own: `${OWN}catalogue: true\nprovider: {}\n` }, ['not-in-catalogue']],
    ['preset: own, npm: 7', { own: `${OWN}catalogue: true\nprovider: {}\n` }, ['wrong-type']],
    ['baseURL: "http://nas.local", key: nnoe, models: [m]', {}, ['bad-key-source']],
    ['enabled: no', {}, ['wrong-type']],
    ['preset: own', { own: 'about: {{json' }, ['no-models', 'template-error']],
    ['preset: own, models: [m]', { own: 'about: x\n' }, ['missing-field']],
    ['preset: own, models: [m]', { own: 'about: x\nprovider: [a]\n' }, ['wrong-type']],
    ['preset: own, models: [m]', { own: 'about: "x\n' }, ['yaml-syntax']],
    ['preset: own, models: [m]', { own: '' }, ['template-error']],
    ['disabled: true', {}, ['unknown-field']],
  ])('{ %s } with the presets %j: %j', (fields, own, codes) => {
    expect(problems(fields, own)).toEqual(codes)
  })
})
