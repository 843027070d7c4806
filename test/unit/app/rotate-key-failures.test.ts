import { describe, expect, test } from 'vitest'
import { run } from '../../../src/cli/run.ts'
import type { KeychainRequest, System } from '../../../src/system/system.ts'
import { listingTo } from '../../support/answering-server.ts'
import { diskFull } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import {
  drift,
  gateway,
  NEW,
  OLD,
  rotatableWorld,
  rotatedKeys,
  writtenTexts,
} from '../../support/rotation.ts'
import { worldWith } from '../../support/run-opgen.ts'
import type { Outcome } from '../../support/run-opgen.ts'

type Refuse = (request: KeychainRequest, count: number) => boolean

/** A keychain that gives no answer to some requests; `done`: it does what it was asked all the same. */
function refusing(world: MemoryWorld, refuse: Refuse, done = false): System {
  let count = 0
  const { keychain } = world.system
  return {
    ...world.system,
    keychain: {
      batch: async (requests, patience) => {
        count += 1
        if (!requests.some((request) => refuse(request, count)))
          return await keychain.batch(requests, patience)
        if (done) await keychain.batch(requests, patience)
        return requests.map(() => ({ status: 'refused', situation: 'no-answer' }))
      },
    },
  }
}

function storesNew(request: KeychainRequest): boolean {
  return request.op === 'store' && request.secret.reveal() === NEW
}

async function rotateIn(system: System): Promise<Outcome> {
  const terminal = memoryTerminal({ stdin: NEW })
  const code = await run(['key', 'rotate', 'gw'], system, terminal)
  return { code, out: terminal.stdout(), err: terminal.stderr() }
}

describe('when a step fails, the old key is in the keychain and in auth.json:', () => {
  test.each([1, 2])('every answer of the keychain from number %i on', async (first) => {
    const world = await rotatableWorld()
    const before = writtenTexts(world)
    const { code } = await rotateIn(refusing(world, (_, count) => count >= first))
    expect({ code, kept: rotatedKeys(world) }).toEqual({ code: 1, kept: [OLD, OLD] })
    expect(writtenTexts(world)).toEqual(before)
  })

  test('storing, which may have been done', async () => {
    const world = await rotatableWorld()
    const { code, err } = await rotateIn(refusing(world, storesNew, true))
    expect({ code, kept: rotatedKeys(world) }).toEqual({ code: 1, kept: [OLD, OLD] })
    expect(err).toContain('gave no answer in time for "gw"; the keychain is as before')
  })

  test('storing and putting back, but then neither key is lost', async () => {
    const world = await rotatableWorld()
    const { code, err } = await rotateIn(refusing(world, (_, count) => count >= 2, true))
    expect({ code, kept: rotatedKeys(world) }).toEqual({ code: 1, kept: [NEW, OLD] })
    expect(err).toContain('whether the keychain holds the old key or the new one is not known')
  })

  test('each write', async () => {
    let allowed = Number.POSITIVE_INFINITY
    const world = await rotatableWorld({
      beforeWrite: (file) => {
        allowed -= 1
        if (allowed === -1) diskFull(file)
      },
    })
    let refusals = 0
    for (let step = 0; ; step += 1) {
      allowed = step
      const before = writtenTexts(world)
      const { code, err } = await rotateIn(world.system)
      if (code === 0) break
      refusals += 1
      expect({ code, kept: rotatedKeys(world) }).toEqual({ code: 1, kept: [OLD, OLD] })
      expect(err).toContain('no space left to write')
      expect(err).toContain('the keychain is as before')
      expect(writtenTexts(world)).toEqual(before)
    }
    expect(refusals).toBeGreaterThanOrEqual(3)
    expect(rotatedKeys(world)).toEqual([NEW, NEW])
  })

  test('the first key of all, which goes again', async () => {
    const world = worldWith(gateway(), { answer: listingTo(NEW), beforeWrite: diskFull })
    const { code } = await rotateIn(world.system)
    expect({ code, keychain: world.keychain.size }).toEqual({ code: 1, keychain: 0 })
  })

  test('a decision that comes up in between', async () => {
    const world = await rotatableWorld()
    const { keychain } = world.system
    const system: System = {
      ...world.system,
      keychain: {
        batch: async (requests, patience) => {
          if (requests.some(({ op }) => op === 'store')) {
            drift(world)
          }
          return await keychain.batch(requests, patience)
        },
      },
    }
    const { code, err } = await rotateIn(system)
    expect({ code, kept: rotatedKeys(world) }).toEqual({ code: 3, kept: [OLD, OLD] })
    expect(err).toContain('the key for "gw" is still the old one')
  })

  test('a key that somebody else stored meanwhile stays', async () => {
    const THEIRS = 'test-key-theirs'
    const disk = { isFull: false }
    const world: MemoryWorld = await rotatableWorld({
      beforeWrite: (file) => {
        if (!disk.isFull) return
        world.keychain.set('opgen/gw', THEIRS)
        diskFull(file)
      },
    })
    disk.isFull = true
    const { err } = await rotateIn(world.system)
    expect(rotatedKeys(world)).toEqual([THEIRS, OLD])
    expect(err).toContain('the keychain holds a key that somebody else stored meanwhile')
  })
})
