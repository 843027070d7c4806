import type { RequestListener } from 'node:http'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import type { Outcome } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { watchArguments } from '../support/argument-watch.ts'
import {
  freshSandbox,
  freshSecretService,
  freshServer,
  haimakerAt,
  servedModels,
} from '../support/fresh.ts'
import { openCode } from '../support/opencode.ts'
import { opgen, succeeds, textOf, writeManifest } from '../support/opgen.ts'
import { typeAtOpgen } from '../support/pseudo-terminal.ts'
import { CERTIFICATE, freshHttp, freshHttps, freshTcp, nowhere } from '../support/raw-server.ts'
import { need } from '../support/tools.ts'

const OLD = 'test-key-old'
const NEW = 'test-key-new'
const LIST = '{"object":"list","data":[{"id":"m"}]}'

interface World {
  readonly sandbox: Sandbox
  readonly environment: Readonly<Record<string, string>>
}

/** A machine on which the old key is stored and applied, for a provider at this address. */
async function appliedAt(baseURL: string): Promise<World> {
  const sandbox = await freshSandbox()
  const { environment } = await freshSecretService()
  await writeManifest(sandbox, haimakerAt(baseURL))
  await succeeds(opgen(sandbox, ['key', 'set', 'haimaker'], { environment, input: OLD }))
  await succeeds(opgen(sandbox, ['apply'], { environment }))
  return { sandbox, environment }
}

function rotate(
  { sandbox, environment }: World,
  more: World['environment'] = {},
): Promise<Outcome> {
  const options = { environment: { ...environment, ...more }, input: `${NEW}\n` }
  return opgen(sandbox, ['key', 'rotate', 'haimaker'], options)
}

/** The key in the keychain, and the one in auth.json. */
async function keysIn({ sandbox, environment }: World): Promise<readonly unknown[]> {
  const entry = ['lookup', 'service', 'opgen', 'username', 'haimaker']
  const { stdout } = await runCommand('secret-tool', entry, {
    environment: { ...sandbox.environment, ...environment },
  })
  const auth = JSON.parse((await textOf(sandbox.authFile)) ?? '{}')
  return [stdout, auth.haimaker?.key]
}

const both = await need('opencode', 'secret-service')
describe.skipIf(both.skip)(`a rotated key${both.note}`, () => {
  test('is the one that opencode uses, and no program was given it as an argument', async () => {
    const server = await freshServer(NEW)
    const world = await appliedAt(server.baseURL)
    const model = `haimaker/${servedModels[0]}`
    expect(await openCode(world.sandbox, ['run', '-m', model, 'ping'])).toMatchObject({ status: 1 })

    const watch = await watchArguments()
    const { stdout } = await succeeds(rotate(world))
    const lines = await watch.stop()

    expect(stdout).toMatch(/^Rotated the key for "haimaker" \([0-9a-f]{12} -> [0-9a-f]{12}\)\.\n/)
    expect(lines.some((line) => line.includes('rotate'))).toBe(true)
    for (const line of lines) expect(line).not.toContain(NEW)
    expect(await keysIn(world)).toEqual([NEW, NEW])
    const answered = await succeeds(openCode(world.sandbox, ['run', '-m', model, 'ping']))
    expect(answered.stdout).toBe('pong\n')
    const again = await succeeds(
      opgen(world.sandbox, ['apply'], { environment: world.environment }),
    )
    expect(again.stdout).toBe('Nothing to change.\n')
  })
})

/** What comes of a rotation at this address, and the keys that are there then. */
async function rotateAt(baseURL: string): Promise<unknown> {
  const world = await appliedAt(baseURL)
  const { status, stdout, stderr } = await rotate(world)
  return { status, stdout, stderr, keys: await keysIn(world) }
}

/** Nothing was rotated, for this reason, and no key is shown. */
function refusal(reason: string): unknown {
  const [message, hint] = [String.raw`opgen: error: [^\n]*`, String.raw`[^\n]*\n`]
  return {
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(
      new RegExp(`^${message}${reason}${hint}opgen: hint: nothing was stored; ${hint}$`),
    ),
    keys: [OLD, OLD],
  }
}

