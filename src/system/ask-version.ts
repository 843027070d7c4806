import fs from 'node:fs'
import path from 'node:path'
import { versionIn } from '../core/opencode-line.ts'
import { runApart } from './run-apart.ts'
import type { ApartEnd } from './run-apart.ts'

/** How long a program may take to say its version: OpenCode takes 0.6 s where its file is warm. */
const DEADLINE_MS = 10_000

/** More than any program prints for `--version`. */
const MOST_BYTES = 16_384

/** A version manager may install what it starts when it is first called. */
const TRIES = 2

type Environment = Readonly<Record<string, string | undefined>>

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
  try {
    return await runApart('opgen-version-', async ({ folder, run }) => {
      for (let tries = 1; tries <= TRIES && !ends.aborted; tries += 1) {
        const version = versionOf(
          await run({
            program,
            args: ['--version'],
            workingFolder: folder,
            env: environmentFor(folder, env),
            ends,
            mostBytes: MOST_BYTES,
          }),
        )
        if (version !== undefined) return version
      }
      return undefined
    })
  } catch {
    // There is nowhere to put its home.
    return undefined
  }
}

function versionOf(end: ApartEnd): string | undefined {
  return end.state === 'ended' && end.code === 0 ? versionIn(end.printed) : undefined
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
