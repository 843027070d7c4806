import type { Severity } from '../diagnostic.ts'
import type { JsonValue, Path } from '../json.ts'
import type { Secret } from '../secret.ts'
import type { Place } from './merged-config.ts'
import type { Scene } from './scene.ts'

/** One kind of fault that doctor knows. A fixture of the same name in `test/doctor` has it, and is mended. */
export interface Rule {
  /** Stable kebab-case name. */
  readonly code: string
  /** Of its findings, unless they say otherwise. */
  readonly severity: Severity
  /** What it finds, as a noun phrase: "an `apiKey` from a variable that is not set". */
  readonly title: string
  /** What OpenCode makes of it, and why that is a problem: one sentence. */
  readonly cause: string
  /** What to do about it in general, in the imperative. */
  readonly fix: string
  /** How it is known: `contract 3.3; anomalyco/opencode#34388`. */
  readonly source: string
  check(scene: Scene): readonly Found[]
}

/** What a rule found. What it does not say is said as the rule says it. */
export interface Found {
  /** What is wrong here, in one line. Never a value that may be a key. */
  readonly message: string
  readonly cause?: string
  readonly fix?: string
  readonly severity?: Severity
  /** Id of the provider that it is about. */
  readonly provider?: string
  readonly at?: At
  /** What `--fix` does about it, where that is safe. */
  readonly repair?: Repair
}

/** A place in a file; without an offset the whole file. */
export interface At {
  readonly file: string
  readonly text?: string
  readonly offset?: number
}

/** What `--fix` changes in one file. Values at paths; undefined: nothing is to stand there. */
export type Repair =
  | {
      readonly target: 'config' | 'auth'
      readonly file: string
      readonly edits: readonly RepairEdit[]
    }
  /** Nobody but the user may read it afterwards. */
  | { readonly target: 'mode'; readonly file: string; readonly mode: number }

export interface RepairEdit {
  readonly path: Path
  readonly value: JsonValue | Secret | undefined
}

/** Where a value stands. */
export function atValue({ layer, node }: Place): At {
  return { file: layer.file, text: layer.text, offset: node.start }
}

/** Where the name of a value stands. */
export function atName({ layer, node, keyStart }: Place): At {
  return { file: layer.file, text: layer.text, offset: keyStart ?? node.start }
}
