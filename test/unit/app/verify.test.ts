import { describe, expect, test } from 'vitest'
import type { HttpAnswer, HttpRequest } from '../../../src/core/http.ts'
import { A_LIST, answered, failed, sentHeaders } from '../../support/answering-server.ts'
import type { MemoryWorld, WorldOptions } from '../../support/memory-system.ts'
import { opgen, opgenJson, STATE, worldWith } from '../../support/run-opgen.ts'

const GW = '  gw: { baseURL: "https://gw.example/v1", models: [m], key: { env: GW_KEY } }'
const env = { GW_KEY: 'test-key-gw', LAB_KEY: 'test-key-lab' }

function manifest(...providers: readonly string[]): string {
  return ['version: 1', 'providers:', ...providers, ''].join('\n')
}

/** Servers of which each lets the key of its name in; the others are not there. */
function servers(request: HttpRequest): HttpAnswer {
  const { hostname } = new URL(request.url)
  if (!hostname.endsWith('.example')) return failed('no-host')
  const key = `test-key-${hostname.replace('.example', '')}`
  const isIn = sentHeaders(request)['authorization'] === `Bearer ${key}`
  if (!isIn) return answered(401)
  const { issuer, ...trace } = answered(200).trace
  const signed = { trace: { ...trace, issuer: issuer ?? "Let's \u001B[31mEncrypt" } }
  return request.method === 'GET' ? answered(200, A_LIST, signed) : answered(400)
}

/** The same servers behind a proxy. */
function proxied(request: HttpRequest): HttpAnswer {
  const answer = servers(request)
  return { ...answer, trace: { ...answer.trace, proxy: 'http://proxy.example:3128' } }
}

function world(providers: readonly string[], more: WorldOptions = {}): MemoryWorld {
  return worldWith(manifest(...providers), { env, answer: servers, ...more })
}

describe('verify', () => {
  test('shows the ladder of each provider, and how many work', async () => {
    const LAB =
      '  lab: { baseURL: "https://lab.example/v1", models: [m, n], key: { env: LAB_KEY } }'
    const { code, out, err } = await opgen(world([GW, LAB]), 'verify')
    expect({ code, out }).toEqual({
      code: 1,
      out: `gw  https://gw.example/v1
  ok    name        1 ms  gw.example
  ok    connection  1 ms  gw.example:443
  ok    tls         1 ms  signed by Let's \uFFFD[31mEncrypt
  ok    http        1 ms  status 200
  ok    key               accepted, and a made-up one is not
  ok    models            the model is offered
  ok    protocol          /chat/completions is there

lab  https://lab.example/v1
  ok    name        1 ms  lab.example
  ok    connection  1 ms  lab.example:443
  ok    tls         1 ms  signed by Let's \uFFFD[31mEncrypt
  ok    http        1 ms  status 200
  ok    key               accepted, and a made-up one is not
  FAIL  models            1 of 2 models is not offered
        "n"
        hint: take what is offered: \`opgen models lab\`
  ok    protocol          /chat/completions is there

1 of 2 providers works.
`,
    })
    expect(err).toContain('trusted from now on')
  })

  test('speaks JSON', async () => {
    const json = await opgenJson(world([GW]), 'verify gw')
    expect(json).toEqual({
      version: 1,
      command: 'verify',
      manifest: expect.stringMatching(/providers\.yaml$/),
      providers: [
        {
          id: 'gw',
          baseURL: 'https://gw.example/v1',
          state: 'works',
          steps: [
            { step: 'name', ok: true, ms: 1, detail: 'gw.example' },
            { step: 'connection', ok: true, ms: 1, detail: 'gw.example:443' },
            { step: 'tls', ok: true, ms: 1, detail: "signed by Let's \uFFFD[31mEncrypt" },
            { step: 'http', ok: true, ms: 1, detail: 'status 200' },
            { step: 'key', ok: true, ms: 0, detail: 'accepted, and a made-up one is not' },
            { step: 'models', ok: true, ms: 0, detail: 'the model is offered' },
            { step: 'protocol', ok: true, ms: 0, detail: '/chat/completions is there' },
          ],
          models: [{ id: 'm', apiId: 'm', offered: true }],
        },
      ],
      decisions: [],
      trusted: [expect.objectContaining({ id: 'gw' })],
    })
  })

  test('asks the providers that are named, and no other', async () => {
    const LAB = '  lab: { baseURL: "https://lab.example/v1", models: [m], key: { env: LAB_KEY } }'
    const asked = world([GW, LAB])
    expect(await opgen(asked, 'verify lab')).toMatchObject({ code: 0 })
    expect(new Set(asked.sent.map(({ url }) => new URL(url).hostname))).toEqual(
      new Set(['lab.example']),
    )
  })

  test('tells with --quiet what does not work, and no more', async () => {
    const NONE = '  none: { baseURL: "https://none/v1", models: [m], key: none }'
    const { out } = await opgen(world([GW, NONE]), 'verify --quiet')
    expect(out).toBe(`none  https://none/v1
  FAIL  name    there is no host "none"
        hint: check "baseURL" and the network; a proxy is taken from
              $HTTPS_PROXY

1 of 2 providers works.
`)
  })

  test('says that $NODE_EXTRA_CA_CERTS is set, and which proxy was gone through', async () => {
    const more = { answer: proxied, env: { ...env, NODE_EXTRA_CA_CERTS: '/ca.pem' } }
    const { out } = await opgen(world([GW], more), 'verify')
    expect(out.replaceAll(/\n {26}/g, ' ')).toContain(
      'through the proxy http://proxy.example:3128, $NODE_EXTRA_CA_CERTS is trusted, too\n',
    )
  })

  test('is content with a manifest that wants nothing', async () => {
    const nothing = worldWith('version: 1\nproviders: {}\n')
    expect(await opgen(nothing, 'verify')).toMatchObject({
      code: 0,
      out: 'The manifest has no providers on this machine.\n',
    })
  })

  test('is content with what cannot be asked', async () => {
    const { code, out } = await opgen(world(['  azure: { preset: azure }']), 'verify')
    expect({ code, out }).toEqual({
      code: 0,
      out: `azure
  --    name    not asked: only OpenCode's catalogue knows its address

1 could not be asked.
`,
    })
  })

  test('has a model answer only when told to', async () => {
    const stream = answered(200, 'data: {"choices":[{"delta":{"content":"hi"}}]}\n\n', {
      contentType: 'text/event-stream',
    })
    const answer = (request: HttpRequest): HttpAnswer =>
      request.body === undefined || request.body === '{}' ? servers(request) : stream
    const asked = world([GW, 'model: gw/m'], { answer })
    expect((await opgen(asked, 'verify')).out).not.toContain('completion ')
    const { code, out } = await opgen(asked, 'verify --complete')
    expect(code).toBe(0)
    expect(out).toContain('  ok    completion        "m" answers\n')
    expect(out).not.toContain('hi"')
  })
})