const one = await need('secret-service')
describe.skipIf(one.skip)(`the old key stays${one.note}`, () => {
  test.each([
    [401, 'does not accept this key'],
    [402, 'wants to be paid'],
    [403, 'forbids what this key'],
    [404, 'has no list of models'],
    [429, 'has been asked too often'],
    [500, 'has a fault of its own'],
  ])('when the server answers %i', async (status, reason) => {
    const { origin } = await freshHttp((request, response) => {
      // A server may repeat what it was sent.
      response.writeHead(status).end(JSON.stringify(request.headers))
    })
    expect(await rotateAt(`${origin}/v1`)).toEqual(refusal(reason))
  })

  test('when the server lists its models to everybody', async () => {
    const { origin } = await freshHttp((_, response) => response.end(LIST))
    expect(await rotateAt(`${origin}/v1`)).toEqual(refusal('lists its models for any key'))
  })

  test('when the server redirects, and the other one sees nothing of the new key', async () => {
    const seen: unknown[] = []
    const listener: RequestListener = (request, response) => {
      seen.push([request.url, request.headers])
      response.end(LIST)
    }
    const other = await freshHttp(listener)
    const { origin } = await freshHttp((request, response) => {
      const location = `${other.origin}${request.url}?key=${NEW}`
      response.writeHead(307, { location }).end()
    })
    expect(await rotateAt(`${origin}/v1`)).toEqual(
      refusal(`redirects to ${other.origin}, and no key is sent there`),
    )
    expect(seen).toEqual([])
  })

  test('when nothing listens there', async () => {
    const { origin } = await nowhere()
    expect(await rotateAt(`${origin}/v1`)).toEqual(refusal('the connection was refused'))
  })

  test('when what listens there speaks something else', async () => {
    const { origin } = await freshTcp((socket) =>
      socket.once('data', () => socket.end('220 mail.example ESMTP\r\n')),
    )
    expect(await rotateAt(`${origin}/v1`)).toEqual(refusal('does not speak HTTP'))
  })

  test('when nobody has signed the certificate, until Node.js is told whom to trust', async () => {
    const { origin } = await freshHttps((request, response) => {
      const isNew = request.headers.authorization === `Bearer ${NEW}`
      response.writeHead(isNew ? 200 : 401).end(LIST)
    })
    const world = await appliedAt(`${origin}/v1`)
    const unsafe = await rotate(world, { NODE_TLS_REJECT_UNAUTHORIZED: '0' })
    expect(unsafe).toMatchObject({ status: 1 })
    expect(unsafe.stderr).toContain('nobody whom this machine trusts has signed the certificate')
    expect(await keysIn(world)).toEqual([OLD, OLD])
    await succeeds(rotate(world, { NODE_EXTRA_CA_CERTS: CERTIFICATE }))
    expect(await keysIn(world)).toEqual([NEW, NEW])
  })
})

const terminal = await need('secret-service', 'pseudo-terminal')
describe.skipIf(terminal.skip)(`\`key rotate\` on a terminal${terminal.note}`, () => {
  test('asks for the new key, and tells whom it asks when that takes a while', async () => {
    const waiting: (() => void)[] = []
    const { origin } = await freshHttp((request, response) => {
      const isNew = request.headers.authorization === `Bearer ${NEW}`
      // The first answer has to wait until the screen says so.
      if (waiting.length > 0 || !isNew) response.writeHead(isNew ? 200 : 401).end(LIST)
      else waiting.push(() => void response.end(LIST))
    })
    const world = await appliedAt(`${origin}/v1`)
    const { sandbox, environment } = world
    const screen = await typeAtOpgen(sandbox, {
      args: ['key', 'rotate', 'haimaker'],
      environment,
      prompt: 'New key for "haimaker"',
      typed: `${NEW}\r`,
      onShown: (text) => {
        if (text.includes(`opgen: note: asking ${origin}`)) waiting[0]?.()
      },
    })
    expect(screen).toMatchObject({ status: 0 })
    expect(screen.text).not.toContain('test-key')
    expect(await keysIn(world)).toEqual([NEW, NEW])
  })
})
