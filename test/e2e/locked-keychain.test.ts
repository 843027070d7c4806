import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import type { SecretService } from '../../scripts/secret-service.mjs'
import { lockKeyring } from '../support/dbus-send.ts'
import { freshSandbox, freshSecretService, haimakerAt } from '../support/fresh.ts'
import { opgen, succeeds, textOf, writeManifest } from '../support/opgen.ts'
import { GNOME_PROMPTER, ownSilently } from '../support/silent-bus-name.ts'
import { need } from '../support/tools.ts'

const KEY = 'test-key-haimaker'
const manifest = haimakerAt('https://llm.example/v1')
const elsewhere = haimakerAt('https://elsewhere.example/v1')
const more = `${manifest}      - another/model\n`
/** As in a container or over ssh. */
const NO_BUS = { XDG_RUNTIME_DIR: '/nonexistent' }

const { skip, note } = await need('secret-service')

interface World {
  readonly sandbox: Sandbox
  readonly service: SecretService
  /** Run opgen without anybody to ask. */
  readonly run: (...args: readonly string[]) => Promise<Outcome>
}

/** A machine on which this was applied with a key of the keychain, which is locked by now. */
async function lockedWorld(text: string): Promise<World> {
  const sandbox = await freshSandbox()
  const service = await freshSecretService()
  const { environment } = service
  await writeManifest(sandbox, text)
  await succeeds(opgen(sandbox, ['key', 'set', 'haimaker'], { environment, input: KEY }))
  await succeeds(opgen(sandbox, ['apply'], { environment }))
  await lockKeyring(service)
  return { sandbox, service, run: (...args) => opgen(sandbox, args, { environment }) }
}

/** Every file in the home, with its text and time. */
async function filesOf({ home }: Sandbox): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(home, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const found = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const file = join(parentPath, name)
      const { mtimeMs, mode } = await stat(file)
      return [file, `${mode} ${mtimeMs} ${await readFile(file, 'utf8')}`] as const
    }),
  )
  return Object.fromEntries(found)
}

describe.skipIf(skip)(`with a keychain that was locked after an apply${note}`, () => {
  test.each(['auth.json', 'keyfile'])(
    'plan, status and apply say that the copy is unchanged, and write nothing (%s)',
    async (delivery) => {
      const { sandbox, run } = await lockedWorld(`delivery: ${delivery}\n${manifest}`)
      const before = await filesOf(sandbox)
      for (const args of [['plan', '--check'], ['status'], ['apply']]) {
        const { status, stdout, stderr } = await run(...args)
        expect({ args, status }).toEqual({ args, status: 0 })
        expect(stderr).toBe(
          'opgen: note: the keychain is locked: the key of "haimaker" was not looked at; its copy is unchanged [key-not-read]\n',
        )
        expect(stdout).not.toContain(KEY)
      }
      expect(await filesOf(sandbox)).toEqual(before)
    },
  )

  test('what needs no key is applied', async () => {
    const { sandbox, run } = await lockedWorld(manifest)
    const auth = await textOf(sandbox.authFile)
    await writeManifest(sandbox, more)
    const applied = await succeeds(run('apply', '--json'))
    expect(JSON.parse(applied.stdout)).toMatchObject({
      applied: true,
      changes: [{ id: 'haimaker', action: 'update', key: 'unknown' }],
      diagnostics: [{ code: 'key-not-read', severity: 'info' }],
    })
    expect(await textOf(join(sandbox.configFolder, 'opencode.jsonc'))).toContain('another/model')
    expect(await textOf(sandbox.authFile)).toBe(auth)
    expect(await succeeds(run('apply'))).toMatchObject({ stdout: 'Nothing to change.\n' })
  })

  test('another destination is not applied, and plan and status go on', async () => {
    const { sandbox, run } = await lockedWorld(manifest)
    await writeManifest(sandbox, elsewhere)
    const before = await filesOf(sandbox)
    const refused = await run('apply')
    expect(refused).toMatchObject({ status: 1, stdout: '' })
    expect(refused.stderr).toContain('opgen: error: the keychain is locked for "haimaker"\n')
    const plan = await run('plan', '--check')
    expect(plan.status).toBe(2)
    expect(plan.stderr).toContain('was not looked at; `opgen apply` will need it')
    const { stdout } = await succeeds(run('status', '--json'))
    expect(JSON.parse(stdout)).toMatchObject({
      providers: [{ id: 'haimaker', state: 'pending', key: 'unknown' }],
    })
    expect(await filesOf(sandbox)).toEqual(before)
  })

  test('plan and status raise no dialog, and apply does not wait for one for ever', async () => {
    const { service, run } = await lockedWorld(manifest)
    // With this prompter a dialog would never end.
    await ownSilently(service.environment['DBUS_SESSION_BUS_ADDRESS'] ?? '', GNOME_PROMPTER)
    for (const command of ['plan', 'status']) {
      const { stderr } = await succeeds(run(command))
      expect(stderr).toContain('the keychain is locked: the key of "haimaker" was not looked at')
    }
    const applied = await succeeds(run('apply'))
    expect(applied.stdout).toBe('Nothing to change.\n')
    expect(applied.stderr).toContain('the keychain gave no answer in time: the key of "haimaker"')
  })

  test('the same holds without any bus', async () => {
    const { sandbox } = await lockedWorld(manifest)
    const run = (...args: readonly string[]) => opgen(sandbox, args, { environment: NO_BUS })
    for (const args of [['plan', '--check'], ['status'], ['apply']]) {
      const { stderr } = await succeeds(run(...args))
      expect(stderr).toContain('there is no keychain service to ask: the key of "haimaker"')
    }
    await writeManifest(sandbox, elsewhere)
    expect(await run('plan', '--check')).toMatchObject({ status: 2 })
    expect(await run('apply')).toMatchObject({ status: 1, stdout: '' })
  })

  test('a provider that leaves the manifest needs no key', async () => {
    const { sandbox, run } = await lockedWorld(manifest)
    await writeManifest(sandbox, 'version: 1\nproviders: {}\n')
    const { stderr } = await succeeds(run('apply'))
    expect(stderr).not.toContain('keychain')
    expect(await textOf(sandbox.authFile)).toBeUndefined()
  })
})
