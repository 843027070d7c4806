import { expect, test } from 'vitest'
import { runAndKeep } from '../../../src/cli/run-and-keep.ts'
import { run } from '../../../src/cli/run.ts'
import { OpgenError } from '../../../src/errors.ts'
import type { Files, HeldFile, System } from '../../../src/system/system.ts'
import { acmeManifest, acmeWorld, HAND_WRITTEN_AUTH } from '../../support/acme-world.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { AUTH, CONFIG } from '../../support/run-opgen.ts'

/* What is read while another program writes it, cut off within a character: no text at all. */

const FOREIGN_AUTH = HAND_WRITTEN_AUTH.replace('"acme"', '"other"')
const LOGIN = { type: 'oauth', refresh: 'test-key-r2', access: 'test-key-ä2', expires: 6 }
const THEIRS = JSON.stringify({ ...JSON.parse(FOREIGN_AUTH), third: LOGIN }, null, 2)

function freshWorld(): MemoryWorld {
  return acmeWorld(acmeManifest('models: [a]'), { files: { [AUTH]: FOREIGN_AUTH } })
}

/** The system of a world in which some of the files' functions are others. */
function withFiles(world: MemoryWorld, files: Partial<Files>): System {
  return { ...world.system, files: { ...world.system.files, ...files } }
}

/** A file that another program writes into meanwhile: what is read from it, in order. */
function former(texts: readonly (string | undefined)[]): HeldFile {
  const left = [...texts]
  return { read: () => (left.length > 1 ? left.shift() : left[0]), release: () => {} }
}

test.each([
  ['at the first look', [undefined, THEIRS]],
  ['at the second look', [THEIRS, undefined, THEIRS]],
])('a file that was just replaced, torn %s, is waited for', async (_, texts) => {
  const world = freshWorld()
  let isFirst = true
  const system = withFiles(world, {
    exchange: async (file, how) => {
      const done = await world.system.files.exchange(file, how)
      if (file !== AUTH || !isFirst || !done.done) return done
      isFirst = false
      return { done: true, former: former(texts) }
    },
  })

  expect(await run(['apply'], system, memoryTerminal())).toBe(0)

  expect(JSON.parse(world.read(AUTH) ?? '')).toEqual({
    ...JSON.parse(THEIRS),
    acme: { type: 'api', key: 'test-key-acme' },
  })
})

test('an auth.json that is torn when it is read is read again', async () => {
  const world = freshWorld()
  let isTorn = true
  const system = withFiles(world, {
    read: async (file) => {
      if (file !== AUTH || !isTorn) return await world.system.files.read(file)
      isTorn = false
      throw new OpgenError({ code: 'file-refused', path: file, reason: 'not-utf8' })
    },
  })
  expect(await run(['apply'], system, memoryTerminal())).toBe(0)
  expect(world.read(AUTH)).toContain('test-key-acme')
})

test('a refusal to carry over what another program wrote is told, when all else is done', async () => {
  const world = freshWorld()
  let exchanges = 0
  const system = withFiles(world, {
    exchange: async (file, how) => {
      if (file !== AUTH) return await world.system.files.exchange(file, how)
      exchanges += 1
      if (exchanges > 1)
        throw new OpgenError({ code: 'file-refused', path: file, reason: 'disk-full' })
      const done = await world.system.files.exchange(file, how)
      return done.done ? { done: true, former: former([THEIRS]) } : done
    },
  })
  const terminal = memoryTerminal()
  expect(await run(['apply'], system, terminal)).toBe(1)
  expect(terminal.stderr()).toContain('no space left')
  const again = memoryTerminal()
  expect(await run(['apply'], world.system, again)).toBe(0)
  expect(again.text()).toBe('Nothing to change.\n')
})

/** A world whose file was touched just now, and in which the next text of it comes after a pause. */
function justTouched(world: MemoryWorld, file: string, texts: readonly string[]): System {
  const left = [...texts]
  const { files } = world.system
  const pause = async (): Promise<void> => {
    const next = left.shift()
    if (next !== undefined) world.write(file, next, 0o600)
  }
  const look: Files['look'] = async (path) => {
    const facts = await files.look(path)
    const mtimeMs = path === file ? world.system.now().getTime() - 100 : (facts?.mtimeMs ?? 0)
    return facts === undefined ? undefined : { ...facts, mtimeMs }
  }
  return { ...world.system, pause, files: { ...files, look } }
}

test.each([
  ['an auth.json of no bytes', AUTH, '', THEIRS],
  ['a config of no bytes', CONFIG, '', '{ "theme": "dark" }'],
  ['a config that is cut off', CONFIG, '{ "theme": "da', '{ "theme": "dark" }'],
])('%s that was touched just now is read again', async (_, file, torn, whole) => {
  const world = freshWorld()
  world.write(file, torn, 0o600)
  expect(await run(['apply'], justTouched(world, file, [torn, whole]), memoryTerminal())).toBe(0)
  expect(JSON.parse(world.read(file) ?? '')).toMatchObject(JSON.parse(whole))
  const kept = freshWorld()
  kept.write(file, torn, 0o600)
  const system = justTouched(kept, file, [torn, whole])
  expect(await runAndKeep({ argv: ['apply'], build: 'one' }, system, memoryTerminal())).toBe(0)
  expect(kept.read(file)).toBe(world.read(file))
})

test('a file of no bytes that stays so is taken for none, and a bad config is told of', async () => {
  const empty = freshWorld()
  empty.write(AUTH, '', 0o600)
  expect(await run(['apply'], justTouched(empty, AUTH, []), memoryTerminal())).toBe(0)
  const bad = freshWorld()
  bad.write(CONFIG, '{ "theme": ', 0o600)
  expect(await run(['apply'], justTouched(bad, CONFIG, []), memoryTerminal())).toBe(65)
})
