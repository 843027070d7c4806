import { chmod, copyFile, mkdir, readdir, rm, stat, utimes } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { OPENCODE_VERSION, openCodeProgram } from '../../scripts/set-up.mjs'
import { freshSandbox, freshServer, servedModels } from '../support/fresh.ts'
import { openCode } from '../support/opencode.ts'
import { keyFileOf, opgen, place, succeeds, textOf, writeManifest } from '../support/opgen.ts'
import type { OpgenOptions } from '../support/opgen.ts'
import { readRecording, recordingTo } from '../support/recording.ts'
import { need } from '../support/tools.ts'

const [model] = servedModels
const chosen = `acme/${model}`

function acmeAt(baseURL: string, more = ''): string {
  return `version: 1
${more}providers:
  acme:
    baseURL: ${baseURL}
    models: ["${model}"]
`
}

const AWAY = acmeAt('https://acme.example/v1')

interface Programs {
  readonly folder: string
  /** Options of a run in which the programs are found and `acme` has this key. */
  readonly withKey: (key: string, more?: Readonly<Record<string, string>>) => OpgenOptions
}

/** A folder for programs; not created. */
function programsOf(sandbox: Sandbox): Programs {
  const folder = join(sandbox.folder, 'programs')
  const PATH = [folder, sandbox.environment['PATH']].join(delimiter)
  return {
    folder,
    withKey: (key, more) => ({ environment: { PATH, OPGEN_KEY_ACME: key, ...more } }),
  }
}

/** Something that says what an OpenCode 2 says of itself, and writes down that it was started. */
async function installV2(sandbox: Sandbox, version = '2.0.22'): Promise<string> {
  const program = join(programsOf(sandbox).folder, 'opencode2')
  const starts = join(sandbox.folder, 'starts')
  await place(program, `#!/bin/sh\necho "$*" >> "${starts}"\necho ${version}\n`)
  await chmod(program, 0o755)
  return program
}

function versionsOf(sandbox: Sandbox): Promise<string | undefined> {
  return textOf(join(sandbox.stateFolder, 'opencode-versions.json'))
}

async function mtimeOf(file: string): Promise<number> {
  return (await stat(file)).mtimeMs
}

const { skip, note } = await need('opencode')

