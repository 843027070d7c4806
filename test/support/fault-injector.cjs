// Loaded into a program under test with `node --require`: counts its changes of the disk and kills it
// (SIGKILL) at one of them.
//   FAULT_LOG    file that gets one JSON line per change, with its time and the watched files that it
//                changed
//   FAULT_WATCH  the watched files, one per line
//   FAULT_AT     number of the change to die at, from 1
//   FAULT_HOW    `before` the change, `after` it, or in the `middle` of a write: half of it is done
'use strict'
const fs = require('node:fs')
const promises = require('node:fs/promises')

const { FAULT_LOG, FAULT_WATCH = '', FAULT_AT, FAULT_HOW } = process.env
const watched = FAULT_WATCH.split('\n').filter((file) => file !== '')

/** Functions whose every call is a change. */
const CHANGES = `
  appendFileSync chmodSync chownSync copyFileSync cpSync fchmodSync fchownSync fdatasyncSync fsyncSync
  ftruncateSync futimesSync lchownSync linkSync lutimesSync mkdirSync mkdtempSync renameSync rmSync
  rmdirSync symlinkSync truncateSync unlinkSync utimesSync writeFileSync writeSync writevSync
`
  .trim()
  .split(/\s+/)
const WRITES = ['appendFileSync', 'writeFileSync', 'writeSync']

const original = { ...fs }
/** Open handles, with their files and whether they were opened for writing. */
const handles = new Map()
const texts = new Map(watched.map((file) => [file, textOf(file)]))
let count = 0
/** Node's own functions call each other: what happens inside a change is part of it. */
let inside = false

/** Milliseconds on the clock that all processes share and nobody sets. */
function now() {
  return Number(process.hrtime.bigint()) / 1e6
}

/** @param {string} file */
function textOf(file) {
  try {
    return original.readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

/** @param {unknown} flags */
function isForWriting(flags) {
  return flags !== undefined && flags !== 'r' && flags !== original.constants.O_RDONLY
}

/**
 * @param {string} name
 * @param {readonly unknown[]} args
 */
function isChange(name, args) {
  if (name === 'openSync') return isForWriting(args[1])
  if (name === 'closeSync') return handles.get(args[0])?.writes === true
  return true
}

function die() {
  process.kill(process.pid, 'SIGKILL')
  // The signal takes the process away before this begins to wait.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

/**
 * Write the first half of what was to be written.
 *
 * @param {string} name
 * @param {readonly unknown[]} args
 */
function writeHalf(name, args) {
  const [to, what] = args
  if (!WRITES.includes(name)) return
  const bytes = Buffer.isBuffer(what) ? what : Buffer.from(String(what))
  const handle =
    typeof to === 'number'
      ? to
      : original.openSync(String(to), name === 'appendFileSync' ? 'a' : 'w')
  original.writeSync(handle, bytes.subarray(0, Math.floor(bytes.length / 2)))
}

/**
 * @param {string} name
 * @param {readonly unknown[]} args
 * @param {number} began
 */
function record(name, args, began) {
  const ended = now()
  if (FAULT_LOG === undefined) return
  const path = handles.get(args[0])?.path ?? args[0]
  /** @type {Record<string, string | null>} */
  const changed = {}
  for (const file of watched) {
    const text = textOf(file)
    if (text !== texts.get(file)) changed[file] = text
    texts.set(file, text)
  }
  const to = name === 'renameSync' ? String(args[1]) : null
  const facts = { name, path: String(path), to, writes: WRITES.includes(name), changed }
  original.appendFileSync(FAULT_LOG, `${JSON.stringify({ ...facts, began, ended })}\n`)
}

/**
 * @param {string} name
 * @param {Function} change
 * @param {readonly unknown[]} args
 */
function carryOut(name, change, args) {
  count += 1
  const isHere = String(count) === FAULT_AT
  if (isHere && FAULT_HOW === 'middle') writeHalf(name, args)
  if (isHere && FAULT_HOW !== 'after') die()
  const began = now()
  const result = Reflect.apply(change, fs, args)
  if (isHere) die()
  record(name, args, began)
  return result
}

for (const name of [...CHANGES, 'openSync', 'closeSync']) {
  const change = Reflect.get(original, name)
  Reflect.set(fs, name, (/** @type {readonly unknown[]} */ ...args) => {
    if (inside) return Reflect.apply(change, fs, args)
    inside = true
    try {
      const isOne = isChange(name, args)
      const result = isOne ? carryOut(name, change, args) : Reflect.apply(change, fs, args)
      if (name === 'openSync') handles.set(result, { path: args[0], writes: isOne })
      if (name === 'closeSync') handles.delete(args[0])
      return result
    } finally {
      inside = false
    }
  })
}

/**
 * The program writes only with the functions above. If that changes, the tests must hear of it: what
 * is not counted is not tested.
 *
 * @param {object} module
 * @param {string} name
 */
function forbid(module, name) {
  const own = Reflect.get(module, name)
  if (typeof own !== 'function') return
  Reflect.set(module, name, (/** @type {readonly unknown[]} */ ...args) => {
    if (name === 'open' && !isForWriting(args[1])) return Reflect.apply(own, module, args)
    throw new Error(`fault-injector: ${name} is a change that nobody counts`)
  })
}

for (const name of CHANGES.map((sync) => sync.replace(/Sync$/, ''))) {
  forbid(fs, name)
  forbid(promises, name)
}
forbid(promises, 'open')
forbid(fs, 'createWriteStream')
