import { describe, expect, test } from 'vitest'
import { firstLocal, firstManifest } from '../../../../src/core/manifest/first-manifest.ts'
import { parseManifest } from '../../../support/parse-manifest.ts'
import { toJson } from '../../../../src/core/manifest/node.ts'
import { readYaml } from '../../../../src/core/manifest/read-yaml.ts'
import { resolve } from '../../../../src/core/manifest/resolve.ts'
import { presetReader } from '../../../../src/core/preset/read-preset.ts'
import { BUILT_IN_PRESETS } from '../../../../src/core/preset/preset.ts'
import { compileTemplate } from '../../../../src/system/handlebars-templates.ts'
import { flaggedPlaces } from '../../../support/validate-manifest.ts'
import { readDocument } from '../../docs/markdown.ts'

const presets = new Map(
  BUILT_IN_PRESETS.map((name) => {
    const file = `templates/${name}.yaml.hbs`
    return [name, { file, text: readDocument(file) }]
  }),
)

const first = firstManifest('1.2.3')

/** A line of an example: a `#` and no space, or the deeper lines below it. */
const EXAMPLE = /^( *)#(?=\S| {2})(?!.*yaml-language-server)/

/** The text with these examples made real, counted from the top. */
function uncomment(text: string, wanted: (example: number) => boolean): string {
  let example = -1
  let inside = false
  return text
    .split('\n')
    .map((line) => {
      const isExample = EXAMPLE.test(line)
      if (isExample && !inside) example += 1
      inside = isExample
      return isExample && wanted(example) ? line.replace(EXAMPLE, '$1') : line
    })
    .join('\n')
}

function countExamples(text: string): number {
  let count = 0
  uncomment(text, (example) => {
    count = example + 1
    return false
  })
  return count
}

/** All problems. */
function problems(text: string): readonly string[] {
  const parsed = parseManifest({ path: 'providers.yaml', text })
  const manifest = parsed.ok ? parsed.value : parsed.partial
  const resolved =
    manifest === undefined
      ? []
      : resolve(manifest, presets, { readPreset: presetReader(compileTemplate) }).diagnostics
  return [...parsed.diagnostics, ...resolved].map(({ code, message }) => `${code}: ${message}`)
}

describe('the first manifest', () => {
  test('has no problem, in opgen and in an editor', () => {
    const parsed = parseManifest({ path: 'providers.yaml', text: first })
    expect(parsed).toMatchObject({ ok: true, diagnostics: [] })
    expect(problems(first)).toEqual([])
    expect(flaggedPlaces(first)).toEqual([])
  })

  test('names the schema of this very version in its first line', () => {
    expect(first.split('\n')[0]).toBe(
      '# yaml-language-server: $schema=https://unpkg.com/opgen@1.2.3/schema/providers.schema.json',
    )
  })

  test('keeps to a width and to spaces', () => {
    const long = first
      .split('\n')
      .slice(1)
      .filter((line) => line.length > 100 || /\t|\s$/.test(line))
    expect(long).toEqual([])
  })

  const all = Array.from({ length: countExamples(first) }, (_, index) => index)

  test('has examples of everything that most people want', () => {
    expect(all).toHaveLength(5)
    const whole = uncomment(first, () => true)
    expect(toJson(treeOf(whole))).toMatchObject({
      model: 'ollama/qwen3-coder:30b',
      providers: { ollama: {}, gateway: {}, lab: {}, openrouter: {} },
      machines: { work: { providers: { corp: {}, ollama: {} } } },
    })
  })

  test.each([...all.map((index) => [index]), all].map((wanted) => ({ wanted })))(
    'is valid with the examples $wanted made real',
    ({ wanted }) => {
      const text = uncomment(first, (example) => wanted.includes(example))
      expect(text).not.toBe(first)
      expect(problems(text)).toEqual([])
      expect(flaggedPlaces(text)).toEqual([])
    },
  )
})

describe('the first local.yaml', () => {
  test.each(['work', 'no', '7', 'a: b', 'é "x" #'])('has the profile %j as a text', (profile) => {
    expect(toJson(treeOf(firstLocal(profile)))).toEqual({ profile })
  })

  test('has examples that are YAML', () => {
    const whole = uncomment(firstLocal('work'), () => true)
    expect(toJson(treeOf(whole))).toEqual({
      profile: 'work',
      machine: 'work',
      vars: { lab: 'http://localhost:11434' },
    })
  })
})

function treeOf(text: string): Parameters<typeof toJson>[0] {
  const { tree, diagnostics } = readYaml({ path: 'x.yaml', text })
  expect(diagnostics).toEqual([])
  if (tree === undefined) throw new Error('an empty text')
  return tree
}
