import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { OpgenError } from '../errors.ts'
import type { Ended, RunChildOptions, RunRefusal } from './system.ts'

/** What is passed on. SIGWINCH and those that stop and continue come from the terminal, to all at once. */
const PASSED_ON = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const

/** What a terminal's keys send, to every process in its foreground. */
const FROM_KEYS: ReadonlySet<NodeJS.Signals> = new Set<NodeJS.Signals>(['SIGINT', 'SIGQUIT'])

/**
 * Signals of which this process ends when the child did: a shell goes on with its script after a plain exit
 * code. Not SIGQUIT and the like: this process has had keys in its memory, and they write it to disk.
 */
const SHARED_END: ReadonlySet<NodeJS.Signals> = new Set<NodeJS.Signals>([
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
])

/** {@link Processes.run} */
export async function runChild(
  [program, ...args]: readonly [string, ...string[]],
  { env }: RunChildOptions,
): Promise<Ended> {
  let child: ChildProcess | undefined
  // What comes while the child is being started is told after it has been.
  const listener = (signal: NodeJS.Signals): void => {
    if (!FROM_KEYS.has(signal) || !isInForeground()) child?.kill(signal)
  }
  for (const signal of PASSED_ON) process.on(signal, listener)
  try {
    child = start(program, args, env)
    const [code, signal] = await endOf(child, program)
    if (signal === null) return { code: code ?? 1 }
    if (SHARED_END.has(signal)) process.once('exit', () => process.kill(process.pid, signal))
    return { code: 128 + constants.signals[signal] }
  } finally {
    for (const signal of PASSED_ON) process.off(signal, listener)
  }
}

function start(
  program: string,
  args: readonly string[],
  env: RunChildOptions['env'],
): ChildProcess {
  try {
    return spawn(program, args, { env, stdio: 'inherit' })
  } catch (error) {
    throw refusal(program, error)
  }
}

/** Its exit code, or the signal that ended it. */
async function endOf(
  child: ChildProcess,
  program: string,
): Promise<readonly [number | null, NodeJS.Signals | null]> {
  return await new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => resolve([code, signal]))
    // Also said of a signal that may not be sent, as to `sudo`; then it runs on.
    child.on('error', (error) => {
      if (child.pid === undefined) reject(refusal(program, error))
    })
  })
}

/** Whether what keys send has reached the child by itself. */
function isInForeground(): boolean {
  try {
    return isForegroundStat(readFileSync('/proc/self/stat', 'utf8'))
  } catch {
    return process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  }
}

/**
 * Whether a process is in the foreground of a terminal, by its /proc/PID/stat (proc(5): 5 `pgrp`, 7
 * `tty_nr`, 8 `tpgid`). Its name, the second field, may hold anything.
 */
export function isForegroundStat(text: string): boolean {
  const [, , group, , terminal, foreground] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return terminal !== '0' && group !== undefined && group === foreground
}

function refusal(program: string, error: unknown): OpgenError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return new OpgenError({ code: 'not-started', program, reason: reasonOf(code) })
}

function reasonOf(code: unknown): RunRefusal {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return process.platform === 'win32' ? 'shim-not-found' : 'not-found'
    // A `.cmd` that is named in full.
    case 'EINVAL':
      return process.platform === 'win32' ? 'shim-not-found' : 'other'
    case 'EACCES':
    case 'EPERM':
      return 'not-permitted'
    case 'E2BIG':
    case 'ENAMETOOLONG':
      return 'too-large'
    default:
      return 'other'
  }
}
