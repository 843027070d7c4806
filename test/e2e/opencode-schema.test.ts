import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeSandbox, type Sandbox } from '../../scripts/sandbox.mjs'
import type { JsonObject } from '../../src/core/json.ts'
import { startOpenCodeServer } from '../support/opencode-server.ts'
import { SNAPSHOT, snapshotOf } from '../support/opencode-schema.ts'
import { schemaDifferences } from '../support/schema-differences.ts'
import { need } from '../support/tools.ts'

let sandbox: Sandbox
let real: JsonObject

const tools = await need('opencode')
describe.skipIf(tools.skip)(`the schema of OpenCode that the repository has${tools.note}`, () => {
  beforeAll(async () => {
    sandbox = await makeSandbox()
    const openCode = await startOpenCodeServer(sandbox)
    real = snapshotOf(await openCode.interface())
    await openCode.stop()
  })
  afterAll(() => sandbox.remove())

  /** `npm run schema:opencode` writes the file. */
  test('is written as the real program gives it', async () => {
    await expect(`${JSON.stringify(real, null, 2)}\n`).toMatchFileSnapshot(SNAPSHOT)
  })

  test('says what the real program says, place by place', async () => {
    const kept: JsonObject = JSON.parse(await readFile(SNAPSHOT, 'utf8'))
    expect(schemaDifferences(kept, real)).toEqual([])
  })
})
