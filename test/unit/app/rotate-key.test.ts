import { describe, expect, test } from 'vitest'
import { run } from '../../../src/cli/run.ts'
import type { HttpAnswer } from '../../../src/core/http.ts'
import type { System } from '../../../src/system/system.ts'
import { A_LIST, answered, failed, listingTo, sentHeaders } from '../../support/answering-server.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import {
  drift,
  gateway,
  NEW,
  OLD,
  rotatableWorld,
  rotate,
  rotatedKeys,
} from '../../support/rotation.ts'
import { AUTH, CONFIG, keyFiles, MANIFEST, opgen, worldWith } from '../../support/run-opgen.ts'

describe('key rotate', () => {
  test('stores and renders a key that the provider accepts', async () => {
    const world = await rotatableWorld()
    const { code, out, err } = await rotate(world)
    expect({ code, out: out.replaceAll(/[0-9a-f]{12}/g, 'FINGERPRINT') }).toEqual({
      code: 0,
      out: `Rotated the key for "gw" (FINGERPRINT -> FINGERPRINT).

manifest  providers.yaml
config    ~/.config/opencode/opencode.jsonc
keys      ~/.local/share/opencode/auth.json

  ~ gw  key

Applied: 1 updated.
`,
    })
    expect(err).toBe("opgen: hint: the old key works until you delete it on the provider's site\n")
    expect(rotatedKeys(world)).toEqual([NEW, NEW])
  })

  test('asks for the models with the new key, and again with one that is none', async () => {
    const world = await rotatableWorld()
    await rotate(world)
    expect(world.sent.map((request) => [request.method, request.url])).toEqual([
      ['GET', 'https://gw.example/v1/models'],
      ['GET', 'https://gw.example/v1/models'],
    ])
    expect(world.sent.map((request) => sentHeaders(request)['authorization'])).toEqual([
      `Bearer ${NEW}`,
      'Bearer opgen-asks-whether-any-key-will-do',
    ])
    expect(JSON.stringify(world.sent)).not.toContain(NEW)
  })

  test('asks the store whether it can keep a key before it asks for one, and stores it last', async () => {
    const world = await rotatableWorld()
    await rotate(world)
    expect(world.asked.map((batch) => batch.map(({ op }) => op))).toEqual([
      ['probe', 'read'],
      ['store'],
    ])
  })

  test('sends the key nowhere but where that was accepted, whatever the manifest said before', async () => {
    const world = await rotatableWorld()
    world.write(MANIFEST, gateway().replace('gw.example', 'evil.example'))
    const answer = (): string => {
      world.write(MANIFEST, gateway())
      return NEW
    }
    await opgen(world, 'key rotate gw', { answers: [answer] })
    expect(world.sent.map(({ url }) => new URL(url).host)).not.toContain('evil.example')
  })

  test('tells the result as JSON', async () => {
    const world = await rotatableWorld()
    const { out } = await rotate(world, 'key rotate gw --json')
    expect(JSON.parse(out)).toEqual({
      version: 1,
      command: 'key rotate',
      id: 'gw',
      rotated: true,
      fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
      verified: { url: 'https://gw.example', status: 200 },
      applied: true,
      generation: 2,
    })
  })

  test('stores and renders a first key, too', async () => {
    const world = worldWith(gateway(), { answer: listingTo(NEW) })
    const { code, out, err } = await rotate(world)
    expect(code).toBe(0)
    // Where it goes is accepted, as at any first apply.
    expect(err).toContain(
      '  gw  keychain:opgen/gw\n      to @ai-sdk/openai-compatible https://gw.example\n',
    )
    expect(out).toMatch(/^Rotated the key for "gw" \(fingerprint [0-9a-f]{12}\)\.\n/)
    expect(rotatedKeys(world)).toEqual([NEW, NEW])
  })

  test('says the same fingerprint as key list', async () => {
    const world = await rotatableWorld()
    const { out } = await rotate(world, 'key rotate gw --json')
    const { fingerprint }: { fingerprint: string } = JSON.parse(out)
    const listed = await opgen(world, 'key list --json')
    expect(JSON.parse(listed.out)).toMatchObject({ keys: [{ fingerprint }] })
  })

  test('takes the key to a key file where it is delivered so', async () => {
    const world = await rotatableWorld({}, gateway().replace('prov', 'delivery: keyfile\nprov'))
    expect((await rotate(world)).code).toBe(0)
    expect(keyFiles(world)).toEqual({ gw: NEW })
    expect(world.read(AUTH)).toBeUndefined()
  })

  test('touches no other provider, though there is something to do for it', async () => {
    const two = `${gateway()}  other: { baseURL: "https://o.example/v1", models: [m] }\n`
    const world = await rotatableWorld({
      keychain: { 'opgen/gw': OLD, 'opgen/other': 'test-key-o' },
    })
    world.write(MANIFEST, two)
    expect((await rotate(world)).code).toBe(0)
    expect(world.read(CONFIG)).not.toContain('o.example')
  })

  test('cuts white space around the key, and says so', async () => {
    const world = await rotatableWorld()
    const { err } = await opgen(world, 'key rotate gw', { stdin: ` ${NEW} \n` })
    expect(err).toContain('white space around the key was cut')
    expect(rotatedKeys(world)).toEqual([NEW, NEW])
  })

  test('asks a person for the new key, and tells whom it waits for', async () => {
    const world = await rotatableWorld()
    const terminal = memoryTerminal({ answers: [NEW] })
    const slow: System = {
      ...world.system,
      http: {
        ask: async (request, patience) => {
          patience.onWaiting?.()
          return world.system.http.ask(request, patience)
        },
      },
    }
    expect(await run(['key', 'rotate', 'gw'], slow, terminal)).toBe(0)
    expect(terminal.stderr()).toMatch(
      /^New key for "gw" \(not shown\): \nopgen: note: asking https:\/\/gw\.example\nopgen: hint/,
    )
  })
})

