import fs from 'node:fs'
import { expect } from 'vitest'

/** Wait until a process has ended; a killed one is there until somebody has collected it. */
export async function expectEnded(pid: number): Promise<void> {
  await expect
    .poll(
      () => {
        try {
          return / [ZX] /.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))
        } catch {
          return true
        }
      },
      { timeout: 20_000 },
    )
    .toBe(true)
}
