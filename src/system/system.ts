import type { StoredCredential } from '../core/doctor/scene.ts'
import type { HttpAnswer, HttpRequest } from '../core/http.ts'
import type { OpenCodeQuestion } from '../core/live/opencode-question.ts'
import type { Secret } from '../core/secret.ts'

/**
 * The doors to the outside. One real adapter each, and one in memory for the tests. Nothing else in
 * the program touches the disk, the keychain, the environment, the clock or other processes.
 */
export interface System {
  readonly files: Files
  readonly keychain: Keychain
  readonly vault: Vault
  readonly machine: Machine
  readonly processes: Processes
  readonly commands: Commands
  readonly locks: Locks
  readonly openCode: OpenCodePrograms
  readonly http: Http
  now(): Date
  randomBytes(count: number): Uint8Array
  /** Wait for so many milliseconds. */
  pause(milliseconds: number): Promise<void>
  /**
   * Do something that must not end half way: Ctrl-C and the like are put off until it is done.
   * `interrupted` tells whether there was one.
   */
  uninterrupted<T>(work: () => Promise<T>): Promise<Finished<T>>
  /** Absolute path of opgen's own package, which holds `templates/`. */
  readonly packageFolder: string
  /** Version of this opgen, as in package.json. */
  readonly version: string
}

