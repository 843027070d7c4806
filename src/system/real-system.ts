import { randomBytes } from 'node:crypto'
import { OpgenError } from '../errors.ts'
import { createLookingSystem } from './looking-system.ts'
import type { Program } from './looking-system.ts'
import type {
  Commands,
  Finished,
  Http,
  Locks,
  Machine,
  Processes,
  System,
  Vault,
} from './system.ts'

export function createRealSystem(program: Program): System {
  const { packageFolder, version } = program
  const looking = createLookingSystem(program)
  const { machine } = looking
  return {
    ...looking,
    vault: {
      encrypt: async (text, to) => (await openVault()).encrypt(text, to),
      inspect: async (file) => (await openVault()).inspect(file),
      decrypt: async (file, identities) => (await openVault()).decrypt(file, identities),
    },
    commands: { key: async (request) => (await openCommands()).key(request) },
    processes: {
      named: async (name) => (await openProcesses()).named(name),
      run: async (argv, options) => (await import('./run-child.ts')).runChild(argv, options),
    },
    locks: { take: async (files, folder) => (await openLocks()).take(files, folder) },
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
