import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll } from 'vitest'
import { root } from '../../scripts/set-up.mjs'

export interface ArgumentWatch {
  /** Every distinct command line seen on the machine meanwhile; NUL ends each argument. */
  stop(): Promise<readonly string[]>
}

/** Start looking at the arguments of every process on the machine. */
export async function watchArguments(): Promise<ArgumentWatch> {
  const script = join(root, 'test', 'support', 'argument-watch.mjs')
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  await lines.next()
  return {
    async stop() {
      child.stdin.end()
      const { value } = await lines.next()
      return JSON.parse(value ?? '[]')
    },
  }
}

/**
 * Watch while all the tests of a file run: whoever looks needs a processor of his own.
 *
 * @returns what ends it, and gives what was seen
 */
export function watchWholeFile(): () => Promise<readonly string[]> {
  let watch: ArgumentWatch | undefined
  let seen: readonly string[] | undefined
  const stop = async (): Promise<readonly string[]> => (seen ??= (await watch?.stop()) ?? [])
  beforeAll(async () => {
    watch = await watchArguments()
  })
  afterAll(stop)
  return stop
}