describe.skipIf(skip)(`an OpenCode ${OPENCODE_VERSION} that is installed${note}`, () => {
  test('by npm is known by its package, which says the same as the program', async () => {
    const sandbox = await freshSandbox()
    const bin = join(dirname(openCodeProgram), '..', '..', '.bin')
    const PATH = [bin, sandbox.environment['PATH']].join(delimiter)
    expect((await succeeds(openCode(sandbox, ['--version']))).stdout.trim()).toBe(OPENCODE_VERSION)
    await writeManifest(sandbox, AWAY)
    const record = join(sandbox.folder, 'record')
    const environment = { OPGEN_KEY_ACME: 'test-key-acme', PATH, ...recordingTo(record) }

    await succeeds(opgen(sandbox, ['apply'], { environment }))

    expect((await readRecording(record)).children).toEqual([])
    expect(await versionsOf(sandbox)).toContain(`"version": "${OPENCODE_VERSION}"`)
    expect(await textOf(sandbox.authFile)).toContain('test-key-acme')
  })

  test('otherwise is asked once, and leaves nothing anywhere', async () => {
    const sandbox = await freshSandbox()
    const { folder, withKey } = programsOf(sandbox)
    await mkdir(folder)
    await copyFile(openCodeProgram, join(folder, 'opencode'))
    await writeManifest(sandbox, AWAY)

    await succeeds(opgen(sandbox, ['apply'], withKey('test-key-acme')))

    expect(JSON.parse((await versionsOf(sandbox)) ?? '')).toMatchObject({
      programs: [{ path: join(folder, 'opencode'), version: OPENCODE_VERSION, until: null }],
    })
    expect(await textOf(sandbox.authFile)).toContain('test-key-acme')
    const left = await readdir(sandbox.home, { recursive: true })
    expect(left.filter((name) => name.includes('opencode')).toSorted()).toEqual([
      join('.config', 'opencode'),
      join('.config', 'opencode', 'opencode.jsonc'),
      join('.local', 'share', 'opencode'),
      join('.local', 'share', 'opencode', 'auth.json'),
      join('.local', 'state', 'opgen', 'opencode-versions.json'),
    ])
    expect(await readdir(sandbox.environment['TMPDIR'] ?? '')).toEqual([])
  })

  test('has a database, and folders, that are no trace of 2.x', async () => {
    const sandbox = await freshSandbox()
    await succeeds(openCode(sandbox, ['session', 'list']))
    const data = await readdir(dirname(sandbox.authFile))
    expect(data).toContain('opencode.db')
    await writeManifest(sandbox, AWAY)

    await succeeds(opgen(sandbox, ['apply'], programsOf(sandbox).withKey('test-key-acme')))

    expect(await textOf(sandbox.authFile)).toContain('test-key-acme')
    expect(await textOf(keyFileOf(sandbox, 'acme'))).toBeUndefined()
  })

  test('gets the right key each time that keys move, and from the place they moved to', async () => {
    const sandbox = await freshSandbox()
    const { withKey } = programsOf(sandbox)
    const rounds = [
      ['test-key-one', false],
      ['test-key-two', true],
      ['test-key-three', false],
    ] as const
    for (const [key, isV2Here] of rounds) {
      const server = await freshServer(key)
      const program = await installV2(sandbox)
      if (!isV2Here) await rm(program)
      await writeManifest(sandbox, acmeAt(server.baseURL))
      const moved = ['--switch-delivery', '--trust-origin', 'acme']
      await succeeds(opgen(sandbox, ['apply', ...moved], withKey(key)))

      expect(await textOf(keyFileOf(sandbox, 'acme'))).toBe(isV2Here ? key : undefined)
      expect((await textOf(sandbox.authFile))?.includes(key) ?? false).toBe(!isV2Here)
      const answered = await succeeds(openCode(sandbox, ['run', '-m', chosen, 'ping']))
      expect(answered.stdout).toBe('pong\n')
      for (const request of server.seen) expect(request.authorization).toBe(`Bearer ${key}`)
    }
  })

  test('gets keys in a header and as a token before and after the others move', async () => {
    const sandbox = await freshSandbox()
    for (const [index, delivery] of ['keyfile', 'auth.json'].entries()) {
      const key = `test-key-${index}`
      const environment = { OPGEN_KEY_ACME: key, OPGEN_KEY_HEAD: key, OPGEN_KEY_TOKEN: key }
      const server = await freshServer(undefined)
      const bearer = await freshServer(key)
      const more = (id: string, keyIn: string, npm: string): string =>
        `  ${id}:\n    npm: "@ai-sdk/${npm}"\n    baseURL: ${server.baseURL}\n    models: ["${model}"]\n    keyIn: ${keyIn}\n`
      const others = [
        more('head', '{ header: X-Acme-Key, format: "Key {key}" }', 'openai-compatible'),
        more('token', 'authToken', 'anthropic'),
      ]
      const manifest = acmeAt(bearer.baseURL, `delivery: ${delivery}\n`) + others.join('')
      await writeManifest(sandbox, manifest)
      const trust = ['acme', 'head', 'token'].flatMap((id) => ['--trust-origin', id])
      await succeeds(opgen(sandbox, ['apply', ...trust], { environment }))

      await succeeds(openCode(sandbox, ['run', '-m', `acme/${model}`, 'ping']))
      await succeeds(openCode(sandbox, ['run', '-m', `head/${model}`, 'ping']))
      const inHeader = server.seen.map(({ headers }) => headers['x-acme-key'])
      expect(new Set(inHeader)).toEqual(new Set([`Key ${key}`]))
      const asked = server.seen.length
      // The server speaks another protocol, and has no such route.
      await openCode(sandbox, ['run', '-m', `token/${model}`, 'ping'])
      const tokens = server.seen.slice(asked).map(({ authorization }) => authorization)
      expect(new Set(tokens)).toEqual(new Set([`Bearer ${key}`]))
    }
  })
})

