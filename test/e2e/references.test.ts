import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tokensIn } from '../../src/core/tokens.ts'
import { freshSandbox } from '../support/fresh.ts'
import { openCode } from '../support/opencode.ts'
import { need } from '../support/tools.ts'

const { skip, note } = await need('opencode')

/** Texts of two fields, and the name that the real OpenCode makes of them. */
const ROWS = [
  ['a brace in the path', '{file:{/../secret.txt}', 'x', 'test-key-secret'],
  ['a path over two fields', '{file:x', '/../../opencode/secret.txt}', 'test-key-secret'],
  ['a variable within the word', '{fi{env:OPGEN_UNSET}le:./secret.txt}', 'x', 'test-key-secret'],
] as const

describe.skipIf(skip)(`what the real OpenCode takes for a reference${note}`, () => {
  test.each(ROWS)('%s: opgen knows it for one', async (_, name, family, expected) => {
    const sandbox = await freshSandbox()
    await mkdir(sandbox.configFolder, { recursive: true })
    await writeFile(join(sandbox.configFolder, 'secret.txt'), 'test-key-secret')
    const config = { provider: { p: { models: { m: { name, family } } } } }
    await writeFile(join(sandbox.configFolder, 'opencode.jsonc'), JSON.stringify(config))
    const { stdout } = await openCode(sandbox, ['debug', 'config'])
    expect(JSON.parse(stdout).provider.p.models.m.name).toBe(expected)
    expect(tokensIn([name, family]).map(({ kind }) => kind)).toContainEqual(
      expect.stringMatching(/^(?:file|unclear)$/),
    )
  })
})
