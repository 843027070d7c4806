import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../scripts/command.mjs'
import { root } from '../../scripts/set-up.mjs'
import { freshSandbox } from '../support/fresh.ts'
import { modelServer } from '../support/model-servers.ts'
import type { ServedModel } from '../support/model-servers.ts'
import { opgen, succeeds, textOf, writeManifest } from '../support/opgen.ts'
import { freshHttp } from '../support/raw-server.ts'

/** Megabytes that a process may have in use at most. */
const MOST = 400

/** Seven commands over ten thousand models take a minute where others use the processors, too. */
const PATIENT = { timeout: 600_000 }

/** A model as a gateway to everything lists it: with all that a model can have. */
function model(index: number): ServedModel {
  return {
    id: `vendor-${index % 37}/model-${index}`,
    name: `Vendor ${index % 37}: Model ${index}`,
    window: 100_000 + index,
    output: 8192,
    price: { input: index / 1000, output: index / 100, cached: index / 10_000 },
    sees: index % 2 === 0,
    thinks: index % 3 === 0,
    usesTools: true,
  }
}

/** Every list is made once. */
function listing(count: number): RequestListener {
  const models = Array.from({ length: count }, (_, index) => model(index))
  return modelServer('litellm', { models })
}

/** What opencode.jsonc is to have of a model. */
function written(index: number): object {
  const { window, output, price, sees, thinks } = model(index)
  return {
    limit: { context: window, output },
    cost: { input: price?.input, output: price?.output, cache_read: price?.cached },
    modalities: { input: sees === true ? ['text', 'image'] : ['text'], output: ['text'] },
    ...(sees === true ? { attachment: true } : {}),
    reasoning: thinks,
    tool_call: true,
  }
}

describe(`with ${MOST} MB of memory`, () => {
  test.each([500, 10_000])('%i models are updated, planned and applied', PATIENT, async (count) => {
    const { origin } = await freshHttp(listing(count))
    const sandbox = await freshSandbox()
    const fields = `preset: litellm, baseURL: "${origin}/v1", key: none, models: { discover: true }`
    await writeManifest(sandbox, `version: 1\nproviders:\n  acme: { ${fields} }\n`)
    const peaks = join(sandbox.folder, 'peaks')
    const preloaded = join(root, 'test', 'support', 'peak-memory.cjs')
    const environment = { NODE_OPTIONS: `--require=${preloaded}`, PEAK_MEMORY_FILE: peaks }
    const run = (line: string): Promise<Outcome> =>
      succeeds(opgen(sandbox, line.split(' '), { environment }))

    expect((await run('update')).stdout).toContain(`providers.lock.json: +${count} models.\n`)
    expect((await run('plan')).stdout).toContain('Plan: 1 to create.')
    expect((await run('apply')).stdout).toContain('Applied: 1 created.\n')
    expect((await run('apply')).stdout).toBe('Nothing to change.\n')
    expect((await run('update --check')).stdout).toContain('Nothing to change.\n')
    expect((await run('models acme')).stdout).toContain(`${count} offered: ${count} declared,`)
    expect((await run('status')).status).toBe(0)

    const config = JSON.parse((await textOf(join(sandbox.configFolder, 'opencode.jsonc'))) ?? '')
    const { models } = config.provider.acme
    expect(Object.keys(models)).toHaveLength(count)
    for (const index of [0, 1, 2, 3, Math.floor(count / 2), count - 2, count - 1]) {
      expect(models[model(index).id]).toEqual(written(index))
    }
    const megabytes = ((await textOf(peaks)) ?? '')
      .trim()
      .split('\n')
      .map((line) => Number(line) / 1024)
    expect(megabytes.length).toBeGreaterThanOrEqual(7)
    expect(megabytes.filter((used) => !(used < MOST))).toEqual([])
  })
})
