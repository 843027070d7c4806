import { copyFile, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { root } from '../../scripts/set-up.mjs'
import { freshSandbox } from '../support/fresh.ts'
import { listedModels, openCode } from '../support/opencode.ts'
import { opgen, succeeds } from '../support/opgen.ts'
import { need } from '../support/tools.ts'

const withKey = { environment: { OPGEN_KEY_HAIMAKER: 'test-key-haimaker' } }

const tools = await need('opencode')
describe.skipIf(tools.skip)(`the repository's own providers.yaml${tools.note}`, () => {
  test('becomes the two files in an empty home, as opencode reads them', async () => {
    const sandbox = await freshSandbox()
    await copyFile(join(root, 'providers.yaml'), join(sandbox.work, 'providers.yaml'))

    await succeeds(opgen(sandbox, ['apply'], withKey))

    const config = await readFile(join(sandbox.configFolder, 'opencode.jsonc'), 'utf8')
    expect(JSON.parse(config)).toMatchObject({
      $schema: 'https://opencode.ai/config.json',
      provider: expectedProviders,
    })
    expect(JSON.parse(await readFile(sandbox.authFile, 'utf8'))).toEqual({
      haimaker: { type: 'api', key: 'test-key-haimaker' },
      ollama: { type: 'api', key: 'ollama' },
    })
    expect(await listedModels(sandbox)).toEqual([
      'haimaker/anthropic/claude-sonnet-4-6',
      'haimaker/minimax/minimax-m2.5',
      'haimaker/openai/gpt-5.4-mini',
      'haimaker/qwen/qwen3-coder',
      'ollama/gemma4:27b',
      'ollama/qwen3-coder:30b',
    ])
    const seen = await openCode(sandbox, ['debug', 'config'])
    expect(JSON.parse(seen.stdout)).toMatchObject({ provider: expectedProviders })
  })

  test('applied again changes no byte and no time, and says so', async () => {
    const sandbox = await freshSandbox()
    await copyFile(join(root, 'providers.yaml'), join(sandbox.work, 'providers.yaml'))
    await succeeds(opgen(sandbox, ['apply'], withKey))
    const before = await everyFile(sandbox)

    const again = await succeeds(opgen(sandbox, ['apply'], withKey))

    expect(again.stdout).toContain('Nothing to change.\n')
    expect(before.size).toBeGreaterThanOrEqual(3)
    expect(await everyFile(sandbox)).toEqual(before)
  })
})

const expectedProviders = {
  haimaker: {
    npm: '@ai-sdk/openai-compatible',
    options: { baseURL: 'https://api.haimaker.ai/v1' },
    models: {
      'anthropic/claude-sonnet-4-6': {},
      'openai/gpt-5.4-mini': {},
      'minimax/minimax-m2.5': {},
      'qwen/qwen3-coder': {},
    },
  },
  ollama: {
    npm: '@ai-sdk/openai-compatible',
    options: { baseURL: 'http://localhost:11434/v1' },
    models: { 'qwen3-coder:30b': {}, 'gemma4:27b': {} },
  },
}

/** Text and modification time, to the nanosecond, of every file in the home. */
async function everyFile(
  sandbox: Sandbox,
): Promise<ReadonlyMap<string, { text: string; time: bigint }>> {
  const entries = await readdir(sandbox.home, { recursive: true, withFileTypes: true })
  const files = new Map<string, { text: string; time: bigint }>()
  for (const entry of entries.filter((found) => found.isFile())) {
    const path = join(entry.parentPath, entry.name)
    const { mtimeNs } = await stat(path, { bigint: true })
    files.set(path, { text: await readFile(path, 'utf8'), time: mtimeNs })
  }
  return files
}
