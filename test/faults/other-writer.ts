import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { root } from '../../scripts/set-up.mjs'

/** What the other program is to do: read the file, change its own value, write all of it in place. */
export interface PlannedWrite {
  /** What it then has for a value of its own. */
  readonly value: string
  /** Whether it reads at once, or after it has waited. */
  readonly reads: 'early' | 'late'
  /** Whether it waits until opgen has a temporary file beside the file; at the latest until opgen ended. */
  readonly waits: 'for-opgen' | 'for-nobody'
  /** Milliseconds that it waits then. */
  readonly delay: number
  /** Milliseconds between opening and writing, and between writing and truncating. */
  readonly hold: number
}

/** A write that was done. Milliseconds on the monotonic clock of this computer. */
export interface DoneWrite {
  readonly value: string
  readonly opened: number
  readonly closed: number
}

export interface RoundOfWrites {
  readonly done: readonly DoneWrite[]
  /** What the writer could not read, because nobody but opgen can have damaged it; else null. */
  readonly torn: string | null
}

export interface OtherWriter {
  begin(plan: readonly PlannedWrite[]): void
  /** Let it end its round: what it was waiting for does not come any more. */
  finish(): Promise<RoundOfWrites>
}

/**
 * Another program that writes `file`, until the test is over: all of it anew as JSON, as OpenCode does
 * with auth.json, or only its own value in a text.
 */
export function startOtherWriter(file: string, form: 'json' | 'text'): OtherWriter {
  const child = fork(join(root, 'test', 'support', 'in-place-writer.mjs'), [file, form], {
    execArgv: [],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let answer: Promise<unknown[]> | undefined
  return {
    begin(plan) {
      answer = once(child, 'message')
      child.send([...plan])
    },
    async finish() {
      child.send('finish')
      const [round] = (await answer) ?? []
      return JSON.parse(String(round))
    },
  }
}
