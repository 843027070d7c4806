import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import type { Outcome } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { freshSandbox, freshSecretService, haimakerAt } from '../support/fresh.ts'
import { opgen, opgenProgram, place, succeeds, textOf, writeManifest } from '../support/opgen.ts'
import { need } from '../support/tools.ts'

const manifest = haimakerAt('https://llm.example/v1')
const withKey = { environment: { OPGEN_KEY_HAIMAKER: 'test-key-haimaker' } }

describe('the exit code', () => {
  test('is 0 with help and with the version', async () => {
    const sandbox = await freshSandbox()
    const version = await succeeds(opgen(sandbox, ['--version']))
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    const help = await succeeds(opgen(sandbox, []))
    for (const command of ['apply', 'plan', 'status', 'render', 'key']) {
      expect(help.stdout).toContain(command)
    }
  })

  test('is 64 for a command or an option that does not exist', async () => {
    const sandbox = await freshSandbox()
    await writeManifest(sandbox, manifest)
    for (const args of [['aply'], ['apply', '--forse'], ['key', 'set'], ['plan', 'extra']]) {
      const refused = await opgen(sandbox, args, withKey)
      expect({ args, status: refused.status, stdout: refused.stdout }).toEqual({
        args,
        status: 64,
        stdout: '',
      })
      expect(refused.stderr).toContain('opgen: error: ')
    }
    await expectNothingWritten(sandbox)
  })

  test('is 1 in a folder that has been removed, in JSON too', async () => {
    const sandbox = await freshSandbox()
    const script = `cd "$(mktemp -d)" && rmdir "$PWD" && exec "$0" "$@"`
    const run = async (...args: readonly string[]): Promise<Outcome> => {
      const line = ['-c', script, process.execPath, opgenProgram, ...args]
      return await runCommand('sh', line, { environment: sandbox.environment })
    }
    expect(await run('plan')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('opgen: error: the working folder is there no more\n'),
    })
    const { status, stdout } = await run('apply', '--json')
    expect({ status, ...JSON.parse(stdout) }).toMatchObject({
      status: 1,
      error: { code: 'no-place' },
    })
  })

  test('is 70 for a bug that no command catches, without what it says', async () => {
    const sandbox = await freshSandbox()
    await writeManifest(sandbox, manifest)
    const stray = join(sandbox.folder, 'stray.cjs')
    await place(stray, `setImmediate(() => { throw new Error('\\n  test-key-haimaker') })`)
    const environment = { ...withKey.environment, NODE_OPTIONS: `--require=${stray}` }
    const { status, stderr } = await opgen(sandbox, ['plan'], { environment })
    expect(status).toBe(70)
    expect(stderr).toMatch(/^opgen: bug: something was thrown .*\n {4}at .*stray\.cjs/)
    expect(stderr).not.toContain('test-key')
  })

  test('is 65 for a bad manifest, with every problem and its place', async () => {
    const sandbox = await freshSandbox()
    await writeManifest(
      sandbox,
      'version: 1\nproviders:\n  haimaker:\n    modles: [a]\n  b b: {}\n',
    )

    const refused = await opgen(sandbox, ['apply'], withKey)

    expect(refused).toMatchObject({ status: 65, stdout: '' })
    expect(refused.stderr).toContain('providers.yaml:4:5: error: ')
    expect(refused.stderr).toContain('providers.yaml:5:3: error: ')
    await expectNothingWritten(sandbox)
  })

  test('is 65 for an opencode.jsonc that cannot be parsed', async () => {
    const sandbox = await freshSandbox()
    const config = '{ "model": "a/b }\n'
    await place(join(sandbox.configFolder, 'opencode.jsonc'), config)
    await writeManifest(sandbox, manifest)

    expect(await opgen(sandbox, ['apply'], withKey)).toMatchObject({ status: 65 })

    expect(await textOf(join(sandbox.configFolder, 'opencode.jsonc'))).toBe(config)
    expect(await textOf(sandbox.authFile)).toBeUndefined()
  })

  test('is 3 for a hand-made change, until --force or --keep decides', async () => {
    const sandbox = await freshSandbox()
    const configFile = join(sandbox.configFolder, 'opencode.jsonc')
    await writeManifest(sandbox, manifest)
    await succeeds(opgen(sandbox, ['apply'], withKey))
    const written = (await textOf(configFile)) ?? ''
    const edited = written.replace('https://llm.example/v1', 'https://mine.example/v1')
    expect(edited).not.toBe(written)
    await writeFile(configFile, edited)

    const undecided = await opgen(sandbox, ['apply'], withKey)
    expect(undecided.status).toBe(3)
    expect(undecided.stdout + undecided.stderr).toContain('--force haimaker')
    expect(await textOf(configFile)).toBe(edited)
    expect(await opgen(sandbox, ['plan'], withKey)).toMatchObject({ status: 0 })
    expect(await opgen(sandbox, ['plan', '--check'], withKey)).toMatchObject({ status: 2 })

    await succeeds(opgen(sandbox, ['apply', '--keep', 'haimaker'], withKey))
    expect(await textOf(configFile)).toBe(edited)
    const kept = await succeeds(opgen(sandbox, ['apply'], withKey))
    expect(kept.stdout).toContain('Nothing to change.\n')
  })

  test('is 3 for a value that somebody else wrote, until --force overwrites it', async () => {
    const sandbox = await freshSandbox()
    const configFile = join(sandbox.configFolder, 'opencode.jsonc')
    const theirs =
      '{ "provider": { "haimaker": { "options": { "baseURL": "https://theirs.example" } } } }\n'
    await place(configFile, theirs)
    await writeManifest(sandbox, manifest)

    expect(await opgen(sandbox, ['apply'], withKey)).toMatchObject({ status: 3 })
    expect(await textOf(configFile)).toBe(theirs)
    expect(await textOf(sandbox.authFile)).toBeUndefined()

    await succeeds(opgen(sandbox, ['apply', '--force', 'haimaker'], withKey))
    expect(await textOf(configFile)).toContain('"https://llm.example/v1"')
  })

  test('is 2 for `plan --check` while apply would change something', async () => {
    const sandbox = await freshSandbox()
    await writeManifest(sandbox, manifest)
    expect(await opgen(sandbox, ['plan', '--check'], withKey)).toMatchObject({ status: 2 })
    await expectNothingWritten(sandbox)
    await succeeds(opgen(sandbox, ['apply'], withKey))
    expect(await opgen(sandbox, ['plan', '--check'], withKey)).toMatchObject({ status: 0 })
  })

  test('comes with one JSON document at every code but 64', async () => {
    const sandbox = await freshSandbox()
    await writeManifest(sandbox, manifest)
    const planned = await opgen(sandbox, ['plan', '--json', '--check'], withKey)
    expect(planned.status).toBe(2)
    expect(JSON.parse(planned.stdout)).toMatchObject({ version: 1, command: 'plan' })
    const applied = await succeeds(opgen(sandbox, ['apply', '--json'], withKey))
    expect(JSON.parse(applied.stdout)).toMatchObject({ command: 'apply', applied: true })
    await writeManifest(sandbox, 'version: 2\nproviders: {}\n')
    const refused = await opgen(sandbox, ['apply', '--json'], withKey)
    expect(refused.status).toBe(65)
    expect(JSON.parse(refused.stdout)).toMatchObject({ version: 1, command: 'apply' })
  })
})