describe('an OpenCode 2 on PATH', () => {
  test('makes keys go through key files, and is started once', async () => {
    const sandbox = await freshSandbox()
    const { withKey } = programsOf(sandbox)
    await installV2(sandbox)
    await writeManifest(sandbox, AWAY)
    const records = ['first', 'second'].map((name) => join(sandbox.folder, name))
    const [first = '', second = ''] = records

    await succeeds(opgen(sandbox, ['apply'], withKey('test-key-acme', recordingTo(first))))

    expect((await readRecording(first)).children).toHaveLength(1)
    expect(await textOf(keyFileOf(sandbox, 'acme'))).toBe('test-key-acme')
    expect(await textOf(sandbox.authFile)).toBeUndefined()
    const file = join(sandbox.stateFolder, 'opencode-versions.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const before = await mtimeOf(file)
    for (const command of ['apply', 'plan', 'status']) {
      await succeeds(opgen(sandbox, [command], withKey('test-key-acme', recordingTo(second))))
    }
    expect((await readRecording(second)).children).toEqual([])
    expect(await textOf(join(sandbox.folder, 'starts'))).toBe('--version\n')
    expect(await mtimeOf(file)).toBe(before)
  })

  test('that comes later is a decision, also where PATH does not lead to it any more', async () => {
    const sandbox = await freshSandbox()
    const { withKey } = programsOf(sandbox)
    await writeManifest(sandbox, AWAY)
    await succeeds(opgen(sandbox, ['apply'], withKey('test-key-acme')))
    const program = await installV2(sandbox)

    const asked = await opgen(sandbox, ['apply', '--force'], withKey('test-key-acme'))
    expect(asked.status).toBe(3)
    expect(asked.stderr).toContain('--switch-delivery')
    expect(asked.stderr).toContain('OpenCode 2.0.22')
    expect(await versionsOf(sandbox)).toBeUndefined()

    await succeeds(opgen(sandbox, ['apply', '--switch-delivery'], withKey('test-key-acme')))
    expect(await textOf(keyFileOf(sandbox, 'acme'))).toBe('test-key-acme')

    const elsewhere = { environment: { OPGEN_KEY_ACME: 'test-key-acme' } }
    const again = await succeeds(opgen(sandbox, ['apply'], elsewhere))
    expect(again.stdout).toBe('Nothing to change.\n')

    await rm(program)
    expect((await opgen(sandbox, ['apply'], elsewhere)).status).toBe(3)
  })
})

describe('a config whose key alone changes', () => {
  test('is touched once, and keeps its text', async () => {
    const sandbox = await freshSandbox()
    const { withKey } = programsOf(sandbox)
    await writeManifest(sandbox, acmeAt('https://acme.example/v1', 'delivery: keyfile\n'))
    await succeeds(opgen(sandbox, ['apply'], withKey('test-key-one')))
    const config = join(sandbox.configFolder, 'opencode.jsonc')
    const text = await textOf(config)
    const longAgo = new Date('2026-01-01T00:00:00Z')
    await utimes(config, longAgo, longAgo)
    await succeeds(opgen(sandbox, ['apply'], withKey('test-key-one')))
    expect(await mtimeOf(config)).toBe(longAgo.getTime())

    await succeeds(opgen(sandbox, ['apply'], withKey('test-key-two')))

    expect(await textOf(keyFileOf(sandbox, 'acme'))).toBe('test-key-two')
    expect(await mtimeOf(config)).toBeGreaterThan(longAgo.getTime())
    expect(await textOf(config)).toBe(text)
    await utimes(config, longAgo, longAgo)
    await succeeds(opgen(sandbox, ['apply'], withKey('test-key-two')))
    expect(await mtimeOf(config)).toBe(longAgo.getTime())
  })
})
