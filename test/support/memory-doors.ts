import { commandLine } from '../../src/core/key-source.ts'
import { Secret } from '../../src/core/secret.ts'
import type {
  CommandFault,
  Commands,
  DatabaseContent,
  Keychain,
  KeychainAnswer,
  KeychainRequest,
  KeychainSituation,
  OpenCodeAnswer,
  OpenCodePrograms,
  OpenCodeRequest,
} from '../../src/system/system.ts'

/** The OpenCodes of a world. */
export interface MemoryOpenCode {
  /** Versions by absolute path; null: one that does not say. */
  readonly installed: Map<string, string | null>
  /** Whether the packages of the programs have their versions. */
  isPackaged: boolean
  /** Databases that an OpenCode 2.x has opened. */
  readonly databasesOfV2: Set<string>
  /** What databases hold, by absolute path; others cannot be read. */
  readonly databases: Map<string, DatabaseContent>
  /** The programs that were started for their version. */
  readonly started: string[]
  /** What programs were asked, and what they answer; without that nothing is started. */
  readonly asked: (OpenCodeRequest & { readonly program: string })[]
  answer: ((request: OpenCodeRequest) => OpenCodeAnswer) | undefined
}

/** A keychain in memory: `service/account` to key. */
export function memoryKeychain(
  entries: Map<string, string>,
  asked: KeychainRequest[][],
  refuses: () => KeychainSituation | undefined,
): Keychain {
  const answer = (request: KeychainRequest): KeychainAnswer => {
    const situation = refuses()
    if (situation !== undefined) return { status: 'refused', situation }
    if (request.op === 'probe') return { status: 'done' }
    const name = `${request.service}/${request.account}`
    const stored = entries.get(name)
    switch (request.op) {
      case 'read':
        return stored === undefined
          ? { status: 'absent' }
          : { status: 'present', secret: new Secret(stored) }
      case 'store':
        entries.set(name, request.secret.reveal())
        return { status: 'done' }
      case 'remove':
        return entries.delete(name) ? { status: 'done' } : { status: 'absent' }
    }
  }
  return {
    batch: async (requests) => {
      asked.push([...requests])
      return requests.map(answer)
    },
  }
}

/** Programs that print what is said here. */
export function memoryCommands(
  printed: Readonly<Record<string, string | CommandFault>>,
  ran: string[],
): Commands {
  return {
    key: async (request) => {
      const line = commandLine(request)
      ran.push(line)
      const answer = printed[line] ?? { kind: 'not-found' }
      return typeof answer === 'string'
        ? { status: 'present', secret: new Secret(answer) }
        : { status: 'refused', fault: answer }
    },
  }
}

/** Programs that may be an OpenCode. */
export function memoryPrograms(here: MemoryOpenCode): OpenCodePrograms {
  return {
    find: async () =>
      [...here.installed].map(([path, version]) => ({
        path,
        realPath: path,
        size: 1,
        // As a new version is a new file.
        mtimeMs: Buffer.from(version ?? '').reduce((sum, byte) => sum * 3 + byte, 0),
        version: here.isPackaged ? (version ?? undefined) : undefined,
      })),
    async versionOf({ path }) {
      here.started.push(path)
      return { version: here.installed.get(path) ?? undefined, lasts: true }
    },
    async ask({ path }, request) {
      here.asked.push({ ...request, program: path })
      return here.answer?.(request) ?? { state: 'not-started' }
    },
    isDatabaseOfV2: async (file) => here.databasesOfV2.has(file),
    readDatabase: async (file) => here.databases.get(file),
  }
}
