import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasErrors } from '../../../../src/core/diagnostic.ts'
import { addProvider } from '../../../../src/core/manifest-edit/add-provider.ts'
import { removeProvider } from '../../../../src/core/manifest-edit/remove-provider.ts'
import { field, namesOf } from '../../../../src/core/manifest/node.ts'
import { readYaml } from '../../../../src/core/manifest/read-yaml.ts'
import { InvalidInput } from '../../../../src/errors.ts'

const tests = path.join(import.meta.dirname, '..', '..', '..')

/** Every manifest that another test has, which can be edited. */
const manifests = ['diagnostics', 'golden'].flatMap((folder) =>
  readdirSync(path.join(tests, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml') && !/(?:steps|env|keychain)\.yaml$/.test(file))
    .map((file) => ({ path: file, text: readFileSync(path.join(tests, folder, file), 'utf8') }))
    .filter((file) => {
      const { tree, diagnostics } = readYaml(file)
      const list = field(tree, 'enabled_providers')
      // A list that is emptied goes, so that it hides nothing.
      if (list?.kind === 'list' && list.items.length === 0) return false
      const providers = field(tree, 'providers')
      return providers?.kind === 'map' && !hasErrors(diagnostics)
    }),
)

/** Undefined where the text is refused with a place. */
function unlessRefused<T>(edit: () => T): T | undefined {
  try {
    return edit()
  } catch (error) {
    if (error instanceof InvalidInput) return undefined
    throw error
  }
}

describe('every manifest of the tests', () => {
  test('is as it was after a provider is added and removed again', () => {
    expect(manifests.length).toBeGreaterThan(100)
    const changed: string[] = []
    for (const file of manifests) {
      const provider = { id: 'brand-new', preset: 'vllm', baseURL: undefined, models: ['m'] }
      const added = unlessRefused(() => addProvider(file, provider))
      if (added === undefined) continue
      const { text } = removeProvider({ ...file, text: added.text }, 'brand-new', 'go')
      if (text !== file.text) changed.push(file.path)
    }
    expect(changed).toEqual([])
  })

  test('can do without any of its providers, or says why not', () => {
    for (const file of manifests) {
      for (const id of namesOf(field(readYaml(file).tree, 'providers'))) {
        const removed = unlessRefused(() => removeProvider(file, id, 'go'))
        const left = readYaml({ ...file, text: removed?.text ?? 'providers: {}' }).tree
        expect(namesOf(field(left, 'providers'))).not.toContain(id)
      }
    }
  })
})
