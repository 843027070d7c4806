import { describe, expect, test } from 'vitest'
import { sentHeaders } from '../../support/answering-server.ts'
import { MANIFEST, opgen, STATE } from '../../support/run-opgen.ts'
import { GW, manifest, world } from '../../support/verified.ts'

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
    asked.write(MANIFEST, manifest(GW.replace('gw.ex', 'evil.ex')))
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
    asked.write(MANIFEST, changed)
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
