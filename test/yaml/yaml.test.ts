import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isJsonObject } from '../../src/core/json.ts'
import type { JsonValue } from '../../src/core/json.ts'
import { toJson } from '../../src/core/manifest/node.ts'
import { readYaml } from '../../src/core/manifest/read-yaml.ts'
import { COLLECTIONS } from './collections.ts'
import { DOCUMENTS } from './documents.ts'
import { expectLawful } from './law.ts'
import type { Lawful } from './law.ts'
import { MANIFESTS } from './manifests.ts'
import { mutations } from './mutations.ts'
import { SCALARS } from './scalars.ts'

const CASES = [...SCALARS, ...COLLECTIONS, ...DOCUMENTS]

/** `OPGEN_FUZZ=10` tries ten times as many. */
const RUNS = { numRuns: 200 * Number(process.env['OPGEN_FUZZ'] ?? 1) }
const PATIENCE = 60_000 * Number(process.env['OPGEN_FUZZ'] ?? 1)

const MANIFEST = 'version: 1\nproviders:\n  p:\n    preset: ollama\n    models: [m]\n'

function below(name: string, text: string): string {
  const lines = text.replace(/^\uFEFF/, '').split('\n')
  return `${MANIFEST}    ${name}:\n      x:\n${lines.map((line) => `        ${line}`).join('\n')}`
}

function rendered({ config }: Lawful, path: readonly string[]): JsonValue | undefined {
  let value = config
  for (const name of path) value = isJsonObject(value) ? value[name] : undefined
  return value
}

describe('readYaml', () => {
  test.each(CASES)('reads $name', ({ text, value, codes }) => {
    const { tree, diagnostics } = readYaml({ path: 'f.yaml', text })
    expect(diagnostics.map(({ code }) => code)).toEqual(codes)
    if (codes.length > 0 && value === undefined) return
    expect(tree === undefined ? undefined : toJson(tree)).toEqual(value)
  })
})

describe('a text as the manifest, or below a valid one', () => {
  test.each(CASES)('ends in a result or at a place: $name', async ({ text }) => {
    expect((await expectLawful(text)).exit).toBe(65)
    await expectLawful(MANIFEST + text)
  })
})

describe('a text as an option of a provider', () => {
  const values = CASES.filter(({ text }) => !/^(?:---|\.\.\.|\uFEFF)/m.test(text))
  test.each(values)('is rendered as it is read, or refused: $name', async (given) => {
    for (const field of ['options', 'extra']) {
      const lawful = await expectLawful(below(field, given.text))
      if (lawful.exit === 65) continue
      const path = ['provider', 'p', ...(field === 'options' ? ['options', 'x'] : ['x'])]
      const written: JsonValue = JSON.parse(JSON.stringify(given.value ?? null))
      expect(rendered(lawful, path)).toEqual(written)
    }
  })
})

describe('a manifest', () => {
  test.each(MANIFESTS)('%s', async (_, text, exit, codes) => {
    const lawful = await expectLawful(text)
    expect({ exit: lawful.exit, codes: lawful.codes.join(' ') }).toEqual({ exit, codes })
  })
})

describe('a damaged text', () => {
  const texts = [...CASES.map(({ text }) => text), ...MANIFESTS.map(([, text]) => text)]
  const short = texts.filter(({ length }) => length < 2000)

  test('ends in a result or at a place', { timeout: PATIENCE }, async () => {
    const damaged = fc.tuple(fc.constantFrom(...short), mutations)
    await fc.assert(
      fc.asyncProperty(damaged, async ([text, damage]) => {
        const alone = await expectLawful(damage(text))
        const inside = await expectLawful(below('options', damage(text)))
        expect([alone.exit, inside.exit]).not.toContain(70)
      }),
      RUNS,
    )
  })
})