/** Facts that differ from one computer or session to the next, read once. */
export interface Machine {
  readonly os: 'linux' | 'darwin' | 'win32' | 'other'
  readonly hostname: string
  readonly user: string
  readonly arch: string
  readonly home: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What a path is, without following a final symlink unless said. Permissions are `mode & 0o777`. */
export interface FileFacts {
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  readonly mode: number
  readonly mtimeMs: number
  readonly size: number
}

export interface ReplaceOptions {
  /** Mode of a new file, from its first byte. */
  readonly mode: number
  /** Mode of folders that have to be created. */
  readonly folderMode: number
  /** An existing file keeps its mode and owner (`keep`), or is given `mode` (`tighten`). */
  readonly existing: 'keep' | 'tighten'
}

export interface Finished<T> {
  readonly result: T
  readonly interrupted: boolean
}

/** What a file is to become, on a condition. */
export interface Exchange {
  /** The text that must stand there right before; undefined: nothing, or a file of no bytes. */
  readonly from: string | undefined
  /** The text to put there; undefined: the file goes. */
  readonly to: string | undefined
  readonly options: ReplaceOptions
}

export type Exchanged =
  | {
      readonly done: true
      /** The file that was replaced or removed, kept open; undefined where there was none. */
      readonly former: HeldFile | undefined
    }
  /** Another text stands there: nothing was done. `''`: it may be cut off just now. */
  | { readonly done: false; readonly found: string | undefined }

/** A file that is kept open, whatever its name leads to by now. To be released. */
export interface HeldFile {
  /** Its text now; undefined when it is not UTF-8, as one that is half written may be. May be refused. */
  read(): string | undefined
  release(): void
}

/** Absolute paths only. What the world refuses is an `OpgenError` that names the path. */
export interface Files {
  /** Text of a file, following symlinks; undefined when nothing is there. Invalid UTF-8 is refused. */
  read(path: string): Promise<string | undefined>
  /** The bytes of a file, following symlinks; undefined when nothing is there. */
  readBytes(path: string): Promise<Uint8Array | undefined>
  /** Names of what is in a folder, in order; empty when there is no such folder. */
  list(folder: string): Promise<readonly string[]>
  /** Facts about the path itself; a symlink is not followed. */
  look(path: string): Promise<FileFacts | undefined>
  /** The path with every symlink resolved. A path that does not exist resolves as far as it does. */
  resolve(path: string): Promise<string>
  /**
   * Replace a file atomically: temporary file in the same folder, O_EXCL and final mode, fsync,
   * rename, fsync of the folder. Never follows a final symlink: resolve first.
   */
  replace(path: string, text: string, options: ReplaceOptions): Promise<void>
  /**
   * Replace or remove a file as `replace` and `remove` do, if its text is still the expected one at the
   * last moment: other programs write the same files, and take no lock.
   */
  exchange(path: string, exchange: Exchange): Promise<Exchanged>
  /** Remove a file; no error when nothing is there. */
  remove(path: string): Promise<void>
  /** Remove a folder if there is nothing in it. What cannot be removed stays: never an error. */
  removeEmptyFolder(path: string): Promise<void>
  /**
   * Remove what a killed `replace` of this file left beside it. Those of running processes stay.
   */
  sweep(path: string): Promise<void>
  /** Make a file look written just now, and a link to it, too. What cannot be stays: never an error. */
  touch(path: string): Promise<void>
  /** Take away what a mode allows beyond `mode`; true when there was anything. Not on Windows. */
  tighten(path: string, mode: number): Promise<boolean>
}

/** One thing to ask of the OS keychain. */
export type KeychainRequest =
  | { readonly op: 'read'; readonly service: string; readonly account: string }
  | {
      readonly op: 'store'
      readonly service: string
      readonly account: string
      readonly secret: Secret
    }
  | { readonly op: 'remove'; readonly service: string; readonly account: string }
  /** Store, read back and remove a canary entry, to learn whether a key could be kept. */
  | { readonly op: 'probe' }

/** The answer to the request at the same index. */
export type KeychainAnswer =
  | { readonly status: 'present'; readonly secret: Secret }
  | { readonly status: 'absent' }
  | { readonly status: 'done' }
  | { readonly status: 'refused'; readonly situation: KeychainSituation }

/** Why a keychain gave no answer (told apart by message; the messages themselves are never shown). */
export type KeychainSituation =
  | 'no-service'
  | 'no-collection'
  | 'locked'
  | 'no-answer'
  | 'ambiguous'
  | 'not-text'
  | 'too-long'
  | 'module-missing'
  | 'unknown'

export interface KeychainPatience {
  /** Milliseconds before the batch is given up: every unanswered request is then `no-answer`. */
  readonly deadline: number
  /** Called once when the store has not answered for two seconds. */
  readonly onWaiting: () => void
  /**
   * `never-ask`: reads raise no unlock dialog; what is locked is `locked` (Linux; elsewhere it is the
   * system that decides). `may-ask`, the default: at most one dialog that the user dismisses.
   */
  readonly unlocking?: 'may-ask' | 'never-ask'
  /** Aborted when the answers are no longer wanted: the batch ends at once, unanswered. */
  readonly signal?: AbortSignal
}

export interface Keychain {
  /**
   * Ask everything in one go, in one short-lived child process. Never throws for what the store
   * says; answers are in the order of the requests.
   */
  batch(
    requests: readonly KeychainRequest[],
    patience: KeychainPatience,
  ): Promise<readonly KeychainAnswer[]>
}

/** A process of the same user. */
export interface RunningProcess {
  readonly pid: number
  /** Milliseconds since 1970 UTC, to the second. */
  readonly startedAt: number
}

/** Why a program was not started. `shim-not-found`: on Windows, where what npm installs is no program. */
export type RunRefusal = 'not-found' | 'shim-not-found' | 'not-permitted' | 'too-large' | 'other'

export interface Processes {
  /** Running processes of this user whose program is called `name`; empty where that is unknown. */
  named(name: string): Promise<readonly RunningProcess[]>
  /**
   * Run a program in the place of this one, without a shell: it has this process' streams, working folder
   * and terminal, and the signals that are sent to this process. Returns when it has ended. Where a signal of
   * a person's ended it, so it ends this process, once that has nothing left to do.
   *
   * @throws OpgenError `not-started`
   */
  run(argv: readonly [string, ...string[]], options: RunChildOptions): Promise<Ended>
}

export interface RunChildOptions {
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>
}

export interface Ended {
  /** As a shell has it: 128 and the signal's number where one ended the program. */
  readonly code: number
}

/** A program that prints a key. */
export interface CommandRequest {
  /** The program, by name or path, and its arguments. No shell is involved. */
  readonly argv: readonly string[]
  readonly folder: string
  /** Milliseconds before it is given up, with all that it has started. */
  readonly deadline: number
  /** Called once when it has not ended after two seconds. */
  readonly onWaiting: () => void
  /** Aborted when the key is no longer wanted. */
  readonly signal?: AbortSignal
}

export type CommandAnswer =
  /** What it printed, without one line break at the end. Not empty, and one line. */
  | { readonly status: 'present'; readonly secret: Secret }
  | { readonly status: 'refused'; readonly fault: CommandFault }

/** Why a program brought no key. Nothing that it printed is ever shown. */
export type CommandFault =
  | { readonly kind: 'not-found' | 'not-permitted' | 'no-folder' | 'no-answer' }
  | { readonly kind: 'nothing' | 'too-long' | 'many-lines' | 'not-text' }
  /** It ended with this code, or by this signal. */
  | { readonly kind: 'failed'; readonly with: number | string }

export interface Commands {
  /**
   * Run a program for the key that it prints. It is given no input and no terminal, and none of opgen's own
   * variables with keys. Never throws for what the program does.
   */
  key(request: CommandRequest): Promise<CommandAnswer>
}

/** A file that may be an OpenCode. */
export interface ProgramFile {
  /** Where it was found; it may be a link. */
  readonly path: string
  readonly realPath: string
  readonly size: number
  readonly mtimeMs: number
  /** Its version, where the package that it came in has it: then nobody has to start it. */
  readonly version: string | undefined
}

/** What a program says of itself. */
export interface ToldVersion {
  /** Undefined: it did not say. */
  readonly version: string | undefined
  /** Whether it will say the same as long as its file is the same. Scripts may start something else. */
  readonly lasts: boolean
}

export interface OpenCodeRequest extends OpenCodeQuestion {
  /** Milliseconds before it is given up, with all that it has started. */
  readonly deadline: number
  /** Bytes of what it prints beyond which it is given up. */
  readonly mostBytes: number
}

export type OpenCodeAnswer =
  /**
   * What it printed, which may hold anything. `code`: undefined where a signal has ended it, as it is where it had
   * printed enough.
   */
  | { readonly state: 'ended'; readonly code: number | undefined; readonly printed: string }
  | { readonly state: 'no-answer' }
  | { readonly state: 'not-started' }

/** What is known of a database of OpenCode's from a look inside. No secret is. */
export interface DatabaseContent {
  /** Names of its tables. */
  readonly tables: readonly string[]
  /** What OpenCode 2.x has stored; none where that cannot be told. */
  readonly credentials: readonly StoredCredential[]
}

/** What there is of OpenCode on this machine. Looking leaves nothing behind, and nothing here throws. */
export interface OpenCodePrograms {
  /**
   * Every `opencode` and `opencode2` in the absolute folders of PATH and in `~/.opencode/bin`, each file
   * once, and those of the paths given that are still there.
   */
  find(also: readonly string[]): Promise<readonly ProgramFile[]>
  /** Start a program to ask for its version, with an empty home and for some seconds at most. */
  versionOf(program: ProgramFile): Promise<ToldVersion>
  /** Start a program in a folder of its own, which goes with all that it has put there. */
  ask(program: ProgramFile, request: OpenCodeRequest): Promise<OpenCodeAnswer>
  /** Whether an OpenCode 2.x has made or changed this database. */
  isDatabaseOfV2(file: string): Promise<boolean>
  /** What a database holds; undefined where that cannot be told. */
  readDatabase(file: string): Promise<DatabaseContent | undefined>
}

/** What one process at a time may do. */
export interface Locks {
  /**
   * Take a lock on each of these files, or on none of them; undefined when another process holds one.
   * The system lets go of them when this process ends, however it ends.
   *
   * @param folder opgen's own folder, for systems where a lock needs a file
   */
  take(files: readonly string[], folder: string): Promise<Lock | undefined>
}

export interface Lock {
  release(): Promise<void>
}

/** Whom an age file is encrypted to. */
export type VaultRecipients =
  | { readonly kind: 'passphrase'; readonly passphrase: Secret }
  /** `age1…`, checked. */
  | { readonly kind: 'recipients'; readonly recipients: readonly string[] }

/** What opens an age file. */
export type VaultIdentities =
  | { readonly kind: 'passphrase'; readonly passphrase: Secret }
  /** `AGE-SECRET-KEY-1…`, checked. */
  | { readonly kind: 'identities'; readonly identities: readonly Secret[] }

/** What an age file says of itself: what opens it, or why nothing does. */
export type VaultKind = 'passphrase' | 'recipients' | 'not-age' | 'other-kind' | 'work-factor'

export type OpenedVault =
  | { readonly ok: true; readonly text: Secret }
  /** `not-text`: it was opened, and holds something else. */
  | { readonly ok: false; readonly fault: 'no-match' | 'damaged' | 'not-text' }

/** Age files, which carry keys from one machine to another. */
export interface Vault {
  /** Encrypt a text; armoured, and another one each time. */
  encrypt(text: Secret, to: VaultRecipients): Promise<string>
  /** Look at what opens a file, armoured or not. */
  inspect(file: Uint8Array): Promise<VaultKind>
  /** Open a file that {@link inspect} says opens with such identities. Never throws for what it holds. */
  decrypt(file: Uint8Array, identities: VaultIdentities): Promise<OpenedVault>
}

export interface HttpPatience {
  /** Milliseconds until there must be a connection, name and certificate looked at. */
  readonly connectDeadline: number
  /** Milliseconds until the answer must be whole, from the beginning. */
  readonly deadline: number
  /** Bytes of a body beyond which no more is taken in. */
  readonly mostBytes: number
  /** Called once when there has been no answer for half a second. */
  readonly onWaiting?: () => void
  /** Called with each piece of the body as it comes. The server's text: never to be shown. */
  readonly onText?: (text: string) => void
}

export interface Http {
  /**
   * Ask a server, once; through a proxy where OpenCode would. No redirect is followed: it is an answer
   * like others. A certificate is always checked. Never throws for what the world does.
   */
  ask(request: HttpRequest, patience: HttpPatience): Promise<HttpAnswer>
}
