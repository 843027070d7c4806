import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parseBatch } from './keychain-protocol.ts'
import type { WireAnswer } from './keychain-protocol.ts'
import { answerBatch } from './keychain-store.ts'
import type { KeyringAddon } from './keychain-store.ts'

/**
 * Be the keychain child: load the addon, wait for one batch on the IPC channel, answer it, end.
 *
 * A child of its own because a store that waits for the user to unlock it cannot be told to stop: the
 * call blocks for up to a year, and a process with such a call in flight does not even exit. The
 * parent kills this one. If the parent ends first, however it ends, this one ends itself.
 *
 * Keep the imports few: nothing else in the program is started as often.
 */
export function runKeychainChild(): void {
  if (process.send === undefined) {
    process.stderr.write('opgen: error: `__keychain` is for opgen itself\n')
    process.exitCode = 64
    return
  }
  // Not process.exit(): it waits for calls in flight, and so for ever.
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  const addon = loadAddon()
  process.once('message', (message: unknown) => {
    void answerMessage(message, addon).then(() => process.disconnect())
  })
}

async function answerMessage(message: unknown, addon: KeyringAddon | undefined): Promise<void> {
  const batch = parseBatch(message)
  if (batch === undefined) return
  if (addon === undefined) {
    const answer = { status: 'refused', situation: 'module-missing' } as const
    for (const index of batch.requests.keys()) await send(index, answer)
    return
  }
  await answerBatch(batch, addon, process.platform, send)
}

/** Hand one answer to the parent; resolved when it has left this process. */
function send(index: number, answer: WireAnswer): Promise<void> {
  return new Promise((resolve) => {
    process.send?.({ index, answer }, undefined, undefined, () => resolve())
  })
}

/** The native module of this platform; undefined when it was not installed or cannot be loaded. */
function loadAddon(): KeyringAddon | undefined {
  try {
    // `require` because `import` of the same file takes ten times as long. From the script's real
    // place because in the bundle `import.meta.url` does not exist and argv[1] may be a symlink.
    const addon: KeyringAddon = createRequire(realpathSync(process.argv[1] ?? ''))(
      '@napi-rs/keyring',
    )
    return addon
  } catch {
    return undefined
  }
}
