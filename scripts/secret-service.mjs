// A real, private Secret Service (gnome-keyring on a bus of its own, or KeePassXC), for the demo and the tests.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { runCommand } from './command.mjs'

export const withKeyring = fileURLToPath(
  new URL('../test/support/with-keyring.sh', import.meta.url),
)
const withKeePassXc = fileURLToPath(
  new URL('../test/support/with-keepassxc-inner.sh', import.meta.url),
)

/** `keepassxc`: the tests run against KeePassXC instead of gnome-keyring. */
export const WHICH_SERVICE = 'OPGEN_TEST_SECRET_SERVICE'

/**
 * @typedef {object} SecretService
 * @property {Record<string, string>} environment lets a program reach the service, and no other
 * @property {number} pid the process whose children are the bus and the keyring
 * @property {() => Promise<void>} stop
 */

/**
 * Start a Secret Service and keep it until `stop`, or until this process ends.
 *
 * @param {'unlocked' | 'locked' | 'absent'} [state] `absent` is a bus on which nobody keeps secrets;
 *   `locked` holds service `opgen`, account `seeded`
 * @returns {Promise<SecretService>}
 */
export async function startSecretService(state = 'unlocked') {
  // `cat` ends when its input does, so the service cannot outlive whoever started it.
  const session = 'printf "%s\\n" "$DBUS_SESSION_BUS_ADDRESS" "$XDG_RUNTIME_DIR"; exec cat'
  const { WK_STATE, inner } = serviceFor(state)
  const child = spawn('bash', [withKeyring, ...inner, 'sh', '-c', session], {
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], WK_STATE },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let complaint = ''
  child.stderr.on('data', (chunk) => (complaint += chunk))
  const ended = once(child, 'close')

  /** @type {string[]} */
  const lines = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    if (lines.length === 2) break
  }
  child.stdout.resume()
  const [address, runtimeFolder] = lines
  if (address === undefined || runtimeFolder === undefined || child.pid === undefined) {
    await ended
    throw new Error(`no Secret Service: ${complaint.trim()}`)
  }
  return {
    environment: { DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: runtimeFolder },
    pid: child.pid,
    async stop() {
      child.stdin.end()
      await ended
    },
  }
}

/**
 * Who keeps the secrets. The bus of `absent` is where another service than gnome-keyring starts.
 *
 * @param {'unlocked' | 'locked' | 'absent'} state
 */
function serviceFor(state) {
  if (process.env[WHICH_SERVICE] !== 'keepassxc' || state === 'absent') {
    return { WK_STATE: state, inner: [] }
  }
  if (state === 'locked') throw new Error('a locked KeePassXC cannot be had without a screen')
  return { WK_STATE: 'absent', inner: ['bash', withKeePassXc] }
}

/**
 * Why no Secret Service can be had here; undefined when one can.
 *
 * @returns {Promise<string | undefined>}
 */
export async function whyNoSecretService() {
  if (process.platform !== 'linux') return 'a Secret Service exists on Linux only'
  const tool = await runCommand('secret-tool', ['--version'])
  if (tool.status === 127) return 'secret-tool is missing'
  const { WK_STATE, inner } = serviceFor('unlocked')
  const environment = { ...process.env, WK_STATE }
  const trial = await runCommand('bash', [withKeyring, ...inner, 'true'], { environment })
  return trial.status === 0 ? undefined : trial.stderr.trim().split('\n').at(-1)
}
