import type { HttpAnswer, HttpRequest } from '../../src/core/http.ts'
import { OpgenError } from '../../src/errors.ts'
import type {
  CommandFault,
  FileFacts,
  Files,
  KeychainRequest,
  KeychainSituation,
  Machine,
  RunChildOptions,
  RunningProcess,
  System,
  Vault,
} from '../../src/system/system.ts'
import { failed } from './answering-server.ts'
import { memoryCommands, memoryKeychain, memoryPrograms } from './memory-doors.ts'
import type { MemoryOpenCode } from './memory-doors.ts'

interface MemoryFile {
  readonly text: string
  /** What is no text. */
  readonly bytes?: Uint8Array
  readonly mode: number
  /** Counts writes, so that a test can see that nothing was touched. */
  readonly mtimeMs: number
}

/** A world in memory: what a test puts in, and what is there afterwards. */
export interface MemoryWorld {
  readonly system: System
  readonly files: Map<string, MemoryFile>
  /** Symlinks: path to absolute target. */
  readonly links: Map<string, string>
  /** `service/account` to key. */
  readonly keychain: Map<string, string>
  /** Every batch that the keychain was asked. */
  readonly asked: KeychainRequest[][]
  /** Every command that was run, as one would type it. */
  readonly ran: string[]
  readonly openCode: MemoryOpenCode
  /** Every program that was run in opgen's place. */
  readonly children: RanProgram[]
  /** Every request that was sent. */
  readonly sent: HttpRequest[]
  write(file: string, content: string | Uint8Array, mode?: number): void
  read(file: string): string | undefined
  /** Set environment variables; null takes one away. */
  setEnv(variables: Readonly<Record<string, string | null>>): void
  /** Answer every keychain request with this situation from now on; undefined: as it should. */
  refuseKeychain(situation: KeychainSituation | undefined): void
}

export interface WorldOptions {
  readonly files?: Readonly<Record<string, string>>
  readonly keychain?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  /** Answer every keychain request with this situation. */
  readonly keychainRefuses?: KeychainSituation
  readonly processes?: readonly RunningProcess[]
  /** Working folder; `dotfiles` below home when absent. */
  readonly cwd?: string
  readonly os?: Machine['os']
  /** What commands print, by what one would type; others are not found. */
  readonly commands?: Readonly<Record<string, string | CommandFault>>
  /** Versions of the OpenCodes by absolute path. */
  readonly installed?: Readonly<Record<string, string | null>>
  /** What a program that is run in opgen's place ends with; 0 when absent. */
  readonly exitCode?: number
  /** What servers answer; without it there is no network. */
  readonly answer?: (request: HttpRequest) => HttpAnswer
  /** Called before each write; may throw to refuse it. */
  readonly beforeWrite?: (file: string) => void
}

export interface RanProgram extends RunChildOptions {
  readonly argv: readonly string[]
}

export const HOME = '/home/ana'

