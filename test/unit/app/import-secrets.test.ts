import { describe, expect, test } from 'vitest'
import { HOME, memoryWorld } from '../../support/memory-system.ts'
import type { MemoryWorld, WorldOptions } from '../../support/memory-system.ts'
import { packageTemplates } from '../../support/package-templates.ts'
import { AUTH, CONFIG, MANIFEST, opgen } from '../../support/run-opgen.ts'

const GIT = { [`${HOME}/dotfiles/.git/HEAD`]: 'ref: refs/heads/main\n' }
const SECRET = 'test-key-acme'

function worldOf(config: unknown, options: WorldOptions = {}): MemoryWorld {
  const text = typeof config === 'string' ? config : JSON.stringify(config, null, 2)
  const files = { ...packageTemplates(), ...GIT, [CONFIG]: text, ...options.files }
  return memoryWorld({ ...options, files })
}

function acme(options: object, fields: object = {}, model: object = {}): object {
  const baseURL = 'https://llm.acme.example/v1'
  const npm = '@ai-sdk/openai-compatible'
  const block = { npm, options: { baseURL, ...options }, models: { large: model }, ...fields }
  return { provider: { acme: block } }
}

/** Import; what is printed and written. */
async function imported(world: MemoryWorld): Promise<{ manifest: string; err: string }> {
  const { code, out, err } = await opgen(world, 'import')
  expect({ code, err }).toMatchObject({ code: 0 })
  expect(out + err).not.toContain(SECRET)
  return { manifest: world.read(MANIFEST) ?? '', err }
}

describe('a secret stays out of the manifest, and is named,', () => {
  test.each([
    ['in a parameter of an address', acme({}, { api: `https://x.example/v1?api_key=${SECRET}` })],
    ['in an option under a telling name', acme({ subscription: { clientKey: SECRET } })],
    ['below a telling name', acme({ credentials: { user: 'ana', value: SECRET } })],
    ['in a field of the block that OpenCode does not know', acme({}, { api_key: SECRET })],
    ['in a variant', acme({}, {}, { variants: { high: { token: SECRET } } })],
    ['beside a reference', acme({ cookie: `session=${SECRET}; id={env:ID}` })],
    ['in a user beside a reference', acme({ proxy: `http://ana:${SECRET}@{env:HOST}:80` })],
    ['in a list of them', acme({ tokens: [SECRET] })],
    ['as an argument', acme({ argv: ['run', '--api-key', SECRET] })],
    ['with its name in a text', acme({ body: `{"apiKey": "${SECRET}"}` })],
    ['with its name in a text of no option', acme({}, { notes: `key: ${SECRET}` })],
    ['as a number', acme({ password: 20_261_123 })],
  ])('%s', async (_, config) => {
    const { manifest, err } = await imported(worldOf(config))
    expect(manifest).not.toContain(SECRET)
    expect(manifest).not.toContain('20261123')
    expect(err).toContain('perhaps another secret, in plain text, and left where it is: /provider/')
  })

  test('in a parameter of the base address, with which the block is left alone', async () => {
    const world = worldOf(acme({ baseURL: `https://x.example/v1?key=${SECRET}` }))
    const { code, err } = await opgen(world, 'import')
    expect({ code, err }).toMatchObject({ code: 1 })
    expect(err).toContain('"acme" has a password in its address')
    expect(err).not.toContain(SECRET)
  })

  test('in a default model', async () => {
    const key = 'sk-proj-a8Fk2LmQ9xZp4RtV7wYb3NcD'
    const world = worldOf({ ...acme({}), model: `acme/${key}` })
    const { manifest, err } = await imported(world)
    expect(manifest).not.toContain(key)
    expect(err).not.toContain(key)
    expect(err).toContain('perhaps another secret, in plain text, and left where it is: /model')
  })
})

