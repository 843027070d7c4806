// Loaded into a program under test with `node --require`: writes down, one JSON line each to the
// file $RECORDER_FILE, the arguments of every child it starts and the mode of every file it creates,
// at the moment of creation. Nothing has to be caught in the act.
'use strict'
const { ChildProcess } = require('node:child_process')
const { appendFileSync, fstatSync } = require('node:fs')
const promises = require('node:fs/promises')

/** @param {object} line */
function record(line) {
  appendFileSync(String(process.env['RECORDER_FILE']), `${JSON.stringify(line)}\n`)
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

const { open } = promises
/** @type {typeof open} */
promises.open = async (path, flags, mode) => {
  const handle = await open(path, flags, mode)
  const { mode: actual } = fstatSync(handle.fd)
  if (flags !== undefined && flags !== 'r') record({ file: String(path), mode: actual & 0o777 })
  return handle
}
