import type { HttpAnswer, HttpRequest } from '../core/http.ts'
import type { Secret } from '../core/secret.ts'

/**
 * The doors to the outside. One real adapter each, and one in memory for the tests. Nothing else in
 * the program touches the disk, the keychain, the environment, the clock or other processes.
 */
export interface System {
  readonly files: Files
  readonly keychain: Keychain
  readonly machine: Machine
  readonly processes: Processes
  readonly locks: Locks
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

export interface Processes {
  /** Running processes of this user whose program is called `name`; empty where that is unknown. */
  named(name: string): Promise<readonly RunningProcess[]>
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

export interface HttpPatience {
  /** Milliseconds until there must be a connection, name and certificate looked at. */
  readonly connectDeadline: number
  /** Milliseconds until the answer must be whole, from the beginning. */
  readonly deadline: number
  /** Bytes of a body beyond which no more is taken in. */
  readonly mostBytes: number
  /** Called once when there has been no answer for half a second. */
  readonly onWaiting?: () => void
}

export interface Http {
  /**
   * Ask a server, once. No redirect is followed: it is an answer like others. No proxy is used. A
   * certificate is always checked. Never throws for what the world does.
   */
  ask(request: HttpRequest, patience: HttpPatience): Promise<HttpAnswer>
}
