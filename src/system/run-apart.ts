import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** What ends this program without a word to it. */
const INTERRUPTIONS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Milliseconds that a killed program may take to be gone. */
const LAST_PATIENCE_MS = 2000

/** A program to start. */
export interface ApartRun {
  readonly program: string
  readonly args: readonly string[]
  readonly workingFolder: string
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>
  /** When it is given up. */
  readonly ends: AbortSignal
  /** Bytes of what it prints beyond which it is given up. */
  readonly mostBytes: number
  /** Asked with all that it has printed whenever there is more: once this is true, it is ended. */
  readonly isEnough?: (printed: string) => boolean
}

export type ApartEnd =
  /** `code`: undefined where a signal has ended it, as it is where it had printed enough. */
  | { readonly state: 'ended'; readonly code: number | undefined; readonly printed: string }
  | { readonly state: 'no-answer' }
  | { readonly state: 'not-started' }

/** A folder for programs, with nothing in it. */
export interface Apart {
  /** Its real path. Nobody else may look into it. */
  readonly folder: string
  /** Run a program without input; what it prints as errors is dropped. It ends with all that it has started. */
  readonly run: (start: ApartRun) => Promise<ApartEnd>
}

/**
 * Run programs in a folder of their own. It goes when the work is done, and so do they, also where a signal ends
 * this process.
 *
 * @param prefix what the name of the folder begins with
 * @throws Error where no folder can be made
 */
export async function runApart<T>(prefix: string, work: (apart: Apart) => Promise<T>): Promise<T> {
  const folder = fs.realpathSync.native(fs.mkdtempSync(path.join(os.tmpdir(), prefix)))
  const running = new Set<ChildProcess>()
  const interrupted = (signal: NodeJS.Signals): void => {
    forget()
    for (const child of running) killGroup(child)
    removeFolder(folder)
    // As if nobody had listened. Whoever else does, has been told by now.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
  }
  const forget = (): void => {
    for (const signal of INTERRUPTIONS) process.off(signal, interrupted)
  }
  for (const signal of INTERRUPTIONS) process.on(signal, interrupted)
  try {
    return await work({ folder, run: (start) => runToEnd(start, running) })
  } finally {
    forget()
    removeFolder(folder)
  }
}

async function runToEnd(start: ApartRun, running: Set<ChildProcess>): Promise<ApartEnd> {
  let child: StartedChild
  try {
    child = startGroup(start)
  } catch {
    return { state: 'not-started' }
  }
  running.add(child)
  try {
    return await endOf(child, start)
  } finally {
    running.delete(child)
  }
}

type StartedChild = ReturnType<typeof startGroup>

function startGroup({ program, args, workingFolder, env }: ApartRun) {
  return spawn(program, [...args], {
    cwd: workingFolder,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
    // A group of its own, so that what it starts ends with it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
}

function endOf(child: StartedChild, { ends, mostBytes, isEnough }: ApartRun): Promise<ApartEnd> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    let timer: NodeJS.Timeout | undefined
    let decided: ApartEnd | undefined
    let isOver = false
    const finish = (end: ApartEnd): void => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      ends.removeEventListener('abort', giveUp)
      killGroup(child)
      child.stdout.destroy()
      child.unref()
      resolve(end)
    }
    const stop = (end: ApartEnd): void => {
      if (decided !== undefined) return
      decided = end
      killGroup(child)
      // Nothing may be written any more when its folder goes.
      if (hasEnded(child)) finish(end)
      else timer = setTimeout(() => finish(end), LAST_PATIENCE_MS)
    }
    const giveUp = (): void => stop({ state: 'no-answer' })
    const printed = (): string => Buffer.concat(chunks).toString('utf8')
    ends.addEventListener('abort', giveUp)
    if (ends.aborted) giveUp()
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size > mostBytes) giveUp()
      else if (isEnough?.(printed()) === true) {
        stop({ state: 'ended', code: undefined, printed: printed() })
      }
    })
    child.once('error', () => finish({ state: 'not-started' }))
    child.once('exit', () => {
      // What it left running may hold its output open.
      killGroup(child)
      if (decided !== undefined) finish(decided)
    })
    child.once('close', (code) => {
      finish(decided ?? { state: 'ended', code: code ?? undefined, printed: printed() })
    })
  })
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Nobody of it is left.
  }
}

function removeFolder(folder: string): void {
  try {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  } catch {
    // What was killed may still be writing. It is below the folder for temporary files.
  }
}
