import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Secret } from '../core/secret.ts'
import { parseMessage } from './keychain-protocol.ts'
import type { WireAnswer, WireBatch, WireRequest } from './keychain-protocol.ts'
import type {
  Keychain,
  KeychainAnswer,
  KeychainPatience,
  KeychainRequest,
  KeychainSituation,
} from './system.ts'

/** How long a store may be silent before the user is told that it is being waited for. */
const PATIENT_MS = 2000

/** The longest delay of a timer; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1

export interface OsKeychainOptions {
  /** The script that calls `runKeychainChild()`, and its arguments. Run by the same Node.js. */
  readonly childScript: readonly string[]
  /** This process's environment; the child is given what it may know of it. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * The keychain of the operating system: Secret Service, macOS keychain, Windows Credential Manager.
 *
 * `absent` means that no collection of the store has such an entry. It does not mean that one could
 * be stored: a Secret Service without a default collection (WSL, a fresh ssh login) finds nothing
 * without complaint. Only `probe`, which writes, tells.
 */
export function createOsKeychain(options: OsKeychainOptions): Keychain {
  return {
    async batch(requests, patience) {
      if (requests.length === 0) return []
      return startKeychainChild(options).ask(requests, patience)
    },
  }
}

/** A running child that waits for its only batch. It does not keep this process alive. */
interface KeychainChild {
  /** Never rejects. The child is gone, or about to be, when the promise resolves. Call it once. */
  ask(
    requests: readonly KeychainRequest[],
    patience: KeychainPatience,
  ): Promise<readonly KeychainAnswer[]>
}

/**
 * Start the child. It loads the keychain's native module at once and opens the store at the first
 * request, so it may be started before it is known what to ask.
 */
function startKeychainChild(options: OsKeychainOptions): KeychainChild {
  const child = spawn(process.execPath, [...options.childScript], {
    env: childEnvironment(options.env),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    windowsHide: true,
  })
  child.unref()
  child.channel?.unref()
  const ended = new Promise<void>((resolve) => {
    // After `disconnect` no message can follow; after `exit` one still can.
    child.once('disconnect', resolve)
    child.on('error', () => resolve())
  })

  return {
    ask: (requests, { deadline, onWaiting, unlocking = 'may-ask', signal }) =>
      new Promise((resolve) => {
        const answers = new Map<number, KeychainAnswer>()
        let told = false
        const waiting = setTimeout(() => {
          told = true
          onWaiting()
        }, PATIENT_MS)
        const timeout = setTimeout(() => finish('no-answer'), Math.min(deadline, LONGEST_MS))

        function finish(rest: KeychainSituation): void {
          clearTimeout(waiting)
          clearTimeout(timeout)
          // Whatever it still does is not wanted, and it may be unable to end by itself.
          child.kill('SIGKILL')
          const unanswered = { status: 'refused', situation: rest } as const
          resolve(requests.map((_, index) => answers.get(index) ?? unanswered))
        }

        child.on('message', (received) => {
          const message = parseMessage(received)
          if (message === undefined) return
          answers.set(message.index, fromWire(message.answer))
          if (!told) waiting.refresh()
          if (requests.every((_, index) => answers.has(index))) finish('unknown')
        })
        void ended
          .then(() => hasCrashed(child))
          .then((crashed) => finish(crashed && answers.size === 0 ? 'module-missing' : 'unknown'))
        signal?.addEventListener('abort', () => finish('no-answer'))
        // That it could not be sent shows in `ended`.
        child.send(toWire(requests, unlocking), () => {})
      }),
  }
}

/** How a program ends whose machine code is damaged, or of another processor. */
const CRASHES: ReadonlySet<string> = new Set(['SIGBUS', 'SIGILL', 'SIGSEGV', 'SIGTRAP', 'SIGABRT'])

/** Windows gives such an end an exit code from here on. */
const WINDOWS_CRASH = 0xc000_0000

/**
 * Whether the child crashed, and did not end by itself. Before its first answer that comes of loading the
 * native module, such as a file that was cut short: nothing that JavaScript could catch.
 */
async function hasCrashed(child: ChildProcess): Promise<boolean> {
  if (child.pid === undefined) return false
  // It is gone, or on its way out: this changes nothing but that the end is certain.
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return CRASHES.has(child.signalCode ?? '') || (child.exitCode ?? 0) >= WINDOWS_CRASH
}

/**
 * What the child may know: the session (D-Bus, home, display), but no key of opgen's, and nothing
 * that changes how Node.js starts: `NODE_OPTIONS` could load code beside the keys, and
 * `NODE_EXTRA_CA_CERTS` alone doubles the time.
 */
function childEnvironment(env: OsKeychainOptions['env']): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(?:NODE_|OPGEN_KEY_)/i.test(name)),
  )
}

function toWire(
  requests: readonly KeychainRequest[],
  unlocking: WireBatch['unlocking'],
): WireBatch {
  return { unlocking, requests: requests.map(requestToWire) }
}

function requestToWire(request: KeychainRequest): WireRequest {
  switch (request.op) {
    case 'read':
    case 'remove':
      return request
    case 'store':
      return { ...request, secret: request.secret.reveal() }
    case 'probe': {
      const id = randomUUID()
      return { op: 'probe', service: 'opgen', account: `opgen-probe-${id}`, secret: id }
    }
  }
}

function fromWire(answer: WireAnswer): KeychainAnswer {
  if (answer.status !== 'present') return answer
  return { status: 'present', secret: new Secret(answer.secret) }
}
