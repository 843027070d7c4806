import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../src/core/diagnostic.ts'
import { formatDiagnostic, inOrder } from '../../src/core/format-diagnostic.ts'
import { parseManifest } from '../support/parse-manifest.ts'
import { resolve } from '../../src/core/manifest/resolve.ts'
import { presetReader } from '../../src/core/preset/read-preset.ts'
import { BUILT_IN_PRESETS } from '../../src/core/preset/preset.ts'
import type { PresetText } from '../../src/core/preset/preset.ts'
import { makeSourceText } from '../../src/core/source-text.ts'
import { compileTemplate } from '../../src/system/handlebars-templates.ts'

const here = import.meta.dirname

const presets: ReadonlyMap<string, PresetText> = new Map(
  BUILT_IN_PRESETS.map((name) => {
    const file = join(here, '..', '..', 'templates', `${name}.yaml.hbs`)
    return [name, { file, text: readFileSync(file, 'utf8') }]
  }),
)

/** The manifests of a folder, read as `opgen check` would. */
function cases(folder: string): readonly { readonly name: string; readonly path: string }[] {
  return readdirSync(join(here, folder))
    .filter((file) => file.endsWith('.yaml'))
    .toSorted()
    .map((file) => ({ name: basename(file, '.yaml'), path: join(here, folder, file) }))
}

function check(path: string): {
  readonly diagnostics: readonly Diagnostic[]
  readonly text: string
} {
  const text = readFileSync(path, 'utf8')
  const parsed = parseManifest({ path, text })
  const manifest = parsed.ok ? parsed.value : parsed.partial
  if (manifest === undefined) return { diagnostics: parsed.diagnostics, text }
  const resolved = resolve(manifest, presets, { readPreset: presetReader(compileTemplate) })
  return { diagnostics: inOrder([...parsed.diagnostics, ...resolved.diagnostics]), text }
}

describe('a manifest with problems', () => {
  test.each(cases('err'))('$name', async ({ path }) => {
    const { diagnostics, text } = check(path)
    const printed = diagnostics.map((diagnostic) =>
      formatDiagnostic(diagnostic, {
        sourceText: makeSourceText(text),
        displayFile: basename(path),
      }),
    )
    expect(diagnostics.map((diagnostic) => diagnostic.source?.file)).toEqual(
      diagnostics.map(() => path),
    )
    expect(printed).not.toEqual([])
    expect(printed.join('\n')).not.toMatch(/test-key-|sk-test/)
    await expect(`${printed.join('\n')}\n`).toMatchFileSnapshot(path.replace(/yaml$/, 'out'))
  })
})

test('every expected text belongs to a manifest', () => {
  const names = cases('err').map(({ name }) => `${name}.out`)
  expect(readdirSync(join(here, 'err')).filter((file) => file.endsWith('.out'))).toEqual(names)
})

describe('a manifest without problems', () => {
  test.each(cases('ok'))('$name', ({ path }) => {
    expect(check(path).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  })
})
