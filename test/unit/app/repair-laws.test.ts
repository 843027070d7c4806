import { assert, asyncProperty, uint8Array } from 'fast-check'
import { expect, test } from 'vitest'
import { run } from '../../../src/cli/run.ts'
import type { JsonValue } from '../../../src/core/json.ts'
import { parseJsonDocument, valueOf } from '../../../src/core/jsonc/parse.ts'
import { HOME, memoryWorld } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { anyStyle, choicesFrom, frame, oddText } from '../../support/odd-text.ts'
import type { Choices } from '../../support/odd-text.ts'
import { packageTemplates } from '../../support/package-templates.ts'

/* Made-up machines with several faults at once: what `doctor --fix` changes comes back, value for value. */

const CONFIG = `${HOME}/.config/opencode/opencode.jsonc`
const AUTH = `${HOME}/.local/share/opencode/auth.json`
const STATE = `${HOME}/.local/state/opgen`
const IDS = ['acme', 'a~b', 'ünï', 'x"y', 'constructor']
const TIMES = Number(process.env['OPGEN_FUZZ'] ?? 1)

test('a repair and a rollback give the values from before, and the repair again the same', async () => {
  let repaired = 0
  await assert(
    asyncProperty(uint8Array({ minLength: 300, maxLength: 600 }), async (numbers) => {
      const world = anyWorld(choicesFrom(numbers))
      const before = valuesOf(world)
      const texts = [await opgen(world, 'doctor --fix')]
      const first = valuesOf(world)
      if (world.read(`${STATE}/generations/1.json`) === undefined) {
        return
      }
      repaired += 1
      texts.push(await opgen(world, 'doctor --fix'), await opgen(world, 'rollback 0'))
      expect(valuesOf(world)).toEqual(before)
      texts.push(await opgen(world, 'doctor --fix'))
      expect(valuesOf(world)).toEqual(first)
      texts.push(await opgen(world, 'destroy'))
      expect(valuesOf(world)).toEqual(before)
      const kept = [...world.files].filter(([file]) => file.startsWith(STATE))
      const told = [...kept.map(([, { text }]) => text), ...texts].join('\n')
      expect(told).not.toContain('test-key-')
      expect(told).not.toContain('somebody has changed it since')
    }),
    { numRuns: 60 * TIMES },
  )
  expect(repaired).toBeGreaterThan(30)
})

function anyWorld(choose: Choices): MemoryWorld {
  const world = memoryWorld({
    cwd: `${HOME}/code`,
    installed: { '/usr/bin/opencode': '1.18.33' },
    env: { ACME_KEY: 'test-key-env' },
    files: packageTemplates(),
  })
  const ids = IDS.filter(() => !choose.sometimes(3))
  const blocks = Object.fromEntries(ids.map((id) => [id, anyBlock(choose)]))
  const plugin = choose.sometimes(3) ? { plugin: ['x@1.0.0'] } : {}
  world.write(CONFIG, textOf(choose, 'jsonc', { ...plugin, provider: blocks }))
  const logins = ids.filter(() => !choose.sometimes(3)).map((id) => anyLogin(choose, id))
  world.write(AUTH, textOf(choose, 'strict', Object.fromEntries(logins)), 0o600)
  return world
}

function textOf(choose: Choices, syntax: 'jsonc' | 'strict', value: JsonValue): string {
  const style = anyStyle(choose, syntax)
  return frame(choose, style, oddText(choose, style, value))
}

function anyBlock(choose: Choices): JsonValue {
  const key = choose.pick<Readonly<Record<string, JsonValue>>>([
    {},
    { apiKey: 'Bearer test-key-a' },
    { api_key: 'test-key-b' },
    { apiKey: '${ACME_KEY}' },
    { apikey: 'Bearer  test-key-c ' },
  ])
  const baseURL = choose.pick([
    'https://a.example/v1',
    'https://a.example/v1/v1/chat/completions',
    'https://a.example/v1/v1',
    'https://a.example/v1/responses/',
  ])
  const more = choose.pick<Readonly<Record<string, JsonValue>>>([
    {},
    { headers: { 'X-"A"': 'test-key-d', '': 'ü/~' } },
    { Headers: { __proto_: 'x', 'X~1': 'y' } },
    { timeout: '5000' },
  ])
  const options = { baseURL, ...key, ...more }
  const beside = choose.pick<Readonly<Record<string, JsonValue>>>([
    { options },
    { options },
    { apiKey: 'test-key-e', baseURL },
    { options: { baseURL }, headers: { 'X-Key': 'test-key-f' }, apiKey: 'test-key-f' },
    { options: null, apiKey: 'test-key-g' },
  ])
  const limit = choose.pick<JsonValue>([
    { context: 9000, output: 1000 },
    { context: '200000', output: '8000' },
  ])
  return { npm: '@ai-sdk/openai-compatible', ...beside, models: { m: { limit }, 'a/b': { limit } } }
}

function anyLogin(choose: Choices, id: string): readonly [string, JsonValue] {
  const login = choose.pick<JsonValue>([
    { type: 'api', key: `test-key-${id.length}` },
    { type: 'api', key: 'Bearer bearer test-key-h' },
    { key: '  test-key-i\n', type: 'api' },
    { type: 'apikey', key: 'test-key-j' },
    'test-key-k',
    { type: 'api', key: '\uFEFFtest-key-l', metadata: { __proto: 'x' } },
  ])
  return [choose.pick([id, id, `${id}/`, `${id}//`]), login]
}

async function opgen(world: MemoryWorld, line: string): Promise<string> {
  const terminal = memoryTerminal()
  const code = await run(line.split(' '), world.system, terminal)
  // Some faults stay, and are told of.
  if (code !== 0 && line !== 'doctor --fix') throw new Error(terminal.text())
  return terminal.text()
}

function valuesOf(world: MemoryWorld): readonly unknown[] {
  return [CONFIG, AUTH].map((file) => {
    const parsed = parseJsonDocument(world.read(file) ?? '', 'jsonc')
    return parsed.ok ? valueOf(parsed.document.root) : never(file)
  })
}

function never(file: string): never {
  throw new Error(`${file} is no JSON`)
}