describe('a key', () => {
  test('that is missing is said, with the way to hand it over, and nothing is sent in its place', async () => {
    const asked = world([GW.replace('{ env: GW_KEY }', 'keychain')])
    const { code, out } = await opgen(asked, 'verify')
    expect(code).toBe(1)
    expect(out).toContain('  FAIL  key               there is no key for "gw"\n')
    expect(out).toContain('        hint: store one with `opgen key set gw`\n')
    expect(asked.sent.map((request) => sentHeaders(request)['authorization'])).toEqual([undefined])
  })

  test('that cannot be read is said in the words of the keychain', async () => {
    const asked = world([GW.replace('{ env: GW_KEY }', 'keychain')], { keychainRefuses: 'locked' })
    const { code, out } = await opgen(asked, 'verify')
    expect(code).toBe(1)
    expect(out).toContain('the keychain is locked')
  })

  test('is remembered to go where it was sent for the first time', async () => {
    const asked = world([GW])
    await opgen(asked, 'verify')
    expect(asked.read(STATE)).toContain('https://gw.example')
    expect((await opgen(asked, 'verify')).err).toBe('')
  })

  test('that nobody sent is not remembered', async () => {
    const asked = world([GW.replace('models', 'npm: some-sdk, models')])
    await opgen(asked, 'verify --trust-origin gw')
    expect(asked.sent).toEqual([])
    expect(asked.read(STATE)).toBeUndefined()
  })

  test('goes to no other host before that is decided', async () => {
    const asked = world([GW])
    await opgen(asked, 'apply')
    asked.write('/home/ana/dotfiles/providers.yaml', manifest(GW.replace('gw.ex', 'evil.ex')))
    const { code, out, err } = await opgen(asked, 'verify')
    expect(code).toBe(3)
    expect(asked.sent).toEqual([])
    expect(out).toBe(`gw  https://evil.example/v1
  FAIL  key    nothing was asked: whether its key may go there is not decided
        hint: run \`opgen key trust gw\`, or add \`--trust-origin gw\`

0 of 1 providers work.
`)
    expect(err).toContain('decide with `--trust-origin gw`')
    const trusted = await opgen(asked, 'verify --trust-origin gw')
    expect(trusted.code).toBe(1)
    expect(asked.sent).toHaveLength(1)
  })

  test('that waits for a decision does not hide that something else failed', async () => {
    const NONE = '  none: { baseURL: "https://none/v1", models: [m], key: none }'
    const asked = world([GW])
    await opgen(asked, 'apply')
    const changed = manifest(GW.replace('gw.ex', 'evil.ex'), NONE)
    asked.write('/home/ana/dotfiles/providers.yaml', changed)
    expect(await opgen(asked, 'verify')).toMatchObject({ code: 1 })
  })

  test('of a command is asked for once that was accepted', async () => {
    const commands = { 'pass gw': 'test-key-gw' }
    const asked = world([GW.replace('{ env: GW_KEY }', '{ command: [pass, gw] }')], { commands })
    const { code, out } = await opgen(asked, 'verify')
    expect({ code, ran: asked.ran }).toEqual({ code: 3, ran: [] })
    expect(out).toContain('hint: add `--trust-commands`')
    expect(await opgen(asked, 'verify --trust-commands')).toMatchObject({ code: 0 })
  })
})

describe('wrong usage', () => {
  test('an id that the manifest does not have', async () => {
    const { code, err } = await opgen(world([GW]), 'verify gv')
    expect(code).toBe(65)
    expect(err).toContain('did you mean "gw"?')
  })

  test.each(['0', '-1', 'x', '1e9', ''])('a timeout of %j seconds', async (seconds) => {
    const { code, err } = await opgen(world([GW]), `verify --timeout ${seconds}`)
    expect(code).toBe(64)
    expect(err).toContain('--timeout <seconds>')
  })
})
