import { describe, expect, test } from 'vitest'
import { HOME, memoryWorld } from '../../support/memory-system.ts'
import type { MemoryWorld, WorldOptions } from '../../support/memory-system.ts'
import { packageTemplates } from '../../support/package-templates.ts'
import { AUTH, CONFIG, MANIFEST, opgen, opgenJson, STATE } from '../../support/run-opgen.ts'

const KEY = 'test-key-acme'
const GIT = { [`${HOME}/dotfiles/.git/HEAD`]: 'ref: refs/heads/main\n' }

function block(options = `"apiKey": "${KEY}", `, host = 'llm.acme.example'): string {
  return `{
      "npm": "@ai-sdk/openai-compatible",
      "options": { ${options}"baseURL": "https://${host}/v1" },
      "models": { "large": {} }
    }`
}

function config(blocks: Readonly<Record<string, string>>): string {
  const members = Object.entries(blocks).map(([id, text]) => `    "${id}": ${text}`)
  return `{\n  "provider": {\n${members.join(',\n')}\n  }\n}\n`
}

const withKey = config({ acme: block() })
const withoutKey = config({ acme: block('') })

function worldOf(text: string, options: WorldOptions = {}): MemoryWorld {
  const files = { ...packageTemplates(), ...GIT, [CONFIG]: text, ...options.files }
  return memoryWorld({ ...options, files })
}

async function succeeds(world: MemoryWorld, line: string): Promise<string> {
  const { code, out, err } = await opgen(world, line)
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
  return out
}

describe('a key in plain text', () => {
  test('goes with the first apply after the import, when auth.json has it', async () => {
    const world = worldOf(withKey)
    await succeeds(world, 'import')
    expect(world.read(CONFIG)).toBe(withKey)
    await succeeds(world, 'plan')
    expect(world.read(CONFIG)).toBe(withKey)
    await succeeds(world, 'apply')
    expect(world.read(CONFIG)).toBe(withoutKey)
    expect(world.read(AUTH)).toContain(KEY)
    expect(world.read(STATE)).not.toContain(KEY)
    expect(await succeeds(world, 'apply')).toBe('Nothing to change.\n')
  })

  test('stays while the keychain has no key for it', async () => {
    const world = worldOf(withKey)
    await succeeds(world, 'import')
    world.keychain.clear()
    await succeeds(world, 'apply --skip-missing')
    expect(world.read(CONFIG)).toBe(withKey)
    world.keychain.set('opgen/acme', `${KEY}-new`)
    await succeeds(world, 'apply')
    expect(world.read(CONFIG)).toBe(withoutKey)
  })

  test('stays when somebody has changed it since', async () => {
    const world = worldOf(withKey)
    const changed = config({ acme: block('"apiKey": "test-key-other", ') })
    await succeeds(world, 'import')
    world.write(CONFIG, changed)
    await succeeds(world, 'apply')
    expect(world.read(CONFIG)).toBe(changed)
  })

  test('stays while another manifest is applied', async () => {
    const world = worldOf(withKey)
    await succeeds(world, 'import')
    world.write(`${HOME}/other.yaml`, world.read(MANIFEST) ?? '')
    await succeeds(world, `apply --manifest ${HOME}/other.yaml`)
    expect(world.read(CONFIG)).toBe(withKey)
  })

  test('stays where the apply is about other providers', async () => {
    const both = config({ acme: block(), lab: block('', 'lab.example') })
    const world = worldOf(both)
    await succeeds(world, 'import')
    await succeeds(world, 'apply --only lab')
    expect(world.read(CONFIG)).toBe(both)
    await succeeds(world, 'apply')
    expect(world.read(CONFIG)).toBe(config({ acme: block(''), lab: block('', 'lab.example') }))
  })

  test('stays when the login in auth.json is to be kept', async () => {
    const login = '{ "acme": { "type": "api", "key": "test-key-login" } }'
    const world = worldOf(withKey, { files: { [AUTH]: login } })
    await succeeds(world, 'import')
    await succeeds(world, 'apply --keep acme')
    expect(world.read(CONFIG)).toBe(withKey)
    expect(world.read(AUTH)).toBe(login)
  })

  test('is forgotten with what is not managed any more', async () => {
    const world = worldOf(withKey)
    await succeeds(world, 'import')
    await succeeds(world, 'destroy')
    expect(world.read(STATE)).not.toContain('moves')
    expect(world.read(CONFIG)).toBe(withKey)
  })

  test('stays, and is no part of the manifest, with --keep-keys', async () => {
    const world = worldOf(withKey)
    await succeeds(world, 'import --keep-keys')
    expect([...world.keychain]).toEqual([])
    expect(world.read(MANIFEST)).toContain('key: external\n')
    await succeeds(world, 'apply')
    expect(world.read(CONFIG)).toBe(withKey)
    expect(world.read(AUTH)).toBeUndefined()
  })

  test('is handed to OpenCode 2 in a file', async () => {
    const world = worldOf(withKey)
    world.openCode.installed.set('/usr/bin/opencode', '2.0.1')
    await succeeds(world, 'import')
    await succeeds(world, 'apply')
    const reference = '{file:~/.local/share/opgen/keys/acme}'
    expect(world.read(CONFIG)).toBe(withKey.replace(KEY, reference))
  })
})

