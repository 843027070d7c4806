import { expect, test } from 'vitest'
import { findSettled } from '../../../src/app/settled-runs.ts'
import { runAndKeep } from '../../../src/cli/run-and-keep.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { worldWith } from '../../support/run-opgen.ts'

const KEY = { argv: ['apply'], build: 'one' }
const PROVIDER = '  a: { baseURL: "https://a.example/v1", key: none, models: [m] }\n'

test('an apply that said it was at work is kept, when there was nothing to do', async () => {
  const long = `version: 1\nproviders:\n${PROVIDER}${'#\n'.repeat(100_000)}`
  const world = worldWith(long, { env: { TERM: 'xterm' } })
  const said: string[] = []
  for (let count = 0; count < 2; count += 1) {
    const terminal = memoryTerminal({ answers: [] })
    expect(await runAndKeep(KEY, world.system, terminal)).toBe(0)
    said.push(terminal.stderr())
  }
  expect(said.join('')).toContain('working on providers.yaml')
  expect(await findSettled(world.system, KEY)).toBe('Nothing to change.\n')
})
