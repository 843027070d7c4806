import { randomBytes } from 'node:crypto'
import os from 'node:os'
import { OpgenError } from '../errors.ts'
import { realFiles } from './real-files.ts'
import type {
  Commands,
  Finished,
  Http,
  Keychain,
  Locks,
  Machine,
  OpenCodePrograms,
  Processes,
  System,
  Vault,
} from './system.ts'

/** What the running program knows of itself. */
export interface Program {
  /** The script and arguments that start the keychain's child (see `main.ts`). */
  readonly keychainScript: readonly string[]
  readonly packageFolder: string
  readonly version: string
}

export function createRealSystem(program: Program): System {
  const { packageFolder, version } = program
  const machine = readMachine()
  return {
    files: realFiles,
    keychain: {
      batch: async (requests, patience) => (await openKeychain(program)).batch(requests, patience),
    },
    vault: {
      encrypt: async (text, to) => (await openVault()).encrypt(text, to),
      inspect: async (file) => (await openVault()).inspect(file),
      decrypt: async (file, identities) => (await openVault()).decrypt(file, identities),
    },
    machine,
    commands: { key: async (request) => (await openCommands()).key(request) },
    processes: {
      named: async (name) => (await openProcesses()).named(name),
      run: async (argv, options) => (await import('./run-child.ts')).runChild(argv, options),
    },
    locks: { take: async (files, folder) => (await openLocks()).take(files, folder) },
    openCode: {
      find: async (also) => (await openInstalled(machine)).find(also),
      versionOf: async (found) => (await openInstalled(machine)).versionOf(found),
      ask: async (found, request) => (await openInstalled(machine)).ask(found, request),
      isDatabaseOfV2: async (file) => (await openInstalled(machine)).isDatabaseOfV2(file),
      readDatabase: async (file) => (await openInstalled(machine)).readDatabase(file),
    },
    http: {
      ask: async (request, patience) => (await openHttp(program, machine)).ask(request, patience),
    },
    now: () => new Date(),
    randomBytes: (count) => new Uint8Array(randomBytes(count)),
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    uninterrupted,
    packageFolder,
    version,
  }
}

/** Loaded when first used: most runs ask no keychain, and only those that change something look further. */
async function openKeychain({ keychainScript }: Program): Promise<Keychain> {
  const { createOsKeychain } = await import('./os-keychain.ts')
  return createOsKeychain({ childScript: keychainScript, env: process.env })
}

/** Loading the age format takes its time, and two commands need it. */
async function openVault(): Promise<Vault> {
  return (await import('./age-vault.ts')).createAgeVault()
}

async function openProcesses(): Promise<Pick<Processes, 'named'>> {
  const { createRealProcesses } = await import('./real-processes.ts')
  return createRealProcesses()
}

async function openCommands(): Promise<Commands> {
  const { createRealCommands } = await import('./real-commands.ts')
  return createRealCommands(process.env)
}

async function openLocks(): Promise<Locks> {
  return (await import('./real-locks.ts')).realLocks
}

async function openInstalled(machine: Machine): Promise<OpenCodePrograms> {
  return (await import('./opencode-install.ts')).createOpenCodePrograms(machine)
}

async function openHttp({ version }: Program, { env }: Machine): Promise<Http> {
  return (await import('./real-http.ts')).createRealHttp({ version, env })
}

/** What a person or a session's end sends; nothing can be done about SIGKILL. */
const INTERRUPTIONS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

async function uninterrupted<T>(work: () => Promise<T>): Promise<Finished<T>> {
  let interrupted = false
  const remember = (): void => {
    interrupted = true
  }
  for (const signal of INTERRUPTIONS) process.on(signal, remember)
  try {
    const result = await work()
    // What came while files were written is told a turn of the event loop later.
    await new Promise(setImmediate)
    return { result, interrupted }
  } catch (error) {
    await new Promise(setImmediate)
    // Else it would be tried afresh, and who pressed Ctrl-C would see it done after all.
    if (interrupted && isTargetChanged(error)) throw new OpgenError({ code: 'interrupted' })
    throw error
  } finally {
    for (const signal of INTERRUPTIONS) process.off(signal, remember)
  }
}

function isTargetChanged(error: unknown): boolean {
  return error instanceof OpgenError && error.failure.code === 'target-changed'
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