/** Run what must be refused, and must have changed nothing. */
async function refused(
  world: MemoryWorld,
  line: string,
): Promise<{ readonly code: number; readonly err: string }> {
  const before = new Map(world.files)
  const keychain = new Map(world.keychain)
  const { code, err } = await opgen(world, line)
  expect(new Map(world.files)).toEqual(before)
  expect(new Map(world.keychain)).toEqual(keychain)
  return { code, err }
}

describe('an import is refused, and nothing is written,', () => {
  test('where the keychain is locked', async () => {
    const world = worldOf(withKey)
    world.refuseKeychain('locked')
    const { code, err } = await refused(world, 'import')
    expect(code).toBe(1)
    expect(err).toContain('the keychain is locked')
    expect(err).toContain('or leave keys where they are with `opgen import --keep-keys`')
  })

  test('where a manifest is there', async () => {
    const world = worldOf(withKey, { files: { [MANIFEST]: 'version: 1\nproviders: {}\n' } })
    const { code, err } = await refused(world, 'import')
    expect(code).toBe(1)
    expect(err).toContain('is there already; nothing was written')
    expect(err).toContain('`--out FILE`')
  })

  test('where a folder is in the way', async () => {
    expect(await refused(worldOf(withKey), 'import --out ../dotfiles')).toMatchObject({ code: 1 })
  })

  test('for ids that OpenCode does not have', async () => {
    const { code, err } = await refused(worldOf(withKey), 'import --only acne --only none')
    expect(code).toBe(65)
    expect(err).toContain('has no provider "acne"')
    expect(err).toContain('did you mean "acme"?')
    expect(err).toContain('has no provider "none"')
  })

  test('for the template of a dotfiles manager', async () => {
    const { code, err } = await refused(worldOf(withKey), 'import --config opencode.jsonc.tmpl')
    expect(code).toBe(1)
    expect(err).toContain('is a template of a dotfiles manager')
  })

  test('where the keychain has other keys and nobody is asked', async () => {
    const world = worldOf(withKey, { keychain: { 'opgen/acme': 'test-key-other' } })
    const { code, err } = await refused(world, 'import')
    expect(code).toBe(1)
    expect(err).toContain('the keychain holds another key for "acme"')
  })

  test('where the person is gone before the question is answered', async () => {
    const world = worldOf(withKey, { keychain: { 'opgen/acme': 'test-key-other' } })
    const before = new Map(world.files)
    expect((await opgen(world, 'import', { answers: [] })).code).toBe(130)
    expect(new Map(world.files)).toEqual(before)
  })
})