const tools = await need('secret-service')
describe.skipIf(tools.skip)(`a keychain that gives no key${tools.note}`, () => {
  test('is a decision when it has none: exit 3, or --skip-missing', async () => {
    const sandbox = await freshSandbox()
    const { environment } = await freshSecretService()
    await writeManifest(sandbox, manifest)

    const undecided = await opgen(sandbox, ['apply'], { environment })
    expect(undecided.status).toBe(3)
    expect(undecided.stdout + undecided.stderr).toContain('--skip-missing')
    await expectNothingWritten(sandbox)

    const skipped = await succeeds(opgen(sandbox, ['apply', '--skip-missing'], { environment }))
    expect(skipped.stdout).toContain('Nothing to change.\n')
    await expectNothingWritten(sandbox)
  })

  test('is exit 1 when it is locked', async () => {
    const sandbox = await freshSandbox()
    const { environment } = await freshSecretService('locked')
    await writeManifest(sandbox, manifest.replace('haimaker:\n', 'seeded:\n'))

    const refused = await opgen(sandbox, ['apply'], { environment })

    expect(refused).toMatchObject({ status: 1 })
    expect(refused.stderr).toMatch(/opgen: error: .*locked/)
    expect(refused.stderr).toContain('opgen: hint: ')
    await expectNothingWritten(sandbox)
  })

  test('is exit 1 with a way out when there is no Secret Service at all', async () => {
    const sandbox = await freshSandbox()
    const { environment } = await freshSecretService('absent')
    await writeManifest(sandbox, manifest)

    const refused = await opgen(sandbox, ['apply'], { environment })

    expect(refused).toMatchObject({ status: 1 })
    expect(refused.stderr).toContain('opgen: error: ')
    expect(refused.stderr).toContain('opgen: hint: ')
    await expectNothingWritten(sandbox)
    const set = await opgen(sandbox, ['key', 'set', 'haimaker'], { environment, input: 'test-key' })
    expect(set).toMatchObject({ status: 1, stdout: '' })
  })

  test('is exit 1 when it does not answer in time', async () => {
    const sandbox = await freshSandbox()
    const service = await freshSecretService()
    await writeManifest(sandbox, manifest)
    const keyring = await keyringOf(service.pid)
    process.kill(keyring, 'SIGSTOP')
    try {
      const refused = await opgen(sandbox, ['apply'], { environment: service.environment })
      expect(refused).toMatchObject({ status: 1 })
      expect(refused.stderr).toMatch(/opgen: error: .*answer/)
      await expectNothingWritten(sandbox)
    } finally {
      process.kill(keyring, 'SIGCONT')
    }
  })
})

/** Neither OpenCode's files nor anything else is in the home. */
async function expectNothingWritten(sandbox: Sandbox): Promise<void> {
  const entries = await readdir(sandbox.home, { recursive: true, withFileTypes: true })
  expect(entries.filter((entry) => entry.isFile()).map((entry) => entry.name)).toEqual([])
}

/** The keyring daemon among the children of a Secret Service. */
async function keyringOf(service: number): Promise<number> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const status = (await textOf(`/proc/${name}/status`)) ?? ''
    const isKeyring = /^Name:\tgnome-keyring-d/m.test(status)
    if (isKeyring && status.includes(`\nPPid:\t${service}\n`)) return Number(name)
  }
  throw new Error('no gnome-keyring-daemon')
}
