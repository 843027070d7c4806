import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasErrors } from '../../../../src/core/diagnostic.ts'
import { addProvider } from '../../../../src/core/manifest-edit/add-provider.ts'
import { removeProvider } from '../../../../src/core/manifest-edit/remove-provider.ts'
import { field, namesOf } from '../../../../src/core/manifest/node.ts'
import { readYaml } from '../../../../src/core/manifest/read-yaml.ts'
import { oddManifest } from '../../../support/arbitrary-manifests.ts'
import type { OddManifest } from '../../../support/arbitrary-manifests.ts'
import { choicesFrom } from '../../../support/odd-text.ts'

/** `OPGEN_FUZZ=10` tries ten times as many. */
const TIMES = Number(process.env['OPGEN_FUZZ'] ?? 1)
const PATIENCE = 60_000 * TIMES

const manifests = fc
  .uint8Array({ maxLength: 400, size: 'max' })
  .map((numbers) => oddManifest(choicesFrom(numbers)))
const added = fc.record({
  id: fc.constantFrom('corp', '7', 'true', 'a.b-c'),
  preset: fc.constantFrom('openai-compatible', 'ollama'),
  baseURL: fc.constantFrom(undefined, 'https://x.example/v1', '{{vars.x}}/v1'),
  models: fc.array(fc.constantFrom('m', 'a/b', 'qwen3:30b', '123', 'null', "it's", 'a, b', '@x'), {
    maxLength: 3,
  }),
})

/** Check a law over many manifests that can be read. */
function always(holds: (manifest: OddManifest, provider: AddedProvider) => void): void {
  fc.assert(
    fc.property(manifests, added, (manifest, provider) => {
      const { tree, diagnostics } = readYaml({ path: 'p', text: manifest.text })
      fc.pre(tree !== undefined && !hasErrors(diagnostics))
      holds(manifest, provider)
    }),
    { numRuns: 100 * TIMES },
  )
}

const LINE_BREAK = /\r\n?|\n/

type AddedProvider = Parameters<typeof addProvider>[1]

function add(text: string, provider: AddedProvider): string {
  return addProvider({ path: 'p', text }, provider).text
}

function remove(text: string, id: string): string {
  return removeProvider({ path: 'p', text }, id, 'go').text
}

/** Whether one text can be made of another by leaving things out. */
function isWithin(part: string, whole: string): boolean {
  let at = 0
  for (const character of part) {
    at = whole.indexOf(character, at) + 1
    if (at === 0) return false
  }
  return true
}

/** The ids of the providers in a text. */
function idsIn(text: string): readonly string[] {
  const { tree } = readYaml({ path: 'p', text })
  return namesOf(field(tree, 'providers'))
}

describe('a provider that is added', { timeout: PATIENCE }, () => {
  test('and removed again leaves the file as it was, byte for byte', () => {
    always(({ text }, provider) => {
      expect(remove(add(text, provider), provider.id)).toBe(text)
    })
  })

  test('is an insertion: nothing of the file goes but the braces that held nothing', () => {
    always(({ text, isEmpty }, provider) => {
      const old = isEmpty ? text.replace(/providers:\s*\{\}/, 'providers:') : text
      expect(isWithin(old, add(text, provider))).toBe(true)
    })
  })

  test('leaves every other line of the file as it is', () => {
    always(({ text, isEmpty }, provider) => {
      fc.pre(!isEmpty && !/enabled_providers|providers: \{/.test(text))
      const after = add(text, provider).split(LINE_BREAK)
      const before = text.split(LINE_BREAK)
      const same = before.findIndex((line, index) => line !== after[index])
      const first = same < 0 ? before.length : same
      expect(after.slice(after.length - (before.length - first))).toEqual(before.slice(first))
    })
  })
})

describe('a provider that is removed', { timeout: PATIENCE }, () => {
  test('leaves all others, and takes nothing with it but what was cut out', () => {
    always(({ text, ids }) => {
      for (const id of ids) {
        const left = remove(text, id)
        expect(idsIn(left)).toEqual(ids.filter((other) => other !== id))
        expect(isWithin(left.replace('providers: {}', 'providers:'), text)).toBe(true)
      }
    })
  })

  test('leaves room for another one when it was the last', () => {
    always(({ text, ids }, provider) => {
      const left = ids.reduce(remove, text)
      expect(idsIn(add(left, provider))).toEqual([provider.id])
    })
  })
})
