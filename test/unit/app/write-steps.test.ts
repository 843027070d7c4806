import { expect, test } from 'vitest'
import { run } from '../../../src/cli/run.ts'
import { diskFull, memoryWorld } from '../../support/memory-system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { packageTemplates } from '../../support/package-templates.ts'
import { AUTH, CONFIG, keyFiles, MANIFEST } from '../../support/run-opgen.ts'

const MANIFEST_TEXT = `version: 1
providers:
  acme: { baseURL: "https://acme.example/v1", models: [m] }
  head: { keyIn: authToken, baseURL: "https://head.example/v1", models: [m] }
`
const FOREIGN = '{\n  "theme": "system"\n}\n'

test('a refusal after somebody wrote into the config leaves the keys that the config needs', async () => {
  let isFull = true
  const world = memoryWorld({
    files: { ...packageTemplates(), [MANIFEST]: MANIFEST_TEXT, [CONFIG]: FOREIGN },
    env: { OPGEN_KEY_ACME: 'test-key-acme', OPGEN_KEY_HEAD: 'test-key-head' },
    beforeWrite: (file) => {
      if (!isFull || !file.includes('generations')) return
      isFull = false
      world.write(CONFIG, `${world.read(CONFIG)}// theirs\n`)
      diskFull(file)
    },
  })
  const apply = async (): Promise<number> => await run(['apply'], world.system, memoryTerminal())

  expect(await apply()).toBe(1)

  expect(world.read(CONFIG)).toMatch(/head\.example[^]*\/\/ theirs/)
  expect(world.read(AUTH)).toContain('test-key-acme')
  expect(keyFiles(world)).toEqual({ head: 'test-key-head' })

  expect(await apply()).toBe(0)
  world.write(MANIFEST, 'version: 1\nproviders: {}\n')
  expect(await apply()).toBe(0)
  expect([world.read(CONFIG), world.read(AUTH)]).toEqual([`${FOREIGN}// theirs\n`, undefined])
  expect(keyFiles(world)).toEqual({})
})
