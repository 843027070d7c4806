import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { COMPACT, SNAPSHOT, compactOf } from '../../../support/opencode-schema.ts'

/** `npm run schema:opencode` writes the file. */
test("what the program carries of OpenCode's schema is made from the one in the repository", async () => {
  const compact = compactOf(JSON.parse(readFileSync(SNAPSHOT, 'utf8')))
  await expect(`${JSON.stringify(compact, null, 2)}\n`).toMatchFileSnapshot(COMPACT)
})