describe('the old key stays, and nothing is written,', () => {
  test.each<[string, HttpAnswer, string]>([
    ['a key that is wrong', answered(401), 'does not accept this key for "gw" (401)'],
    ['a key that may not', answered(403), 'forbids what this key for "gw" asks for (403)'],
    ['no credit', answered(402), 'wants to be paid before it takes this key'],
    ['too many questions', answered(429), 'has been asked too often'],
    ['a server without a list', answered(404), 'has no list of models'],
    ['a fault of the server', answered(503), 'has a fault of its own'],
    ['a web page', answered(200, '<!doctype html>'), 'answered with a web page'],
    ['something else', answered(200, '{"ok":true}'), 'something else than a list of models'],
    ['no host', failed('no-host'), 'there is no host "gw.example"'],
    ['no connection', failed('refused'), 'the connection was refused'],
    ['no answer', failed('no-answer'), 'did not answer in time'],
    [
      'a list for everybody',
      answered(200, A_LIST),
      'lists its models for any key, so that this one cannot be checked',
    ],
  ])('with %s', async (_, answer, reason) => {
    const world = await rotatableWorld({ answer: () => answer })
    const before = new Map(world.files)
    const { code, out, err } = await rotate(world)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/^opgen: error: .*\nopgen: hint: nothing was stored; .*\n$/)
    expect(err).toContain(reason)
    expect(rotatedKeys(world)).toEqual([OLD, OLD])
    expect(new Map(world.files)).toEqual(before)
    expect(world.asked.flat().map(({ op }) => op)).not.toContain('store')
  })

  test('with a redirect, which is named and not followed', async () => {
    const location = `https://evil.example/models?key=${NEW}`
    const world = await rotatableWorld({ answer: () => answered(307, '', { location }) })
    const { err } = await rotate(world)
    expect(err).toContain('https://gw.example redirects to https://evil.example, and no key')
    expect(err).not.toContain(NEW)
    expect(world.sent.map(({ url }) => url)).toEqual(['https://gw.example/v1/models'])
    expect(rotatedKeys(world)).toEqual([OLD, OLD])
  })

  test('when the second question is not answered', async () => {
    const answers = [answered(200, A_LIST), answered(429)]
    const world = await rotatableWorld({ answer: () => answers.shift() ?? answered(500) })
    const { code, err } = await rotate(world)
    expect({ code, kept: rotatedKeys(world) }).toEqual({ code: 1, kept: [OLD, OLD] })
    expect(err).toContain('has been asked too often')
  })

  test('with a code for scripts that tells one reason from another', async () => {
    const world = await rotatableWorld({ answer: () => answered(402) })
    const { out } = await rotate(world, 'key rotate gw --json')
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'no-credit' } })
  })

  test.each(['', '\n', 'Bearer test-key-x', 'a b'])('given %j', async (stdin) => {
    const world = await rotatableWorld()
    const { code } = await opgen(world, 'key rotate gw', { stdin })
    expect({ code, sent: world.sent, kept: rotatedKeys(world) }).toEqual({
      code: 1,
      sent: [],
      kept: [OLD, OLD],
    })
  })

  test('given the same key again', async () => {
    const world = await rotatableWorld()
    const { err } = await opgen(world, 'key rotate gw', { stdin: OLD })
    expect(err).toContain('this key for "gw" is the one that is stored already')
    expect(world.sent).toEqual([])
  })

  test('when the person gives up', async () => {
    const world = await rotatableWorld()
    expect((await opgen(world, 'key rotate gw', { answers: [] })).code).toBe(130)
    expect(rotatedKeys(world)).toEqual([OLD, OLD])
  })

  test('while a decision is open, and the new key is sent to nobody', async () => {
    const world = await rotatableWorld()
    drift(world)
    const { code, err } = await rotate(world)
    expect({ code, sent: world.sent, kept: rotatedKeys(world) }).toEqual({
      code: 3,
      sent: [],
      kept: [OLD, OLD],
    })
    expect(err).toContain('decide with `--force gw` or `--keep gw`')
    expect(err).toContain('run `opgen apply --only gw` again with the flags above')
    expect(err).toContain('the key for "gw" is still the old one; rotate it afterwards')
    const { out } = await rotate(world, 'key rotate gw --json')
    expect(JSON.parse(out)).toMatchObject({
      id: 'gw',
      rotated: false,
      decisions: [{ id: 'gw', kind: 'drift' }],
      error: { code: 'decision-needed' },
    })
  })

  test('where it would travel in the open, and nobody has allowed that', async () => {
    const world = worldWith(gateway().replace('https', 'http'), {
      keychain: { 'opgen/gw': OLD },
      answer: listingTo(NEW),
    })
    const { code, err } = await rotate(world)
    expect({ code, sent: world.sent }).toEqual({ code: 3, sent: [] })
    expect(err).toContain('--trust-origin gw')
  })
})
