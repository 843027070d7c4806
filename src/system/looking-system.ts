import os from 'node:os'
import { OpgenError } from '../errors.ts'
import { realFiles } from './real-files.ts'
import type { Keychain, Machine, OpenCodePrograms, System } from './system.ts'

/** What the running program knows of itself. */
export interface Program {
  /** The script and arguments that start the keychain's child (see `main.ts`). */
  readonly keychainScript: readonly string[]
  readonly packageFolder: string
  readonly version: string
  /** Another one for every other build of the program. */
  readonly build: string
}

/** The doors through which a run only looks, unless it has something to do. */
export type LookingSystem = Pick<System, 'files' | 'keychain' | 'machine' | 'openCode'>

export function createLookingSystem(program: Program): LookingSystem {
  const machine = readMachine()
  return {
    files: realFiles,
    keychain: {
      batch: async (requests, patience) => (await openKeychain(program)).batch(requests, patience),
    },
    machine,
    openCode: {
      find: async (also) => (await openInstalled(machine)).find(also),
      versionOf: async (found) => (await openInstalled(machine)).versionOf(found),
      ask: async (found, request) => (await openInstalled(machine)).ask(found, request),
      isDatabaseOfV2: async (file) => (await openInstalled(machine)).isDatabaseOfV2(file),
      readDatabase: async (file) => (await openInstalled(machine)).readDatabase(file),
    },
  }
}

/** Loaded when first used: most runs ask no keychain, and only those that change something look further. */
async function openKeychain({ keychainScript }: Program): Promise<Keychain> {
  const { createOsKeychain } = await import('./os-keychain.ts')
  return createOsKeychain({ childScript: keychainScript, env: process.env })
}

async function openInstalled(machine: Machine): Promise<OpenCodePrograms> {
  return (await import('./opencode-install.ts')).createOpenCodePrograms(machine)
}

function readMachine(): Machine {
  const platform = process.platform
  const known = platform === 'linux' || platform === 'darwin' || platform === 'win32'
  return {
    os: known ? platform : 'other',
    hostname: os.hostname(),
    user: userName(),
    arch: process.arch,
    // Looked for when they are needed, so that it is a failure like others where there is none.
    get home() {
      return homeFolder()
    },
    get cwd() {
      return workingFolder()
    },
    env: process.env,
  }
}

/** os.homedir() honours $HOME and %USERPROFILE%, as OpenCode does. */
function homeFolder(): string {
  try {
    return os.homedir() || os.userInfo().homedir
  } catch {
    // A uid without $HOME and without a passwd entry.
    throw new OpgenError({ code: 'no-place', what: 'home' })
  }
}

function workingFolder(): string {
  try {
    return process.cwd()
  } catch {
    throw new OpgenError({ code: 'no-place', what: 'working-folder' })
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
