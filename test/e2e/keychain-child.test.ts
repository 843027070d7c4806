import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import { createOsKeychain } from '../../src/system/os-keychain.ts'
import { freshSecretService } from '../support/fresh.ts'
import { read, shown } from '../support/keychain-requests.ts'
import { keychainChildScript } from '../support/real-keychain.ts'
import type { KeychainChildScript } from '../support/real-keychain.ts'
import { GNOME_PROMPTER, ownSilently } from '../support/silent-bus-name.ts'
import { need } from '../support/tools.ts'

/** A parent that asks for what is locked, and prints the child's pid once a dialog is being waited for. */
const PARENT = `
  const child = require('node:child_process').spawn(process.execPath, process.argv.slice(1), {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'], serialization: 'advanced' })
  const read = (account) => ({ op: 'read', service: 'opgen', account })
  child.send({ unlocking: 'may-ask', requests: [read('nobody'), read('seeded')] })
  child.once('message', () => console.log(child.pid))
`

const PATIENCE = { deadline: 30_000, onWaiting: () => {} }

/** For a process to end on a busy machine. */
const LONG_ENOUGH = { timeout: 20_000 }

const { skip, note } = await need('secret-service')

let child: KeychainChildScript
beforeAll(async () => {
  child = await keychainChildScript()
})
afterAll(() => child.remove())

/** Not one of the packages. */
function isOwn(source: string): boolean {
  return basename(source) !== 'node_modules'
}

describe('the child', () => {
  test('says so when the native module of this platform is not installed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'opgen-no-addon-'))
    const [script = '', ...args] = child.script
    // With the parts that it loads, and without the packages.
    await cp(dirname(script), folder, { recursive: true, filter: isOwn })
    const alone = join(folder, basename(script))
    const keychain = createOsKeychain({ childScript: [alone, ...args], env: process.env })
    const answers = await keychain.batch([...read('groq'), { op: 'probe' }], PATIENCE)
    await rm(folder, { recursive: true })
    expect(shown(answers)).toEqual(['module-missing', 'module-missing'])
  })

  test('is of no use to a person', async () => {
    const { status, stdout, stderr } = await runCommand(process.execPath, child.script)
    expect({ status, stdout, stderr }).toEqual({
      status: 64,
      stdout: '',
      stderr: 'opgen: error: `__keychain` is for opgen itself\n',
    })
  })

  test.skipIf(skip)(`ends with its parent, even while a dialog stands open${note}`, async () => {
    const service = await freshSecretService('locked')
    await ownSilently(service.environment['DBUS_SESSION_BUS_ADDRESS'] ?? '', GNOME_PROMPTER)
    const parent = spawn(process.execPath, ['-e', PARENT, ...child.script], {
      env: { ...process.env, ...service.environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [printed] = await once(parent.stdout, 'data')
    const pid = Number(String(printed))
    expect(process.kill(pid, 0)).toBe(true)
    parent.kill('SIGKILL')
    await vi.waitFor(async () => {
      // An orphan that nobody has collected yet is a zombie, and has ended.
      const { stdout } = await runCommand('ps', ['-o', 'stat=', '-p', String(pid)])
      expect(stdout.trim()).toMatch(/^Z?$/)
    }, LONG_ENOUGH)
  })
})
