import { describe, expect, test } from 'vitest'
import type { Finding } from '../../../src/core/doctor/finding.ts'
import { AUTH, CONFIG, opgen, STATE, worldWith } from '../../support/run-opgen.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'

/* Where a fault stands, whatever the file is made of; and files that are none of OpenCode's business. */

function worldOf(config: string): MemoryWorld {
  return worldWith('version: 1\nproviders: {}\n', { files: { [CONFIG]: config } })
}

async function syntaxFindings(world: MemoryWorld): Promise<readonly Finding[]> {
  const { out } = await opgen(world, 'doctor --json')
  const { findings }: { readonly findings: readonly Finding[] } = JSON.parse(out)
  return findings.filter(({ code }) => code === 'config-syntax')
}

describe('the line and the column of a fault are those of an editor', () => {
  test.each([
    ['after line feeds', '{\n  "a": 1,\n  "b": ?\n}\n', 3, 8],
    ['after CRLF', '{\r\n  "a": 1,\r\n  "b": ?\r\n}\r\n', 3, 8],
    ['after lone carriage returns', '{\r  "a": 1,\r  "b": ?\r}\r', 3, 8],
    ['after a mixture of them', '{\r\n  "a": 1,\r  "b": 2,\n  "c": ?\n}\n', 4, 8],
    ['on the first line after a byte order mark', '\uFEFF{ "b": ? }', 1, 8],
    ['on a later line after a byte order mark', '\uFEFF{\n  "b": ?\n}', 2, 8],
    ['behind characters of two units', '{ "😀": ? }', 1, 9],
    ['behind tabs, which are one column', '{\n\t"b": ?\n}', 2, 7],
  ])('%s', async (_, text, line, column) => {
    expect(await syntaxFindings(worldOf(text))).toMatchObject([{ line, column }])
  })

  test('in the environment, too', async () => {
    const world = worldOf('{}')
    world.setEnv({ OPENCODE_CONFIG_CONTENT: '{\n  "b": ?\n}' })
    expect(await syntaxFindings(world)).toMatchObject([
      { file: 'OPENCODE_CONFIG_CONTENT', line: 2, column: 8 },
    ])
  })
})

test('what is too deep for opgen alone is no error', async () => {
  const deep = `{ "deep": ${'['.repeat(510)}${']'.repeat(510)} }`
  expect(await syntaxFindings(worldOf(deep))).toMatchObject([{ severity: 'warning' }])
})

describe('doctor goes on', () => {
  test.each([
    ['cannot be read', '{ "version": '],
    ['is of a later opgen', '{ "version": 999 }'],
  ])('where the state %s', async (_, state) => {
    const world = worldOf('{ "b": ? }')
    world.write(STATE, state)
    expect(await syntaxFindings(world)).toHaveLength(1)
  })

  test('where auth.json has another root than an object', async () => {
    for (const text of ['[]', 'null', '"test-key-acme"', '', '7']) {
      const world = worldOf('{}')
      world.write(AUTH, text, 0o600)
      const { code, out, err } = await opgen(world, 'doctor --json')
      expect([0, 1]).toContain(code)
      expect(err).toBe('')
      expect(out).not.toContain('test-key-acme')
    }
  })
})
