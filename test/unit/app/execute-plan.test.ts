import { describe, expect, test } from 'vitest'
import { run } from '../../../src/cli/run.ts'
import { diskFull, HOME, memoryWorld } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { packageTemplates } from '../../support/package-templates.ts'

const MANIFEST = `${HOME}/dotfiles/providers.yaml`
const CONFIG = `${HOME}/.config/opencode/opencode.jsonc`
const AUTH = `${HOME}/.local/share/opencode/auth.json`
const STATE = `${HOME}/.local/state/opgen/state.json`

const OLD = 'version: 1\nproviders:\n  old: { baseURL: "https://old.example/v1", models: [m] }\n'
const NEW = 'version: 1\nproviders:\n  new: { baseURL: "https://new.example/v1", models: [m] }\n'
const NOTHING = 'version: 1\nproviders: {}\n'
const FOREIGN_CONFIG = '{\n  // mine\n  "theme": "system"\n}\n'
const FOREIGN_AUTH = '{\n  "x": { "type": "api", "key": "test-key-x" }\n}'

/** A world in which the nth write from now on does not happen. */
interface FaultyWorld extends MemoryWorld {
  /** Files written since the last call of `failAt`, in order. */
  readonly written: string[]
  /** Make the nth write (1-based) fail, and those after it; 0: none. */
  failAt(nth: number, how: (file: string) => never): void
}

function faultyWorld(): FaultyWorld {
  let left = 0
  let how: (file: string) => never = diskFull
  const written: string[] = []
  const world = memoryWorld({
    files: {
      ...packageTemplates(),
      [MANIFEST]: OLD,
      [CONFIG]: FOREIGN_CONFIG,
      [AUTH]: FOREIGN_AUTH,
    },
    env: { OPGEN_KEY_OLD: 'test-key-old', OPGEN_KEY_NEW: 'test-key-new' },
    beforeWrite: (file) => {
      written.push(file)
      if (left > 0 && written.length === left) how(file)
    },
  })
  return {
    ...world,
    written,
    failAt: (nth, manner) => {
      left = nth
      how = manner
      written.length = 0
    },
  }
}

async function apply(
  world: MemoryWorld,
): Promise<{ readonly code: number; readonly text: string }> {
  const terminal = memoryTerminal()
  const code = await run(['apply'], world.system, terminal)
  return { code, text: terminal.text() }
}

function targets(world: MemoryWorld): readonly (string | undefined)[] {
  return [world.read(CONFIG), world.read(AUTH)]
}

/** What a kill leaves: the write does not happen, and neither does anything after it. */
function killed(): never {
  throw new Error('killed')
}

/** Apply OLD, then NEW with the nth write failing; the world in between. */
async function interruptedApply(
  nth: number,
  how: (file: string) => never,
): Promise<{
  readonly world: FaultyWorld
  readonly before: readonly (string | undefined)[]
  readonly outcome: { readonly code: number; readonly text: string }
}> {
  const world = faultyWorld()
  expect((await apply(world)).code).toBe(0)
  world.write(MANIFEST, NEW)
  const before = targets(world)
  world.failAt(nth, how)
  const outcome = await apply(world)
  return { world, before, outcome }
}

/** How many writes the interrupted apply has when nothing fails. */
async function countWrites(): Promise<number> {
  const { world } = await interruptedApply(0, killed)
  return world.written.length
}

describe('the order of writing', () => {
  test('is: intended state, new keys, config, old keys, state', async () => {
    const { world, outcome } = await interruptedApply(0, killed)
    expect(outcome.code).toBe(0)
    expect(world.written).toEqual([STATE, AUTH, CONFIG, AUTH, STATE])
  })

  test('puts keys before the config that needs them', async () => {
    const world = faultyWorld()
    world.failAt(0, killed)
    await apply(world)
    expect(world.written.slice(1)).toEqual([STATE, AUTH, CONFIG, STATE])
  })

  test('takes keys out after the config that needed them', async () => {
    const world = faultyWorld()
    await apply(world)
    world.write(MANIFEST, NOTHING)
    world.failAt(0, killed)
    await apply(world)
    expect(world.written).toEqual([STATE, CONFIG, AUTH, STATE])
  })
})