export function memoryWorld(options: WorldOptions = {}): MemoryWorld {
  let clock = 1
  const files = new Map<string, MemoryFile>()
  const links = new Map<string, string>()
  const keychain = new Map(Object.entries(options.keychain ?? {}))
  const asked: KeychainRequest[][] = []
  const ran: string[] = []
  const children: RanProgram[] = []
  const sent: HttpRequest[] = []
  const write = (file: string, content: string | Uint8Array, mode = 0o644): void => {
    const facts = { mode, mtimeMs: clock++ }
    if (typeof content === 'string') files.set(file, { text: content, ...facts })
    else files.set(file, { text: new TextDecoder().decode(content), bytes: content, ...facts })
  }
  for (const [file, text] of Object.entries(options.files ?? {})) write(file, text)
  const follow = (file: string): string => {
    const link = links.get(file)
    return link === undefined ? file : follow(link)
  }
  const env: Record<string, string | undefined> = { ...options.env }
  const setEnv = (variables: Readonly<Record<string, string | null>>): void => {
    for (const [name, value] of Object.entries(variables)) env[name] = value ?? undefined
  }
  let keychainRefuses = options.keychainRefuses
  const refuseKeychain = (situation: KeychainSituation | undefined): void => {
    keychainRefuses = situation
  }
  const openCode: MemoryOpenCode = {
    installed: new Map(Object.entries(options.installed ?? {})),
    isPackaged: false,
    databasesOfV2: new Set(),
    databases: new Map(),
    started: [],
    asked: [],
    answer: undefined,
  }
  const refuse = (file: string): void => options.beforeWrite?.(file)
  const memoryFiles: Files = {
    read: async (file) => files.get(follow(file))?.text,
    readBytes: async (file) => {
      const found = files.get(follow(file))
      return found && (found.bytes ?? new TextEncoder().encode(found.text))
    },
    list: async (folder) => namesIn([...files.keys(), ...links.keys()], folder),
    look: async (file) => factsOf(files, links, file),
    resolve: async (file) => follow(file),
    replace: async (file, text, given) => {
      refuse(file)
      const before = files.get(file)
      write(
        file,
        text,
        before !== undefined && given.existing === 'keep' ? before.mode : given.mode,
      )
    },
    exchange: async (file, { from, to, options: given }) => {
      const found = files.get(follow(file))
      if ((found?.text ?? '') !== (from ?? '')) return { done: false, found: found?.text }
      if (to === undefined) await memoryFiles.remove(file)
      else await memoryFiles.replace(file, to, given)
      if (found === undefined) return { done: true, former: undefined }
      return { done: true, former: { read: () => found.text, release: () => {} } }
    },
    remove: async (file) => {
      refuse(file)
      files.delete(file)
    },
    removeEmptyFolder: async () => {},
    sweep: async () => {},
    touch: async (file) => {
      const found = files.get(follow(file))
      if (found !== undefined) files.set(follow(file), { ...found, mtimeMs: clock++ })
    },
    tighten: async (file, mode) => {
      const found = files.get(follow(file))
      if (found === undefined || (found.mode & ~mode) === 0) return false
      files.set(follow(file), { ...found, mode: found.mode & mode })
      return true
    },
  }
  const system: System = {
    files: memoryFiles,
    keychain: memoryKeychain(keychain, asked, () => keychainRefuses),
    vault: quickVault,
    machine: { ...memoryMachine(env), ...onlyGiven(options) },
    processes: {
      named: async () => options.processes ?? [],
      run: async (argv, { env: given }) => {
        children.push({ argv, env: given })
        return { code: options.exitCode ?? 0 }
      },
    },
    commands: memoryCommands(options.commands ?? {}, ran),
    locks: { take: async () => ({ release: async () => {} }) },
    openCode: memoryPrograms(openCode),
    http: {
      ask: async (request) => {
        sent.push(request)
        return options.answer?.(request) ?? failed('no-host')
      },
    },
    now: () => new Date(Date.UTC(2026, 10, 23, 12, 0, 0)),
    randomBytes: (count) => new Uint8Array(count).fill(7),
    pause: async () => {},
    uninterrupted: async (work) => ({ result: await work(), interrupted: false }),
    packageFolder: '/opgen',
    version: '0.0.0-test',
  }
  const read = (file: string): string | undefined => files.get(file)?.text
  return {
    system,
    files,
    links,
    keychain,
    asked,
    ran,
    sent,
    children,
    openCode,
    write,
    read,
    setEnv,
    refuseKeychain,
  }
}

/** Real age files, whose passphrases cost next to nothing. */
const quickVault: Vault = {
  encrypt: async (text, to) => (await openQuickly()).encrypt(text, to),
  inspect: async (file) => (await openQuickly()).inspect(file),
  decrypt: async (file, identities) => (await openQuickly()).decrypt(file, identities),
}

async function openQuickly(): Promise<Vault> {
  const { createAgeVault } = await import('../../src/system/age-vault.ts')
  return createAgeVault({ workFactor: 4 })
}

function memoryMachine(env: Readonly<Record<string, string | undefined>>): Machine {
  return {
    os: 'linux',
    hostname: 'laptop.example.org',
    user: 'ana',
    arch: 'x64',
    home: HOME,
    cwd: `${HOME}/dotfiles`,
    env,
  }
}

function onlyGiven({ cwd, os }: WorldOptions): Partial<Pick<Machine, 'cwd' | 'os'>> {
  return { ...(cwd === undefined ? {} : { cwd }), ...(os === undefined ? {} : { os }) }
}

function namesIn(paths: readonly string[], folder: string): readonly string[] {
  const below = paths.filter((file) => file.startsWith(`${folder}/`))
  const names = below.map((file) => file.slice(folder.length + 1).split('/')[0] ?? '')
  return [...new Set(names)].toSorted()
}

function factsOf(
  files: ReadonlyMap<string, MemoryFile>,
  links: ReadonlyMap<string, string>,
  file: string,
): FileFacts | undefined {
  if (links.has(file)) return { kind: 'link', mode: 0o777, mtimeMs: 0, size: 0 }
  const found = files.get(file)
  if (found !== undefined) {
    const { mode, mtimeMs, text } = found
    return { kind: 'file', mode, mtimeMs, size: text.length }
  }
  const isFolder = [...files.keys()].some((name) => name.startsWith(`${file}/`))
  return isFolder ? { kind: 'folder', mode: 0o700, mtimeMs: 0, size: 0 } : undefined
}

/** What a full disk says. */
export function diskFull(file: string): never {
  throw new OpgenError({ code: 'file-refused', path: file, reason: 'disk-full' })
}
