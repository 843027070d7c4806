import type { JsonObject, JsonValue } from '../json.ts'
import type { JsonDocument, JsonProblem, Member } from '../jsonc/parse.ts'
import type { OpenCodeLine } from '../opencode-line.ts'
import type { Secret } from '../secret.ts'
import type { RecordedState } from '../state/recorded.ts'
import type { Beside } from './beside.ts'
import type { ConfigLayer } from './config-layer.ts'
import type { MergedNode } from './merged-config.ts'

/** All that doctor looks at, read once: a value. Absolute paths throughout. */
export interface Scene {
  readonly machine: SceneMachine
  /** Whether it is about this machine; false: about files that the command line names. */
  readonly isWhole: boolean
  /** What OpenCode 1 reads as configuration, lowest precedence first. */
  readonly layers: readonly ConfigLayer[]
  /** What OpenCode 2 reads, lowest precedence first; the same objects where they are the same. */
  readonly layersOf2: readonly ConfigLayer[]
  /** The configuration as OpenCode 1 merges it; undefined where there is none. */
  readonly config: MergedNode | undefined
  /** The blocks under `provider`, as OpenCode 1 merges them. */
  readonly providers: readonly SceneProvider[]
  readonly auth: SceneAuth
  /** Logins by id, as OpenCode 1 reads them: of auth.json, or of the variable that replaces it. */
  readonly logins: ReadonlyMap<string, JsonValue>
  /** The files that `{file:…}` refers to, by absolute path. */
  readonly references: ReadonlyMap<string, FileState>
  /** Files that look like OpenCode's and are not read. */
  readonly strays: readonly Stray[]
  /** Config files and auth.json that stand in a git work tree. */
  readonly git: ReadonlyMap<string, GitState>
  readonly installed: Installed
  /** Running programs that are called `opencode`. */
  readonly running: readonly { readonly pid: number; readonly startedAt: number }[]
  readonly recorded: RecordedState
  /** Ids of the providers that opgen manages here. */
  readonly managed: ReadonlySet<string>
  readonly catalogue: Catalogue
  /** When opgen last changed a file of OpenCode's, in milliseconds since 1970 UTC; undefined: not that it knows. */
  readonly lastApplyAt: number | undefined
  /** Plugins that OpenCode loads because of where they are. */
  readonly localPlugins: readonly string[]
  /** What stands beside config files, and what their variables lead to. */
  readonly beside: Beside
  /**
   * Adapters that OpenCode does not bring and finds here, as the configuration names them: packages in its cache,
   * and `file://` URLs whose file is there.
   */
  readonly adapterCache: ReadonlySet<string>
  /** The file that `{file:…}` of a layer's text leads to. */
  readonly fileOf: (layer: ConfigLayer, path: string) => string
  /** Files that the command line names and that are not there. */
  readonly notThere: readonly string[]
}

export interface SceneMachine {
  readonly os: 'linux' | 'darwin' | 'win32' | 'other'
  readonly home: string
  readonly cwd: string
  /** OpenCode's global config folder. */
  readonly configFolder: string
  /** The value of an environment variable; undefined: it is not set. Empty ones are set. */
  readonly env: (name: string) => string | undefined
  /** A path as a message shows it. */
  readonly display: (path: string) => string
}

export interface SceneProvider {
  readonly id: string
  readonly node: MergedNode
  readonly block: JsonObject
  /** Whether OpenCode knows the id by itself. */
  readonly inCatalogue: boolean
  readonly isManaged: boolean
  /** The adapter of the models that it declares; undefined: each keeps that of the catalogue. */
  readonly adapter: string | undefined
  readonly models: readonly SceneModel[]
}

export interface SceneModel {
  readonly key: string
  readonly node: MergedNode
  readonly block: JsonObject
}

export interface SceneAuth {
  readonly file: string
  /** `refused`: it is there, and cannot be read. */
  readonly state: 'absent' | 'text' | 'folder' | 'refused'
  readonly text: string
  /** Undefined: there is none, or it does not parse as strict JSON with an object as its root. */
  readonly document: JsonDocument | undefined
  readonly problem: JsonProblem | undefined
  readonly entries: readonly Member[]
  /** Permissions, where there is a file and the system has them. */
  readonly mode: number | undefined
  /** Where it leads, when it is a symlink. */
  readonly linkTo: string | undefined
}

/** A file that a configuration refers to. */
export interface FileState {
  readonly kind: 'absent' | 'file' | 'folder' | 'refused'
  /** Its text without white space around it; undefined where there is no text. */
  readonly content: Secret | undefined
  readonly isEmpty: boolean
  readonly mode: number | undefined
}

export interface Stray {
  readonly file: string
  /** Why OpenCode does not read it, and where it would. */
  readonly why: 'wrong-folder' | 'wrong-name' | 'wrong-format' | 'toml'
  /** Where OpenCode would read it. */
  readonly instead?: string
}

/** `inside`: it is in a work tree and not in its index, as far as that can be told. */
export type GitState = 'tracked' | 'inside'

export interface Installed {
  /** In the order in which PATH has them. */
  readonly programs: readonly InstalledProgram[]
  /** What there is besides of OpenCode 2, as messages show it: the registration of its service, its database. */
  readonly tracesOf2: readonly string[]
  readonly databases: readonly DatabaseFacts[]
}

export interface InstalledProgram {
  readonly path: string
  /** Null: it did not say. */
  readonly version: string | null
  readonly line: OpenCodeLine | undefined
}

/** What is known of a database of OpenCode's, without any secret that it holds. */
export interface DatabaseFacts {
  readonly file: string
  readonly mode: number | undefined
  /** Names of its tables; undefined: it could not be read. */
  readonly tables: readonly string[] | undefined
  readonly isOf2: boolean
  /** Credentials that OpenCode 2 has stored. */
  readonly credentials: readonly StoredCredential[]
}

export interface StoredCredential {
  /** The provider that it is for. */
  readonly id: string
  readonly label: string
  readonly isActive: boolean
}

/** What OpenCode knows by itself. */
export interface Catalogue {
  readonly has: (id: string) => boolean
  readonly ids: () => Iterable<string>
  /** Its models by key; undefined: nothing is known of them here. */
  readonly models: (id: string) => JsonObject | undefined
  /** The variables that it takes keys from; undefined: not known here. */
  readonly variables: (id: string) => readonly string[] | undefined
  /** Its adapter and its base URL; undefined: not known here. */
  readonly adapter?: (id: string) => string | undefined
  readonly address?: (id: string) => string | undefined
}

/** Whether an OpenCode of this line is installed, or has left traces. */
export function hasLine({ installed }: Scene, line: OpenCodeLine): boolean {
  if (installed.programs.some((program) => program.line === line)) return true
  return line === 2 && installed.tracesOf2.length > 0
}

/** Whether an OpenCode of this line may be started here: none is known, or this one is. */
export function mayBeLine(scene: Scene, line: OpenCodeLine): boolean {
  const known = scene.installed.programs.filter((program) => program.line !== undefined)
  return known.length === 0 || known.some((program) => program.line === line)
}
