import { describe, expect, test } from 'vitest'
import { RULES } from '../../../src/core/doctor/rules.ts'
import { run } from '../../../src/cli/run.ts'
import { HOME } from '../../support/memory-system.ts'
import { doctorIn } from '../../support/findings-in.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'

const CONFIG = `${HOME}/.config/opencode/opencode.jsonc`

async function doctor(
  words: readonly string[],
  config = '{ "model": "acme/large" }',
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const { system } = doctorIn({ files: { [CONFIG]: config } })
  const terminal = memoryTerminal()
  const code = await run(['doctor', ...words], system, terminal)
  return { code, out: terminal.stdout(), err: terminal.stderr() }
}

describe('`doctor CODE`', () => {
  test.each(RULES)('explains $code', async ({ code, title, cause, fix, source }) => {
    const { code: exit, out } = await doctor([code])
    expect(exit).toBe(0)
    const text = out.replaceAll(/\n */g, ' ')
    for (const part of [code, title, cause, fix, source]) expect(text).toContain(part)
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  test('is one document as JSON', async () => {
    const { out } = await doctor(['auth-syntax', '--json'])
    expect(JSON.parse(out)).toMatchObject({ command: 'doctor', rule: { code: 'auth-syntax' } })
  })

  test('names the nearest code where there is no such one', async () => {
    const { code, out, err } = await doctor(['auth-sintax'])
    expect({ code, out }).toEqual({ code: 64, out: '' })
    expect(err).toBe(
      'opgen: error: unknown code "auth-sintax"\nopgen: hint: did you mean "auth-syntax"?\n',
    )
  })
})

describe('`doctor`', () => {
  test('says that nothing is wrong, and what it looked at', async () => {
    const { code, out } = await doctor([], '{}')
    expect({ code, out }).toEqual({ code: 0, out: 'No problem found: 1 file looked at.\n' })
  })

  test('fails with an error, and not with a warning', async () => {
    expect((await doctor([])).code).toBe(1)
    expect((await doctor([], '{ "modell": "x" }')).code).toBe(0)
  })

  test('says with --verbose how a fault is known', async () => {
    expect((await doctor([])).out).not.toContain('see: ')
    expect((await doctor(['--verbose'])).out).toContain('see: contract 2, 7.1;')
  })

  test('leaves notes out with --quiet, and counts them', async () => {
    const config = '{ "disabled_providers": ["nobody"] }'
    expect((await doctor([], config)).out).toContain('[stale-list-id]')
    const { out } = await doctor(['--quiet'], config)
    expect(out).not.toContain('[stale-list-id]')
    expect(out).toContain('1 note; ')
  })
})
