import { describe, expect, test } from 'vitest'
import type { HttpAnswer, HttpRequest } from '../../../src/core/http.ts'
import { answered } from '../../support/answering-server.ts'
import { answering, ended } from '../../support/memory-opencode.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { opgen, opgenJson, worldWith } from '../../support/run-opgen.ts'
import { env, GW, proxied, servers, world } from '../../support/verified.ts'

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

describe('through OpenCode', () => {
  const installed = { '/usr/bin/opencode': '1.18.33' }

  /** A world in which this OpenCode lists and says that, with the manifest applied. */
  async function applied(
    answer: MemoryWorld['openCode']['answer'],
    providers: readonly string[] = [GW],
  ): Promise<MemoryWorld> {
    const asked = world(providers, { installed })
    expect(await opgen(asked, 'apply')).toMatchObject({ code: 0 })
    asked.openCode.answer = answer
    return asked
  }

  test('a model answers, too, which is the last step', async () => {
    const asked = await applied(answering(ended('gw/m\n')))
    const { code, out } = await opgen(asked, 'verify --through-opencode')
    expect(code).toBe(0)
    expect(out.replaceAll(/\n {26}/g, ' ')).toContain(
      '  ok    opencode          OpenCode 1.18.33 lists the models, "m" answers through it\n',
    )
  })

  test('what is not listed fails, with what to do', async () => {
    const asked = await applied(answering(ended('other/m\n')))
    const { code, out } = await opgen(asked, 'verify --through-opencode')
    expect(code).toBe(1)
    expect(out).toContain('  FAIL  opencode          OpenCode 1.18.33 does not list "m"\n')
    expect(out).toContain('0 of 1 providers work.')
  })

  test('nothing is asked where opgen could not get so far', async () => {
    const asked = await applied(answering(ended('gw/m\n')))
    asked.setEnv({ GW_KEY: 'test-key-wrong' })
    const json = await opgenJson(asked, 'verify --through-opencode')
    expect(JSON.stringify(json)).not.toContain('"opencode"')
    expect(asked.openCode.asked).toEqual([])
  })

  test('a provider that opgen cannot ask is known to work', async () => {
    const SOME = GW.replace('models', 'npm: some-sdk, models')
    const asked = world([SOME], { installed })
    await opgen(asked, 'apply --trust-origin gw')
    asked.openCode.answer = answering(ended('gw/m\n'))
    const { code, out } = await opgen(asked, 'verify --through-opencode')
    expect(code).toBe(0)
    expect(out).toContain('1 of 1 provider works.')
  })

  test('nothing is asked unless told to', async () => {
    const asked = await applied(answering(ended('gw/m\n')))
    await opgen(asked, 'verify --complete')
    expect(asked.openCode.asked).toEqual([])
  })
})
