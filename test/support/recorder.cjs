// Loaded into a program under test with `node --require`: writes down, one JSON line each to the
// file $RECORDER_FILE, the arguments of every child it starts and the mode of every file it creates,
// at the moment of creation. Nothing has to be caught in the act.
'use strict'
const { ChildProcess } = require('node:child_process')
const fs = require('node:fs')

/** @param {object} line */
function record(line) {
  fs.appendFileSync(String(process.env['RECORDER_FILE']), `${JSON.stringify(line)}\n`)
}

const spawn = Reflect.get(ChildProcess.prototype, 'spawn')
/**
 * @this {import('node:child_process').ChildProcess}
 * @param {{ args: string[] }} options
 */
function recordedSpawn(options) {
  record({ child: options.args })
  return Reflect.apply(spawn, this, [options])
}
Reflect.set(ChildProcess.prototype, 'spawn', recordedSpawn)

/** The program writes with `openSync`, and so does `record`, but only its own file. */
const { openSync } = fs
/** @type {typeof openSync} */
fs.openSync = (path, flags, mode) => {
  const handle = openSync(path, flags, mode)
  const isRecord = String(path) === process.env['RECORDER_FILE']
  if (!isRecord && flags !== undefined && flags !== 'r') {
    record({ file: String(path), mode: fs.fstatSync(handle).mode & 0o777 })
  }
  return handle
}
