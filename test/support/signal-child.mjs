// Tells which signals it gets, and how often each, and goes on until a line of input comes: `exit 7`, or
// `die SIGTERM`.
import { createInterface } from 'node:readline'

/** @type {string[]} */
const seen = []
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']) {
  process.on(signal, () => {
    seen.push(signal)
    console.log(`got ${signal}`)
  })
}
console.log('ready')
const lines = createInterface({ input: process.stdin })
lines.once('line', (line) => {
  const [how, what = ''] = line.trim().split(' ')
  console.log(`in all ${seen.join(' ')}.`)
  lines.close()
  if (how === 'exit') process.exit(Number(what))
  process.removeAllListeners(what)
  process.kill(process.pid, what)
})
