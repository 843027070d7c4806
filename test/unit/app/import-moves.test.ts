import { describe, expect, test } from 'vitest'
import { HOME, memoryWorld } from '../../support/memory-system.ts'
import type { MemoryWorld, WorldOptions } from '../../support/memory-system.ts'
import { packageTemplates } from '../../support/package-templates.ts'
import { AUTH, CONFIG, MANIFEST, opgen } from '../../support/run-opgen.ts'

/* What becomes of a key in plain text when the way to the next apply is not the usual one. */

const KEY = 'test-key-acme'
const GIT = { [`${HOME}/dotfiles/.git/HEAD`]: 'ref: refs/heads/main\n' }
const LOWER = `${HOME}/.config/opencode/opencode.json`

function config(options: string): string {
  return `{ "provider": { "acme": {
    "npm": "@ai-sdk/openai-compatible",
    "options": { ${options}"baseURL": "https://llm.acme.example/v1" },
    "models": { "large": {} }
  } } }
`
}

const withKey = config(`"apiKey": "${KEY}", `)
const withoutKey = config('')

function worldOf(options: WorldOptions = {}): MemoryWorld {
  const files = { ...packageTemplates(), ...GIT, [CONFIG]: withKey, ...options.files }
  return memoryWorld({ ...options, files })
}

async function succeeds(world: MemoryWorld, line: string): Promise<string> {
  const { code, out, err } = await opgen(world, line)
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
  return out + err
}

describe('what stands for the key in a lower file', () => {
  test.each([
    ['another key', config('"apiKey": "test-key-old", ')],
    ['a reference, which would count from then on', config('"apiKey": "{env:UNSET}", ')],
  ])('goes too, and is named: %s', async (_, lower) => {
    const world = worldOf({ files: { [LOWER]: lower } })
    expect(await succeeds(world, 'import')).toContain(
      'in ~/.config/opencode/opencode.json something else stands for the key of "acme"',
    )
    await succeeds(world, 'apply')
    expect(world.read(CONFIG)).toBe(withoutKey)
    expect(world.read(LOWER)).toBe(withoutKey)
    expect(world.read(AUTH)).toContain(KEY)
  })

  test('is not named where it is the same key', async () => {
    const world = worldOf({ files: { [LOWER]: withKey } })
    expect(await succeeds(world, 'import')).not.toContain('something else')
    await succeeds(world, 'apply')
    expect(world.read(LOWER)).toBe(withoutKey)
  })
})

test('a key stays to be moved while an apply is about other files', async () => {
  const world = worldOf({ files: { '/other/x.json': withKey, [CONFIG]: '{}' } })
  await succeeds(world, 'import --config /other/x.json')
  await succeeds(world, 'apply')
  expect(world.read('/other/x.json')).toBe(withKey)
  await succeeds(world, 'apply --config /other/x.json')
  expect(world.read('/other/x.json')).toBe(withoutKey)
})

describe('after an apply, where a key may go is still asked', () => {
  const elsewhere = `version: 1
providers: { acme: { baseURL: "https://first.example/v1", models: [m] } }
`

  async function worldWithBinding(files: Readonly<Record<string, string>>): Promise<MemoryWorld> {
    const keychain = { 'opgen/acme': 'test-key-other' }
    const world = worldOf({ files: { ...files, [MANIFEST]: elsewhere }, keychain })
    await succeeds(world, 'apply --config /x/opencode.json --auth /x/auth.json')
    await succeeds(world, 'unmanage')
    world.files.delete(MANIFEST)
    return world
  }

  test('of the key that the keychain kept', async () => {
    const world = await worldWithBinding({})
    expect((await opgen(world, 'import', { answers: ['n'] })).code).toBe(0)
    const { code, err } = await opgen(world, 'apply')
    expect(code).toBe(3)
    expect(err).toContain('acme origin')
    expect(world.read(CONFIG)).toBe(withKey)
  })

  test("of a login, by a file that is not OpenCode's", async () => {
    const login = '{ "acme": { "type": "api", "key": "test-key-other" } }'
    const world = await worldWithBinding({ '/other/x.json': withoutKey, [AUTH]: login })
    await succeeds(world, 'import --config /other/x.json')
    const { code, err } = await opgen(world, 'apply')
    expect(code).toBe(3)
    expect(err).toContain('acme origin')
  })
})

test('a pipe in the place of the manifest is refused, and not waited for', async () => {
  const world = worldOf()
  const { files } = world.system
  const pipe = { kind: 'other', mode: 0o644, mtimeMs: 0, size: 0 } as const
  const system = {
    ...world.system,
    files: {
      ...files,
      look: async (file: string) => (file === MANIFEST ? pipe : await files.look(file)),
      read: async (file: string) => {
        if (file === MANIFEST) throw new Error('this would wait for ever')
        return await files.read(file)
      },
    },
  }
  const { code, err } = await opgen({ ...world, system }, 'import')
  expect(code).toBe(1)
  expect(err).toContain('is there already; nothing was written')
  expect([...world.keychain]).toEqual([])
})

test.each([
  ['the global folder', CONFIG, { OPENCODE_CONFIG_DIR: '/own' }],
  ['a project', `${HOME}/dotfiles/opencode.json`, { OPENCODE_CONFIG_DIR: '/own' }],
  [
    'the file of a variable',
    '/x.json',
    { OPENCODE_CONFIG: '/x.json', OPENCODE_CONFIG_DIR: '/own' },
  ],
])('providers that OpenCode has from %s are named', async (_, file, env) => {
  const own = withoutKey.replace('acme', 'lab')
  const files = { [CONFIG]: '{}', '/own/opencode.jsonc': own, [file]: withoutKey }
  const text = await succeeds(worldOf({ files, env }), 'import')
  expect(text).toContain('which OpenCode reads here too, has "acme": nothing comes from there')
  expect(text).toContain('+ lab')
})
