import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { versionIn } from '../core/opencode-line.ts'

/** How long a program may take to say its version: OpenCode takes 0.6 s where its file is warm. */
const DEADLINE_MS = 10_000

/** More than any program prints for `--version`. */
const MOST_BYTES = 16_384

/** A version manager may install what it starts when it is first called. */
const TRIES = 2

/** What ends this program without a word to it. */
const INTERRUPTIONS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Ask a program for its version; undefined when it says none. OpenCode makes its folders whatever it is asked,
 * so it gets a home of its own that goes afterwards, and nothing of the caller's environment but where
 * programs are.
 *
 * @param ends when it is given up, all tries together
 */
export async function askVersion(
  program: string,
  env: Environment,
  ends = AbortSignal.timeout(DEADLINE_MS),
): Promise<string | undefined> {
  let home: string
  try {
    home = fs.mkdtempSync(path.join(os.tmpdir(), 'opgen-version-'))
  } catch {
    return undefined
  }
  try {
    for (let tries = 1; tries <= TRIES && !ends.aborted; tries += 1) {
      const printed = await runOnce(program, { home, env, ends })
      const version = printed === undefined ? undefined : versionIn(printed)
      if (version !== undefined) return version
    }
    return undefined
  } catch {
    // It cannot even be started.
    return undefined
  } finally {
    removeHome(home)
  }
}

type Environment = Readonly<Record<string, string | undefined>>

interface Conditions {
  readonly home: string
  readonly env: Environment
  readonly ends: AbortSignal
}

/** What it printed, when it ended well; undefined otherwise. */
function runOnce(program: string, { home, env, ends }: Conditions): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, ['--version'], {
      cwd: home,
      env: environmentFor(home, env),
      stdio: ['ignore', 'pipe', 'ignore'],
      // A group of its own, so that what it starts ends with it.
      detached: process.platform !== 'win32',
      windowsHide: true,
    })
    const chunks: Buffer[] = []
    let size = 0
    let isOver = false
    const finish = (printed: string | undefined): void => {
      if (isOver) return
      isOver = true
      ends.removeEventListener('abort', giveUp)
      for (const signal of INTERRUPTIONS) process.off(signal, interrupted)
      killGroup(child)
      child.stdout.destroy()
      child.unref()
      resolve(printed)
    }
    const giveUp = (): void => finish(undefined)
    const interrupted = (signal: NodeJS.Signals): void => {
      finish(undefined)
      removeHome(home)
      process.kill(process.pid, signal)
    }
    ends.addEventListener('abort', giveUp)
    for (const signal of INTERRUPTIONS) process.once(signal, interrupted)
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size > MOST_BYTES) giveUp()
    })
    child.once('error', giveUp)
    // What it left running may hold its output open.
    child.once('exit', () => killGroup(child))
    child.once('close', (code) => {
      finish(code === 0 ? Buffer.concat(chunks).toString('utf8') : undefined)
    })
  })
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

function removeHome(home: string): void {
  try {
    fs.rmSync(home, { recursive: true, force: true, maxRetries: 3 })
  } catch {
    // What was killed may still be writing. It is below the folder for temporary files.
  }
}

/** Without which no program starts, or finds the one that it stands for. */
const NEEDED = [
  'PATH',
  'LANG',
  'SystemRoot',
  'SystemDrive',
  'ComSpec',
  'PATHEXT',
  'windir',
] as const

/** Where programs keep their things. */
const PLACES = {
  HOME: '.',
  USERPROFILE: '.',
  APPDATA: 'config',
  LOCALAPPDATA: 'data',
  XDG_CONFIG_HOME: 'config',
  XDG_DATA_HOME: 'data',
  XDG_STATE_HOME: 'state',
  XDG_CACHE_HOME: 'cache',
  XDG_RUNTIME_DIR: 'run',
  TMPDIR: 'tmp',
  TMP: 'tmp',
  TEMP: 'tmp',
} as const

function environmentFor(home: string, env: Environment): Record<string, string> {
  const given = NEEDED.flatMap((name) => {
    const value = env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const places = Object.entries(PLACES).map(([name, folder]) => {
    const place = path.join(home, folder)
    fs.mkdirSync(place, { recursive: true, mode: 0o700 })
    return [name, place] as const
  })
  return {
    ...Object.fromEntries([...given, ...places]),
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_PROJECT_CONFIG: '1',
    OPENCODE_PURE: '1',
    NO_COLOR: '1',
  }
}
