import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { run } from '../../../src/cli/run.ts'
import { diskFull, memoryWorld } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { packageTemplates } from '../../support/package-templates.ts'
import { AUTH, CONFIG, keyFiles, KEYS, MANIFEST, opgen, STATE } from '../../support/run-opgen.ts'
import { trusting } from '../../support/trusting.ts'

const ONLY_OLD = manifest(['old'])
const OLD = manifest(['old', 'old-file'])
const NEW = manifest(['new', 'new-file'])
const NOTHING = 'version: 1\nproviders: {}\n'
const FOREIGN_CONFIG = '{\n  // mine\n  "theme": "system"\n}\n'
const FOREIGN_AUTH = '{\n  "x": { "type": "api", "key": "test-key-x" }\n}'

/** Providers whose keys go to auth.json, or with `-file` in their name into key files. */
function manifest(ids: readonly string[], more = ''): string {
  const providers = ids.map((id) => {
    const keyIn = id.endsWith('-file') ? 'keyIn: authToken, ' : ''
    return `  ${id}: { ${keyIn}baseURL: "https://${id}.example/v1", models: [m] }\n`
  })
  return `version: 1\n${more}providers:\n${providers.join('')}`
}

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
    env: {
      OPGEN_KEY_OLD: 'test-key-old',
      OPGEN_KEY_OLD_FILE: 'test-key-old-file',
      OPGEN_KEY_NEW: 'test-key-new',
      OPGEN_KEY_NEW_FILE: 'test-key-new-file',
    },
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
  // The other manifest has keys that were never sent anywhere from here.
  const trust = (await trusting(world)).split(' ').filter((part) => part !== '')
  const code = await run(['apply', ...trust], world.system, terminal)
  return { code, text: terminal.text() }
}

function targets(world: MemoryWorld): readonly unknown[] {
  return [world.read(CONFIG), world.read(AUTH), keyFiles(world)]
}

/** From which manifest to which. */
type Move = readonly [string, string]

const TO_ANOTHER: Move = [OLD, NEW]
const MOVES: Readonly<Record<string, Move>> = {
  'to another manifest': TO_ANOTHER,
  'from auth.json to key files': [OLD, manifest(['old', 'old-file'], 'delivery: keyfile\n')],
  'from key files to auth.json': [manifest(['old', 'old-file'], 'delivery: keyfile\n'), OLD],
}

/** What a kill leaves: the write does not happen, and neither does anything after it. */
function killed(): never {
  throw new Error('killed')
}

/** Apply one manifest, then the other with the nth write failing; the world in between. */
async function interruptedApply(
  [first, second]: Move,
  nth: number,
  how: (file: string) => never,
): Promise<{
  readonly world: FaultyWorld
  readonly before: readonly unknown[]
  readonly outcome: { readonly code: number; readonly text: string }
}> {
  const world = faultyWorld()
  world.write(MANIFEST, first)
  expect((await apply(world)).code).toBe(0)
  world.write(MANIFEST, second)
  const before = targets(world)
  world.failAt(nth, how)
  const outcome = await apply(world)
  return { world, before, outcome }
}

/** Every write of each move: its name, its manifests and the number of the write. */
async function everyWrite(): Promise<readonly (readonly [string, number, Move])[]> {
  const found: (readonly [string, number, Move])[] = []
  for (const [name, move] of Object.entries(MOVES)) {
    const { world } = await interruptedApply(move, 0, killed)
    const { length } = world.written
    for (let nth = 1; nth <= length; nth += 1) found.push([name, nth, move])
  }
  return found
}

/** The targets after a move that nothing disturbs. */
async function undisturbed(move: Move): Promise<readonly unknown[]> {
  const { world } = await interruptedApply(move, 0, killed)
  return targets(world)
}

function generation(number: number): string {
  return `${path.dirname(STATE)}/generations/${number}.json`
}

describe('the order of writing', () => {
  test('is: intended state, new keys, config, old keys, generation, state', async () => {
    const { world, outcome } = await interruptedApply(TO_ANOTHER, 0, killed)
    expect(outcome.code).toBe(0)
    const [newFile, oldFile] = [`${KEYS}/new-file`, `${KEYS}/old-file`]
    expect(world.written).toEqual([
      STATE,
      newFile,
      AUTH,
      CONFIG,
      AUTH,
      oldFile,
      generation(2),
      STATE,
    ])
  })

  test('puts keys before the config that needs them', async () => {
    const world = faultyWorld()
    world.failAt(0, killed)
    await apply(world)
    const keyFile = `${KEYS}/old-file`
    const last = [generation(1), STATE]
    expect(world.written.slice(1)).toEqual([STATE, keyFile, AUTH, CONFIG, ...last])
  })

  test('takes keys out after the config that needed them', async () => {
    const world = faultyWorld()
    await apply(world)
    world.write(MANIFEST, NOTHING)
    world.failAt(0, killed)
    await apply(world)
    const keyFile = `${KEYS}/old-file`
    const last = [generation(2), STATE]
    expect(world.written).toEqual([STATE, CONFIG, AUTH, keyFile, ...last])
  })
})

describe('a write that is refused', async () => {
  test.each(await everyWrite())(
    '%s at step %i leaves all files as they were, and the next apply works',
    async (_, nth, move) => {
      const { world, before, outcome } = await interruptedApply(move, nth, diskFull)
      expect(outcome.code).toBe(1)
      expect(outcome.text).toContain('opgen: error: no space left')
      expect(targets(world)).toEqual(before)

      world.failAt(0, killed)
      expect((await apply(world)).code).toBe(0)
      expect(await apply(world)).toEqual({ code: 0, text: 'Nothing to change.\n' })
    },
  )
})

describe('a kill', async () => {
  test.each(await everyWrite())(
    '%s at step %i is finished by the next apply, and nothing is lost for good',
    async (_, nth, move) => {
      const { world } = await interruptedApply(move, nth, killed)
      world.failAt(0, killed)
      const said = await opgen(world, 'plan')
      // The very first write says what is meant: before it nothing was begun.
      expect(said.err.includes('an earlier run was interrupted')).toBe(nth > 1)
      const next = await apply(world)
      expect(next.code).toBe(0)
      expect(targets(world)).toEqual(await undisturbed(move))
      expect(await apply(world)).toEqual({ code: 0, text: 'Nothing to change.\n' })

      world.write(MANIFEST, NOTHING)
      expect((await apply(world)).code).toBe(0)
      expect(targets(world)).toEqual([FOREIGN_CONFIG, FOREIGN_AUTH, {}])
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
  const files = { ...packageTemplates(), [MANIFEST]: ONLY_OLD, [AUTH]: `{ "old": ${login} }` }
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
