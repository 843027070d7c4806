import { describe, expect, test } from 'vitest'
import {
  block,
  config,
  KEY,
  succeeds,
  withKey,
  withoutKey,
  worldOf,
} from '../../support/import-world.ts'
import { HOME } from '../../support/memory-system.ts'
import { AUTH, CONFIG, MANIFEST, opgen, opgenJson } from '../../support/run-opgen.ts'

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

test('another login in auth.json is announced, because apply asks about it', async () => {
  const login = '{ "acme": { "type": "api", "key": "test-key-login" } }'
  const world = worldOf(withKey, { files: { [AUTH]: login } })
  const { err } = await opgen(world, 'import')
  expect(err).toContain('auth.json has another login for "acme"')
  expect((await opgen(world, 'apply')).code).toBe(3)
  const same = worldOf(withKey, { files: { [AUTH]: login.replace('test-key-login', KEY) } })
  expect((await opgen(same, 'import')).err).not.toContain('another login')
})

describe('a manifest in another place', () => {
  test('is named in what is to be done next', async () => {
    const world = worldOf(withKey)
    const { err } = await opgen(world, 'import --out ~/elsewhere.yaml'.replace('~', HOME))
    expect(err).toContain('run `opgen apply --manifest ~/elsewhere.yaml`')
  })

  test('is applied to the files that it came from', async () => {
    const world = worldOf('{}', { files: { [`${HOME}/mine.jsonc`]: withKey } })
    const { err } = await opgen(world, 'import --config ../mine.jsonc')
    expect(err).toContain('run `opgen apply --config ../mine.jsonc`')
    await succeeds(world, 'apply --config ../mine.jsonc')
    expect(world.read(`${HOME}/mine.jsonc`)).toBe(withoutKey)
    expect(world.read(CONFIG)).toBe('{}')
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