describe('another key in the keychain', () => {
  test.each([
    ['y', KEY],
    ['n', 'test-key-other'],
  ])('is replaced only when told to: %s', async (answer, stored) => {
    const world = worldOf(withKey, { keychain: { 'opgen/acme': 'test-key-other' } })
    expect((await opgen(world, 'import', { answers: [answer] })).code).toBe(0)
    expect(world.keychain.get('opgen/acme')).toBe(stored)
    await succeeds(world, 'apply')
    expect(world.read(CONFIG)).toBe(withoutKey)
    expect(world.read(AUTH)).toContain(`"${stored}"`)
  })
})

describe('--only', () => {
  test('imports what another program maintains, and nothing else', async () => {
    const launched = block('').replace('"large": {}', '"large": { "_launch": true }')
    const world = worldOf(config({ acme: block(''), ollama: launched }))
    expect(await opgenJson(world, 'import --dry-run')).toMatchObject({
      providers: [{ id: 'acme' }],
      left: [{ id: 'ollama', reason: 'maintained' }],
    })
    expect(await opgenJson(world, 'import --only ollama')).toMatchObject({
      providers: [{ id: 'ollama' }],
      left: [],
    })
    expect(world.read(MANIFEST)).not.toContain('acme:')
  })

  test('says nothing of lists and of models of others', async () => {
    const lists = `"model": "acme/large", "small_model": "lab/large", "enabled_providers": ["lab"],`
    const text = config({ acme: block(''), lab: block('', 'lab.example') })
    const world = worldOf(text.replace('{', `{ ${lists}`))
    await succeeds(world, 'import --only acme')
    const manifest = world.read(MANIFEST) ?? ''
    expect(manifest).toContain('model: acme/large\n')
    // It would be shown from now on, and was not.
    expect(manifest).toContain('enabled_providers: keep\n')
    expect(manifest).not.toContain('lab')
    await succeeds(world, 'apply')
    expect(world.read(CONFIG)).toBe(text.replace('{', `{ ${lists}`))
  })
})

describe('a manifest in another place', () => {
  test('is named in what is to be done next', async () => {
    const world = worldOf(withKey)
    const { err } = await opgen(world, 'import --out ~/elsewhere.yaml'.replace('~', HOME))
    expect(err).toContain('run `opgen apply --manifest ~/elsewhere.yaml`')
  })

  test('needs no name where opgen finds it', async () => {
    const { err } = await opgen(worldOf(withKey), 'import')
    expect(err).toContain('run `opgen apply`\n')
  })
})

describe('what OpenCode sends today', () => {
  const reference = '"apiKey": "{env:ACME_KEY}", '
  const two = config({ acme: block(reference), lab: block(reference, 'lab.example') })

  test('may be sent there by opgen, one variable to two hosts, too', async () => {
    const world = worldOf(two)
    await succeeds(world, 'import')
    const { code, err } = await opgen(world, 'apply')
    expect(code).toBe(0)
    expect(err).not.toContain('for the first time')
  })

  test.each([
    ['a key', withKey],
    ['a variable', two],
  ])('goes nowhere else without a question: %s', async (_, text) => {
    const world = worldOf(text)
    await succeeds(world, 'import')
    const manifest = world.read(MANIFEST) ?? ''
    world.write(MANIFEST, manifest.replace('llm.acme.example', 'evil.example'))
    const { code, err } = await opgen(world, 'apply')
    expect(code).toBe(3)
    expect(err).toContain('would go to @ai-sdk/openai-compatible https://evil.example')
  })
})

test('a second import leaves alone what opgen has written', async () => {
  const world = worldOf(withKey)
  await succeeds(world, 'import')
  await succeeds(world, 'apply')
  const { code, err } = await opgen(world, 'import --out second.yaml')
  expect(code).toBe(1)
  expect(err).toContain(`there is nothing to import: "acme" is opgen's already`)
})
