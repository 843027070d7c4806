// Preloaded into a program: /proc lists no process, so that what else runs on the machine is told nowhere.
const fs = require('node:fs')

const { readdirSync } = fs
// @ts-expect-error -- one function for all its forms
fs.readdirSync = (/** @type {Parameters<typeof readdirSync>} */ ...args) =>
  args[0] === '/proc' ? [] : readdirSync(...args)