describe('what is a key elsewhere', () => {
  const login = JSON.stringify({ copilot: { type: 'oauth', refresh: 'r', access: SECRET } })
  test.each([
    ['an option', acme({ apiKey: SECRET, custom: SECRET }), {}],
    ['a part of one', acme({ custom: ['run', `x-${SECRET}`] }), { [AUTH]: login }],
    ['a name of a model', acme({ apiKey: SECRET }, {}, { name: `Large ${SECRET}` }), {}],
  ])('stays out of the manifest as %s', async (_, config, files) => {
    const { manifest, err } = await imported(worldOf(config, { files }))
    expect(manifest).not.toContain(SECRET)
    expect(err).toContain('perhaps another secret, in plain text, and left where it is: /provider/')
  })

  test('stays out of the manifest as a comment', async () => {
    const text = JSON.stringify(acme({ apiKey: SECRET }), null, 2)
    const world = worldOf(text.replace('"acme"', `// was ${SECRET} before\n"acme"`))
    const { manifest, err } = await imported(world)
    expect(manifest).not.toContain(SECRET)
    expect(err).toContain('comments that may hold a key are not in the manifest')
  })

  test('is none when it is called like a provider', async () => {
    const id = 'the-gateway-at-home'
    const npm = '@ai-sdk/openai-compatible'
    const options = { baseURL: `https://${id}.example/v1`, apiKey: id }
    const world = worldOf({ provider: { [id]: { npm, options, models: { m: {} } } } })
    const { manifest } = await imported(world)
    expect(manifest).toContain(`  ${id}:`)
  })

  test('keeps a block with a model of its name out', async () => {
    const key = 'test-key-of-sixteen'
    const npm = '@ai-sdk/openai-compatible'
    const options = { baseURL: 'https://llm.acme.example/v1', apiKey: key }
    const block = { npm, options, models: { [key]: {} } }
    const { code, out, err } = await opgen(worldOf({ provider: { acme: block } }), 'import')
    expect(code).toBe(1)
    expect(out + err).not.toContain(key)
  })
})

test.each([
  'my pw is hunter22',
  'https://x.example/v1?api_key=test-key-acme',
  `curl -H "x-api-key: ${SECRET}"`,
  'the old key: 12ab34cd',
])('a comment that may hold a secret is not carried over: %s', async (comment) => {
  const text = JSON.stringify(acme({}), null, 2).replace(
    '"acme": {',
    (name) => `// ${comment}\n${name}`,
  )
  const { manifest, err } = await imported(worldOf(text))
  expect(manifest).not.toContain(comment)
  expect(err).toContain('comments that may hold a key are not in the manifest')
})

test('a comment about keys is carried over', async () => {
  const text = JSON.stringify(acme({}), null, 2).replace(
    '"acme"',
    '// has a key for each team, 2026-11\n"acme"',
  )
  const { manifest } = await imported(worldOf(text))
  expect(manifest).toContain('# has a key for each team, 2026-11')
})

test('what only refers, and what is a key of a cache, is in the manifest', async () => {
  const options = {
    headers: { 'X-Key': '{env:TEAM_KEY}' },
    promptCacheKey: 'acme',
    stopTokens: ['END'],
    body: 'max token: 4096, {env:TEAM_KEY}',
    proxy: 'http://{env:USER}:{env:PASS}@proxy.example?token={env:T}',
  }
  const { manifest } = await imported(worldOf(acme(options)))
  expect(manifest).toContain('X-Key: "{env:TEAM_KEY}"')
  expect(manifest).toContain('promptCacheKey: acme')
  expect(manifest).toContain('stopTokens: [END]')
  expect(manifest).toContain('body: ')
  expect(manifest).toContain('proxy: ')
})

describe('what stands beside the providers', () => {
  test.each([null, 'acme', { acme: true }])('is kept where it is no list: %j', async (listed) => {
    const world = worldOf({ ...acme({}), enabled_providers: listed })
    const { manifest } = await imported(world)
    expect(manifest).toContain('enabled_providers: keep\n')
    expect((await opgen(world, 'apply')).code).toBe(0)
  })
})
