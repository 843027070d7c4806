// Another program that writes a file as OpenCode writes auth.json: it reads it, changes its own entry,
// and writes all of it in place, without a lock (open, write, truncate). Started with `fork`; a round
// is a message with the writes to do, `finish` ends it, and the answer tells what was done and when.
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** @typedef {import('../faults/other-writer.ts').PlannedWrite} PlannedWrite */
/** @typedef {import('../faults/other-writer.ts').DoneWrite} DoneWrite */

const [, , file = '', form = ''] = process.argv
/** OpenCode re-prints auth.json, and edits a .jsonc where it changes. */
const change = form === 'json' ? changeEntry : changeText

/** Called when somebody touches a temporary file beside the file. @type {() => void} */
let onStir = () => {}
fs.watch(path.dirname(file), (_, name) => {
  if (name?.endsWith('.opgen-tmp') === true) onStir()
})

/** Milliseconds on the clock that all processes share and nobody sets. */
function now() {
  return Number(process.hrtime.bigint()) / 1e6
}

/**
 * @param {string} text
 * @param {string} value
 */
function changeEntry(text, value) {
  const entries = JSON.parse(text)
  entries.anthropic = { ...entries.anthropic, refresh: value }
  return JSON.stringify(entries, null, 2)
}

/**
 * @param {string} text
 * @param {string} value
 */
function changeText(text, value) {
  const changed = text.replace(/"username": "[^"]*"/, `"username": "${value}"`)
  if (changed === text || !text.endsWith('// the end\r\n')) throw new Error('torn')
  return changed
}

/**
 * @param {PlannedWrite} planned
 * @param {Promise<void>} opgenIsHere
 * @returns {Promise<DoneWrite>}
 */
async function writeOnce({ value, reads, waits, delay, hold }, opgenIsHere) {
  let old = reads === 'early' ? fs.readFileSync(file, 'utf8') : undefined
  if (waits === 'for-opgen') await opgenIsHere
  await pause(delay)
  old ??= fs.readFileSync(file, 'utf8')
  const text = Buffer.from(change(old, value))
  const opened = now()
  const handle = fs.openSync(file, fs.constants.O_WRONLY | fs.constants.O_CREAT, 0o666)
  if (hold > 0) await pause(hold)
  fs.writeSync(handle, text, 0, text.length, 0)
  if (hold > 0) await pause(hold)
  fs.ftruncateSync(handle, text.length)
  fs.closeSync(handle)
  return { value, opened, closed: now() }
}

/** @param {readonly PlannedWrite[]} plan */
async function runRound(plan) {
  /** @type {Promise<void>} */
  const opgenIsHere = new Promise((resolve) => {
    onStir = resolve
  })
  /** @type {DoneWrite[]} */
  const done = []
  try {
    for (const planned of plan) done.push(await writeOnce(planned, opgenIsHere))
    process.send?.(JSON.stringify({ done, torn: null }))
  } catch (error) {
    process.send?.(JSON.stringify({ done, torn: String(error) }))
  }
}

process.on('message', (/** @type {'finish' | readonly PlannedWrite[]} */ message) => {
  if (message === 'finish') onStir()
  else void runRound(message)
})
process.once('disconnect', () => process.exit())
