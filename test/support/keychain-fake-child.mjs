// Plays the keychain child badly, or tells what it was given. `keychain-fake-child.mjs PLAY [FILE]`
import { writeFileSync } from 'node:fs'

/** @typedef {{ requests: readonly { account: string }[] }} Batch */

const [play = '', pidFile] = process.argv.slice(2)
if (pidFile !== undefined) writeFileSync(pidFile, String(process.pid))

/**
 * @param {number} index
 * @param {object} value
 * @returns {Promise<unknown>}
 */
function answer(index, value) {
  return new Promise((resolve) => {
    process.send?.({ index, answer: value }, undefined, undefined, resolve)
  })
}

function hang() {
  return new Promise((resolve) => setTimeout(resolve, 600_000))
}

/** @type {Record<string, (batch: Batch) => unknown>} */
const plays = {
  hang,
  die: () => process.exit(3),
  crash: () => process.kill(process.pid, 'SIGBUS'),
  leave: () => process.disconnect(),
  'answer-first-then-hang': async () => {
    await answer(0, { status: 'present', secret: 'test-key-first' })
    await hang()
  },
  'answer-first-then-die': async () => {
    await answer(0, { status: 'present', secret: 'test-key-first' })
    process.exit(3)
  },
  backwards: async ({ requests }) => {
    for (const [index, { account }] of [...requests.entries()].toReversed()) {
      await answer(index, { status: 'present', secret: `test-key-${account}` })
    }
    await hang()
  },
  garbage: async () => {
    for (const message of ['', 7, [], {}, { index: 'x' }, { index: 0 }]) process.send?.(message)
    await answer(0, { status: 'refused', situation: 'the key is sk-…' })
    await answer(0, { status: 'present', secret: { reveal: 'no' } })
    await answer(99, { status: 'absent' })
    await answer(0, { status: 'done' })
  },
  tell: async (batch) => {
    const told = JSON.stringify({ batch, env: process.env, argv: process.argv.slice(2) })
    await answer(0, { status: 'present', secret: told })
  },
}

process.once('message', (/** @type {Batch} */ batch) => plays[play]?.(batch))
