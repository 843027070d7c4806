import { randomBytes } from 'node:crypto'
import os from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { createOsKeychain } from './os-keychain.ts'
import { realFiles } from './real-files.ts'
import { createRealProcesses } from './real-processes.ts'
import type { Machine, System } from './system.ts'

/** What the running program knows of itself. */
export interface Program {
  /** The script and arguments that start the keychain's child (see `main.ts`). */
  readonly keychainScript: readonly string[]
  readonly packageFolder: string
  readonly version: string
}

export function createRealSystem(program: Program): System {
  const { packageFolder, version } = program
  return {
    files: realFiles,
    keychain: createOsKeychain({ childScript: program.keychainScript, env: process.env }),
    machine: readMachine(),
    processes: createRealProcesses(),
    now: () => new Date(),
    randomBytes: (count) => new Uint8Array(randomBytes(count)),
    pause: (milliseconds) => setTimeout(milliseconds),
    packageFolder,
    version,
  }
}

function readMachine(): Machine {
  const platform = process.platform
  const known = platform === 'linux' || platform === 'darwin' || platform === 'win32'
  return {
    os: known ? platform : 'other',
    hostname: os.hostname(),
    user: userName(),
    arch: process.arch,
    // os.homedir() honours $HOME and %USERPROFILE%, as OpenCode does.
    home: os.homedir() || os.userInfo().homedir,
    cwd: process.cwd(),
    env: process.env,
  }
}

/** `os.userInfo()` throws for a uid without a passwd entry, as in some containers. */
function userName(): string {
  try {
    return os.userInfo().username
  } catch {
    return process.env['USER'] ?? process.env['USERNAME'] ?? ''
  }
}
