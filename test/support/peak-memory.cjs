// Preloaded into opgen's processes: each says at its end how much memory it had in use at most.
'use strict'
const { appendFileSync } = require('node:fs')

process.on('exit', () => {
  const { PEAK_MEMORY_FILE: file } = process.env
  // Kilobytes, on every system.
  if (file !== undefined) appendFileSync(file, `${process.resourceUsage().maxRSS}\n`)
})
