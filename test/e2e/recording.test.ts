import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { recordSession } from '../../scripts/recorded-session.mjs'
import { root } from '../../scripts/set-up.mjs'
import { need } from '../support/tools.ts'

const tools = await need('secret-service', 'pseudo-terminal')

describe.skipIf(tools.skip)(`the recording that the README opens with${tools.note}`, () => {
  test('is what the program prints today: else `npm run record`', async () => {
    const recorded = await readFile(join(root, 'docs', 'opgen.svg'), 'utf8')
    expect(await recordSession()).toBe(recorded)
    expect(recorded.length).toBeLessThan(60_000)
    expect(recorded).not.toContain('test-key')
  })
})