describe('a write that is refused', async () => {
  const writes = Array.from({ length: await countWrites() }, (_, index) => index + 1)

  test.each(writes)(
    'at step %i leaves both files as they were, and the next apply works',
    async (nth) => {
      const { world, before, outcome } = await interruptedApply(nth, diskFull)
      expect(outcome.code).toBe(1)
      expect(outcome.text).toContain('opgen: error: no space left')
      const lastStep = nth === writes.length
      expect(lastStep || JSON.stringify(targets(world)) === JSON.stringify(before)).toBe(true)

      world.failAt(0, killed)
      expect((await apply(world)).code).toBe(0)
      expect(await apply(world)).toEqual({ code: 0, text: 'Nothing to change.\n' })
    },
  )
})

describe('a kill', async () => {
  const writes = Array.from({ length: await countWrites() }, (_, index) => index + 1)

  test.each(writes)(
    'at step %i is finished by the next apply, and nothing is lost for good',
    async (nth) => {
      const { world } = await interruptedApply(nth, killed)
      world.failAt(0, killed)
      const next = await apply(world)
      expect(next.code).toBe(0)
      expect(world.read(AUTH)).not.toContain('test-key-old')
      expect(world.read(CONFIG)).toContain('https://new.example/v1')
      expect(await apply(world)).toEqual({ code: 0, text: 'Nothing to change.\n' })

      world.write(MANIFEST, NOTHING)
      expect((await apply(world)).code).toBe(0)
      expect(targets(world)).toEqual([FOREIGN_CONFIG, FOREIGN_AUTH])
    },
  )
})

describe('a file that changes under the plan', () => {
  test('is planned afresh once', async () => {
    const world = faultyWorld()
    const read = (file: string): Promise<string | undefined> => world.system.files.read(file)
    let reads = 0
    const files = {
      ...world.system.files,
      // The second reading of the config is the check before the write.
      read: async (file: string) => {
        if (file === CONFIG && (reads += 1) === 2) world.write(CONFIG, '{ "theme": "dark" }\n')
        return await read(file)
      },
    }
    const terminal = memoryTerminal()
    expect(await run(['apply'], { ...world.system, files }, terminal)).toBe(0)
    expect(world.read(CONFIG)).toContain('"dark"')
    expect(world.read(CONFIG)).toContain('https://old.example/v1')
  })

  test('again and again ends in a failure, with nothing written', async () => {
    const world = faultyWorld()
    const read = (file: string): Promise<string | undefined> => world.system.files.read(file)
    let reads = 0
    const files = {
      ...world.system.files,
      read: async (file: string) =>
        file === CONFIG ? `{ "theme": "${(reads += 1)}" }` : await read(file),
    }
    const terminal = memoryTerminal()
    expect(await run(['apply'], { ...world.system, files }, terminal)).toBe(1)
    expect(terminal.stderr()).toContain('was changed by another program')
    expect(world.read(AUTH)).toBe(FOREIGN_AUTH)
    expect(world.read(STATE)).toBeUndefined()
  })
})

describe('a login of somebody else that is replaced', () => {
  const login = '{ "type": "oauth", "refresh": "test-key-refresh", "access": "test-key-access" }'
  const files = { ...packageTemplates(), [MANIFEST]: OLD, [AUTH]: `{ "old": ${login} }` }
  const env = { OPGEN_KEY_OLD: 'test-key-old' }

  test('is first saved in the keychain, as it stands', async () => {
    const world = memoryWorld({ files, env })
    const terminal = memoryTerminal()
    expect(await run(['apply', '--force'], world.system, terminal)).toBe(0)
    expect(world.keychain).toEqual(new Map([['opgen-backup/old', login]]))
    expect(terminal.stderr()).toContain('the former login of "old" is in the keychain')
    expect(JSON.parse(world.read(AUTH) ?? '')).toEqual({
      old: { type: 'api', key: 'test-key-old' },
    })
  })

  test('is said to be gone where no keychain takes it', async () => {
    const world = memoryWorld({ files, env, keychainRefuses: 'no-service' })
    const terminal = memoryTerminal()
    expect(await run(['apply', '--force'], world.system, terminal)).toBe(0)
    expect(terminal.stderr()).toContain('the former login of "old" is gone')
  })

  test('stays whole when it is kept', async () => {
    const world = memoryWorld({ files, env })
    expect(await run(['apply', '--keep'], world.system, memoryTerminal())).toBe(0)
    expect(world.read(AUTH)).toBe(files[AUTH])
    expect((await apply(world)).text).toBe('Nothing to change.\n')
    expect(world.keychain.size).toBe(0)
  })
})
