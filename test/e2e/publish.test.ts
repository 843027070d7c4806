import { mkdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { openCodeProgram } from '../../scripts/set-up.mjs'
import { serve } from '../support/file-server.ts'
import type { Web } from '../support/file-server.ts'
import { freshSandbox, freshServer, servedModels } from '../support/fresh.ts'
import { keptTexts } from '../support/kept-texts.ts'
import { leaks } from '../support/leaks.ts'
import { listedModels, openCode } from '../support/opencode.ts'
import { keyFileOf, opgen, place, succeeds, textOf, writeManifest } from '../support/opgen.ts'
import { need } from '../support/tools.ts'

const key = 'test-key-corp'
const personal = 'test-key-personal'
const [model] = servedModels
const answering = ['run', '-m', `corp/${model}`, 'ping']

/** What a company has in its repository; `op` is its secret manager. */
function fleetManifest(baseURL: string, more = ''): string {
  return `version: 1
providers:
  corp:
    name: Corp
    baseURL: ${baseURL}
    key: [keychain, { command: [op, read, "op://AI/corp/key"] }]
    models: ["${model}"]
${more}`
}

/** What the user of a laptop has: the key, and nothing of the block. */
const laptopManifest = `version: 1
providers:
  corp: { preset: bare, key: { env: CORP_KEY } }
`

const login = { auth: { command: ['printf', 'token-of-ana'], env: 'CORP_TOKEN' } }

interface Fleet {
  readonly repository: Sandbox
  /** The folder that is served. */
  readonly out: string
}

/** The repository of the company, where the file was published into `public/`. */
async function published(
  manifest: string,
  args: readonly string[] = ['--format', 'well-known'],
): Promise<Fleet> {
  const repository = await freshSandbox()
  await writeManifest(repository, manifest)
  await succeeds(opgen(repository, ['check']))
  await succeeds(opgen(repository, ['publish', ...args, '--out', 'public']))
  return { repository, out: join(repository.work, 'public') }
}

/** A laptop that logs in to the server of its company, as its user would. */
async function loggedIn(web: Web): Promise<Sandbox> {
  const laptop = await freshSandbox()
  await succeeds(openCode(laptop, ['auth', 'login', web.url]))
  return laptop
}

/** The laptop's own key comes to OpenCode through opgen. */
async function givesKey(laptop: Sandbox, manifest = laptopManifest): Promise<Outcome> {
  await writeManifest(laptop, manifest)
  return succeeds(opgen(laptop, ['apply'], { environment: { CORP_KEY: key } }))
}

/** Put a published file where OpenCode looks for what is managed. */
async function manage(laptop: Sandbox, { out }: Fleet): Promise<void> {
  const text = await readFile(join(out, 'opencode.json'), 'utf8')
  await place(join(laptop.folder, 'managed', 'opencode.json'), text)
}

const { skip, note } = await need('opencode')

describe.skipIf(skip)(`what a company serves to its laptops${note}`, () => {
  test('is there after a login, and answers with the key of the laptop', async () => {
    const api = await freshServer(key)
    const fleet = await published(fleetManifest(api.baseURL))
    const file = join(fleet.out, '.well-known', 'opencode')
    // Who looks after the server says once how to log in; opgen keeps that.
    const own = JSON.parse((await textOf(file)) ?? '')
    await place(file, JSON.stringify({ ...login, ...own }))
    await succeeds(
      opgen(fleet.repository, ['publish', '--format', 'well-known', '--out', 'public', '--check']),
    )
    const web = await serve(fleet.out)

    const laptop = await loggedIn(web)
    expect(JSON.parse((await textOf(laptop.authFile)) ?? '')).toEqual({
      [web.url]: { type: 'wellknown', key: 'CORP_TOKEN', token: 'token-of-ana' },
    })
    expect(await listedModels(laptop)).toEqual([`corp/${model}`])
    await givesKey(laptop)

    const answered = await succeeds(openCode(laptop, answering))
    expect(answered.stdout).toBe('pong\n')
    expect(new Set(api.seen.map(({ authorization }) => authorization))).toEqual(
      new Set([`Bearer ${key}`]),
    )
    expect(new Set(web.asked)).toEqual(new Set(['/.well-known/opencode']))
    // Nothing of the company's block got into the files of the laptop, nor is any of it lost.
    const config = JSON.parse((await textOf(join(laptop.configFolder, 'opencode.jsonc'))) ?? '')
    expect(config.provider).toEqual({ corp: {} })
    const doctor = await opgen(laptop, ['doctor', '--json'], {
      environment: { PATH: `${dirname(openCodeProgram)}:${laptop.environment['PATH'] ?? ''}` },
    })
    expect(errorsOf(doctor)).toEqual([])
  })

  test('is what the managed file has, where `remote_config` leads to that', async () => {
    const api = await freshServer(key)
    const fleet = await published(fleetManifest(api.baseURL), ['--format', 'managed'])
    const web = await serve(fleet.out)
    const stub = { ...login, remote_config: { url: `${web.url}/opencode.json` } }
    await place(join(fleet.out, '.well-known', 'opencode'), JSON.stringify(stub))

    const laptop = await loggedIn(web)

    expect(await listedModels(laptop)).toEqual([`corp/${model}`])
  })

  test('gives way to what the user has, and is gone with the server, and OpenCode with it', async () => {
    const api = await freshServer(key)
    const fleet = await published(fleetManifest(api.baseURL))
    const web = await serve(fleet.out)
    const laptop = await freshSandbox()
    const entry = { type: 'wellknown', key: 'CORP_TOKEN', token: '' }
    await place(laptop.authFile, JSON.stringify({ [web.url]: entry }))
    await place(
      join(laptop.configFolder, 'opencode.json'),
      JSON.stringify({ provider: { corp: { name: 'Mine', models: { mine: {} } } } }),
    )

    const debugged = await succeeds(openCode(laptop, ['debug', 'config']))
    const { corp } = JSON.parse(debugged.stdout).provider
    expect({ ...corp, models: Object.keys(corp.models) }).toMatchObject({
      name: 'Mine',
      options: { baseURL: api.baseURL },
      models: [model, 'mine'],
    })

    await web.stop()
    const offline = await openCode(laptop, ['models'])
    expect(offline.status).toBe(1)
    expect(offline.stderr).toContain('failed to fetch remote config')
  })

  test('takes a key in a header, too, from a block that a laptop adds to', async () => {
    const api = await freshServer(undefined)
    const keyIn = '    keyIn: { header: X-Corp-Key, format: "{key}" }\n'
    const fleet = await published(fleetManifest(api.baseURL, keyIn))
    const web = await serve(fleet.out)
    const laptop = await freshSandbox()
    const entry = { type: 'wellknown', key: 'CORP_TOKEN', token: '' }
    await place(laptop.authFile, JSON.stringify({ [web.url]: entry }))
    const keyed = 'preset: bare, keyIn: { header: X-Corp-Key, format: "{key}" }'
    await givesKey(laptop, laptopManifest.replace('preset: bare', keyed))

    expect((await succeeds(openCode(laptop, answering))).stdout).toBe('pong\n')
    expect(api.seen.map(({ headers }) => headers['x-corp-key'])).toEqual(api.seen.map(() => key))
    expect(await textOf(keyFileOf(laptop, 'corp'))).toBe(key)
  })

  test('is refused where an adapter would send a personal key to the company', async () => {
    const api = await freshServer(undefined)
    const repository = await freshSandbox()
    await writeManifest(repository, fleetManifest(api.baseURL, '    npm: "@ai-sdk/openai"\n'))
    const args = ['publish', '--format', 'well-known', '--out', 'public']

    const refused = await opgen(repository, args)
    expect(refused.status).toBe(3)
    expect(refused.stderr).toContain('$OPENAI_API_KEY is sent in place of the missing key')
    expect(await textOf(join(repository.work, 'public', '.well-known', 'opencode'))).toBeUndefined()

    // This is what it would have done.
    await succeeds(opgen(repository, [...args, '--trust-origin', 'corp']))
    const web = await serve(join(repository.work, 'public'))
    const laptop = await freshSandbox()
    const entry = { type: 'wellknown', key: 'CORP_TOKEN', token: '' }
    await place(laptop.authFile, JSON.stringify({ [web.url]: entry }))
    await openCode(laptop, answering, { OPENAI_API_KEY: personal })
    expect(api.seen[0]?.authorization).toBe(`Bearer ${personal}`)
  })
})

describe.skipIf(skip)(`what an administrator puts on each laptop${note}`, () => {
  const managed = ['--format', 'managed']

  test('is there without a network, over what the user has, and answers with the key of the laptop', async () => {
    const api = await freshServer(key)
    const fleet = await published(fleetManifest(api.baseURL), managed)
    const laptop = await freshSandbox()
    await manage(laptop, fleet)
    const mine = { name: 'Mine', options: { baseURL: 'http://127.0.0.1:1/v1' } }
    await place(
      join(laptop.configFolder, 'opencode.json'),
      JSON.stringify({ $schema: 'https://opencode.ai/config.json', provider: { corp: mine } }),
    )

    expect(await listedModels(laptop)).toEqual([`corp/${model}`])
    await givesKey(laptop)
    const answered = await succeeds(openCode(laptop, answering))

    expect(answered.stdout).toBe('pong\n')
    expect(api.seen.map(({ authorization }) => authorization)).toEqual(
      api.seen.map(() => `Bearer ${key}`),
    )
    const file = join(laptop.folder, 'managed', 'opencode.json')
    expect(await textOf(file)).toBe(await textOf(join(fleet.out, 'opencode.json')))
  })

  test('is named by `apply` on a laptop that has the same manifest', async () => {
    const api = await freshServer(key)
    const manifest = fleetManifest(api.baseURL).replace(/key: .*/, 'key: { env: CORP_KEY }')
    const fleet = await published(manifest, managed)
    const laptop = await freshSandbox()
    await manage(laptop, fleet)

    const applied = await givesKey(laptop, manifest)
    expect(applied.stderr).toContain('also defines "corp"')
    expect((await succeeds(openCode(laptop, answering))).stdout).toBe('pong\n')
  })
})

describe('`opgen publish`', () => {
  test('gives the same bytes wherever it runs, whoever runs it, and holds no key', async () => {
    const more = '    when: { user: "*", hostname: "*" }\n'
    const manifest = `${fleetManifest('https://llm.corp.example/v1')}  mine:\n    baseURL: https://mine.example/v1\n    models: [m]\n${more}`
    const texts: (string | undefined)[] = []
    for (const environment of [{}, { USER: 'bob', OPGEN_PROFILE: 'work', OPGEN_KEY_CORP: key }]) {
      const sandbox = await freshSandbox()
      await writeManifest(sandbox, manifest)
      await place(join(sandbox.home, '.config', 'opgen', 'local.yaml'), 'profile: work\n')
      const args = ['publish', '--format', 'managed', '--out', 'out']
      await succeeds(opgen(sandbox, args, { environment }))
      texts.push(await textOf(join(sandbox.work, 'out', 'opencode.json')))
      const kept = [...(await keptTexts(sandbox))].filter(([, text]) => leaks(text, key))
      expect(kept).toEqual([])
    }
    expect(texts[0]).toBe(texts[1])
    expect(Object.keys(JSON.parse(texts[0] ?? '').provider)).toEqual(['corp'])
  })

  test('writes a file that all can read, and does not touch one that is as it should be', async () => {
    const sandbox = await freshSandbox()
    await writeManifest(sandbox, fleetManifest('https://llm.corp.example/v1'))
    await mkdir(join(sandbox.work, 'out'))
    const args = ['publish', '--format', 'well-known', '--out', 'out']
    const file = join(sandbox.work, 'out', '.well-known', 'opencode')

    await succeeds(opgen(sandbox, args))
    const before = await stat(file)
    expect(before.mode & 0o777).toBe(0o644)
    const again = await succeeds(opgen(sandbox, args))

    expect(again.stdout).toBe('Nothing to change.\n')
    const after = await stat(file)
    expect([after.mtimeMs, after.ino]).toEqual([before.mtimeMs, before.ino])
  })
})

function errorsOf({ stdout }: Outcome): readonly unknown[] {
  const { findings } = JSON.parse(stdout)
  return findings.filter(({ severity }: { readonly severity: string }) => severity === 'error')
}
