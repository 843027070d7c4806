import type { JsonDocument, JsonProblem } from '../jsonc/parse.ts'
import type { OpenCodeLine } from '../opencode-line.ts'

/**
 * Why OpenCode reads a text as configuration (contract 1.2): a file of its global folder, the file that
 * `OPENCODE_CONFIG` names, a file of the project or of a `.opencode` folder there, of `~/.opencode`, of the folder
 * that `OPENCODE_CONFIG_DIR` names, the text in `OPENCODE_CONFIG_CONTENT`, the managed folder of an administrator,
 * or a file that opgen was told to look at.
 */
export type LayerKind =
  | 'global'
  | 'config-variable'
  | 'project'
  | 'dot-folder'
  | 'home-dot-folder'
  | 'config-dir'
  | 'content'
  | 'managed'
  | 'given'

/** One text that OpenCode reads as configuration, and merges with the others. */
export interface ConfigLayer {
  readonly kind: LayerKind
  /** Absolute path as it is found; of `content` the name of its variable. */
  readonly file: string
  readonly text: string
  /** Undefined: it does not parse, or has no bytes, which counts as absent. */
  readonly document: JsonDocument | undefined
  readonly problem: JsonProblem | undefined
  /** Whether the document is of the text with its `{env:}` and `{file:}` filled in: as it stands, it is no JSON. */
  readonly filledIn: boolean
  /** The lines of OpenCode that read it. */
  readonly readBy: ReadonlySet<OpenCodeLine>
  /** The text as it stands, where `text` has been filled in. */
  readonly asWritten?: string
  /** Why nothing was read of it, or not what stands there. */
  readonly fault?: LayerFault
}

/**
 * What is wrong with a file before it is JSON: a folder stands in its place, or a file in that of its folder; it is
 * a pipe or the like; the system refuses it; or it is no UTF-8, and was read with marks for what is none.
 */
export type LayerFault = 'is-folder' | 'folder-is-file' | 'no-file' | 'refused' | 'not-text'
