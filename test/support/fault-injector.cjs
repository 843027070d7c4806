// Loaded into a program under test with `node --require`: counts its changes of the disk and kills it
// (SIGKILL) at one of them, or refuses one.
//   FAULT_LOG    file that gets one JSON line per change, with its time and the watched files that it
//                changed
//   FAULT_WATCH  the watched files, one per line
//   FAULT_AT     number of the change to die at, from 1
//   FAULT_HOW    `before` the change, `after` it, or in the `middle` of a write: half of it is done;
//                `interrupt` it, as Ctrl-C would; `refuse` this one, or it and `all` after it that need space
//   FAULT_CODE   the code of the error with which it is refused
//   FAULT_BELOW  a folder: looks at what is below it are counted like changes
'use strict'
const fs = require('node:fs')
const promises = require('node:fs/promises')

const { FAULT_LOG, FAULT_WATCH = '', FAULT_AT, FAULT_HOW, FAULT_CODE, FAULT_BELOW } = process.env
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
/** Functions that only look. */
const LOOKS = `
  accessSync existsSync fstatSync lstatSync readFileSync readSync readdirSync readlinkSync statSync
`
  .trim()
  .split(/\s+/)
/** What a full disk refuses. */
const NEEDS_SPACE = [...WRITES, 'fdatasyncSync', 'linkSync', 'mkdirSync', 'openSync']

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
function isCounted(name, args) {
  return isChange(name, args) || isCountedLook(args)
}

/** @param {readonly unknown[]} args */
function isCountedLook([file]) {
  if (FAULT_BELOW === undefined) return false
  const path = String(handles.get(file)?.path ?? file)
  return path.startsWith(`${FAULT_BELOW}/`)
}

/**
 * @param {string} name
 * @param {readonly unknown[]} args
 */
function isChange(name, args) {
  if (LOOKS.includes(name) || name === 'native') return false
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
 * @param {Function} change
 * @param {readonly unknown[]} args
 */
function refuse(name, change, args) {
  writeHalf(name, args)
  // What cannot be closed is closed all the same.
  if (name === 'closeSync') Reflect.apply(change, fs, args)
  throw Object.assign(new Error(`${FAULT_CODE}: refused, ${name}`), { code: FAULT_CODE })
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
  const isLater = FAULT_HOW === 'all' && count > Number(FAULT_AT)
  if (isLater && NEEDS_SPACE.includes(name) && isChange(name, args)) refuse(name, change, args)
  if (isHere && (FAULT_HOW === 'all' || FAULT_HOW === 'refuse')) refuse(name, change, args)
  if (isHere && FAULT_HOW === 'middle') writeHalf(name, args)
  const isCtrlC = isHere && FAULT_HOW === 'interrupt'
  if (isCtrlC) process.kill(process.pid, 'SIGINT')
  const isDeadly = isHere && !isCtrlC
  if (isDeadly && FAULT_HOW !== 'after') die()
  const began = now()
  try {
    return Reflect.apply(change, fs, args)
  } finally {
    // Also what the disk refused was counted: without it all later numbers would be too low.
    if (isDeadly) die()
    record(name, args, began)
  }
}

/**
 * @param {object} module
 * @param {string} name
 */
function watch(module, name) {
  const change = Reflect.get(module, name)
  Reflect.set(module, name, (/** @type {readonly unknown[]} */ ...args) => {
    if (inside) return Reflect.apply(change, fs, args)
    inside = true
    try {
      const isOne = isCounted(name, args)
      const result = isOne ? carryOut(name, change, args) : Reflect.apply(change, fs, args)
      if (name === 'openSync') handles.set(result, { path: args[0], writes: isChange(name, args) })
      if (name === 'closeSync') handles.delete(args[0])
      return result
    } finally {
      inside = false
    }
  })
}

for (const name of [...CHANGES, 'openSync', 'closeSync']) watch(fs, name)
if (FAULT_BELOW !== undefined) {
  for (const name of LOOKS) watch(fs, name)
  watch(fs.realpathSync, 'native')
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
