// Runs programs apart, each time as many at once as the first argument says, and tells on standard output where.
import { runApart } from '../../src/system/run-apart.ts'

const [count = '1', program = ''] = process.argv.slice(2)

async function runOne(): Promise<void> {
  await runApart('opgen-apart-test-', async (apart) => {
    console.log(apart.folder)
    await apart.run({
      program,
      args: [],
      workingFolder: apart.folder,
      env: { PATH: process.env['PATH'] ?? '' },
      ends: new AbortController().signal,
      mostBytes: 1024,
    })
  })
}

void Promise.all(Array.from({ length: Number(count) }, runOne))
