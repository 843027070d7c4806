import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freshSandbox } from '../support/fresh.ts'
import { listedModels, openCode } from '../support/opencode.ts'
import { opgen, place, writeManifest } from '../support/opgen.ts'
import { need } from '../support/tools.ts'

function block(models: object): object {
  return {
    npm: '@ai-sdk/openai-compatible',
    options: { baseURL: 'http://127.0.0.1:9/v1' },
    models,
  }
}

const tools = await need('opencode')

/** Why opgen refuses names that JavaScript's objects have by birth: what OpenCode 1.18.33 makes of them. */
describe.skipIf(tools.skip)(`names that every object has${tools.note}`, () => {
  test.each([
    ['as a provider', { toString: block({ m: {} }), fine: block({ m: {} }) }],
    ['as a model', { fine: block({ m: {}, valueOf: {} }) }],
  ])('%s, stop opencode altogether', async (_, provider) => {
    const sandbox = await freshSandbox()
    await place(join(sandbox.configFolder, 'opencode.jsonc'), JSON.stringify({ provider }))
    expect(await openCode(sandbox, ['models'])).toMatchObject({ status: 1, stdout: '' })
  })

  test('are refused, where others that look odd are used', async () => {
    const sandbox = await freshSandbox()
    const fields = 'baseURL: "http://127.0.0.1:9/v1", key: none'
    const manifest = (id: string, model: string): string =>
      `version: 1\nproviders:\n  ${id}: { ${fields}, models: [${model}] }\n`
    for (const text of [manifest('toString', 'm'), manifest('fine', 'valueOf')]) {
      await writeManifest(sandbox, text)
      expect(await opgen(sandbox, ['apply'])).toMatchObject({ status: 65, stdout: '' })
    }
    await writeManifest(sandbox, manifest('a.b', '"length", "then", "a b/c:d@e"'))
    expect(await opgen(sandbox, ['apply'])).toMatchObject({ status: 0 })
    expect(await listedModels(sandbox)).toEqual(['a.b/a b/c:d@e', 'a.b/length', 'a.b/then'])
  })
})
