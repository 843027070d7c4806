import { describe, expect, test } from 'vitest'
import { diskFull, HOME, memoryWorld } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { packageTemplates } from '../../support/package-templates.ts'
import { AUTH, CONFIG, MANIFEST, opgen } from '../../support/run-opgen.ts'

const GIT = { [`${HOME}/dotfiles/.git/HEAD`]: 'ref: refs/heads/main\n' }

function block(id: string): string {
  return `"${id}": {
      "npm": "@ai-sdk/openai-compatible",
      "options": { "apiKey": "test-key-${id}", "baseURL": "https://${id}.example/v1" },
      "models": { "large": {} }
    }`
}

const given = `{\n  "provider": {\n    ${block('acme')},\n    ${block('lab')}\n  }\n}\n`

/** A world in which writing number `failing` meets a full disk, once. */
function worldThatFails(failing: number): MemoryWorld {
  let count = 0
  return memoryWorld({
    files: { ...packageTemplates(), ...GIT, [CONFIG]: given },
    beforeWrite: (file) => {
      count += 1
      if (count === failing) throw diskFull(file)
    },
  })
}

async function textsAfter(world: MemoryWorld): Promise<readonly (string | undefined)[]> {
  expect((await opgen(world, 'apply')).code).toBe(0)
  return [MANIFEST, CONFIG, AUTH].map((file) => world.read(file))
}

describe('an import that meets a full disk', () => {
  test('at any writing is gone on with when it is run again', async () => {
    const undisturbed = worldThatFails(0)
    expect((await opgen(undisturbed, 'import')).code).toBe(0)
    const wanted = await textsAfter(undisturbed)
    let failing = 1
    for (; ; failing += 1) {
      const world = worldThatFails(failing)
      const { code, err } = await opgen(world, 'import')
      if (code === 0) break
      expect({ failing, code }).toEqual({ failing, code: 1 })
      expect(err).toContain('no space left to write')
      expect(world.read(CONFIG)).toBe(given)
      expect(world.read(MANIFEST)).toBeUndefined()
      expect((await opgen(world, 'import')).code).toBe(0)
      expect(await textsAfter(world)).toEqual(wanted)
    }
    // The secret of this machine, the state and the manifest.
    expect(failing).toBe(4)
  })

  test('in the keychain has written no manifest, and is gone on with', async () => {
    const world = worldThatFails(0)
    const { keychain } = world.system
    const stored: string[] = []
    const system: MemoryWorld['system'] = {
      ...world.system,
      keychain: {
        batch: async (requests, patience) => {
          const answers = await keychain.batch(requests, patience)
          return answers.map((answer, index) => {
            const request = requests[index]
            if (request?.op !== 'store') return answer
            stored.push(request.account)
            const isFirst = stored.length === 1
            return isFirst ? answer : { status: 'refused', situation: 'no-answer' }
          })
        },
      },
    }
    const { code, err } = await opgen({ ...world, system }, 'import')
    expect(code).toBe(1)
    expect(err).toContain('the keychain gave no answer in time')
    expect(world.read(MANIFEST)).toBeUndefined()
    expect((await opgen(world, 'import')).code).toBe(0)
    expect((await opgen(world, 'apply')).code).toBe(0)
    expect(world.read(CONFIG)).not.toContain('apiKey')
  })
})

test('a manifest that appears meanwhile is not written over', async () => {
  const theirs = 'version: 1\nproviders: {}\n'
  const world: MemoryWorld = memoryWorld({
    files: { ...packageTemplates(), ...GIT, [CONFIG]: given },
    beforeWrite: (file) => {
      if (file.endsWith('state.json')) world.write(MANIFEST, theirs)
    },
  })
  const { code, err } = await opgen(world, 'import')
  expect(code).toBe(1)
  expect(err).toContain('is there already')
  expect(world.read(MANIFEST)).toBe(theirs)
  expect(world.read(CONFIG)).toBe(given)
})
