import { copied } from './copied.ts'
import { editJson } from '../jsonc/edit.ts'
import type { Edit } from '../jsonc/edit.ts'
import { EMPTY_DOCUMENT } from '../jsonc/parse.ts'
import type { RecordedState } from '../state/recorded.ts'
import type { ActualState, JsonFile, KeyFile } from './actual.ts'
import type { FilePlan } from './plan.ts'
import type { OtherConfig } from './warnings.ts'

/** Where somebody may refer to a key file. */
export interface ReferenceScene {
  readonly actual: ActualState
  /** Those of the config files that change. */
  readonly plans: readonly FilePlan[]
  readonly elsewhere: readonly OtherConfig[]
  readonly recorded: RecordedState
}

/**
 * Whether a config file will still refer to a key file after the plan: OpenCode does not start when
 * the file behind a `{file:}` is gone. Looked for in the targets as they will be, in config files that
 * OpenCode reads beside them, and in what opgen recorded of targets of other runs.
 */
export function isReferredTo(keyFile: KeyFile, scene: ReferenceScene): boolean {
  const { actual, plans, elsewhere, recorded } = scene
  const targets = new Set(actual.config.map(({ path }) => path))
  const others = Object.entries(recorded.files).filter(([path]) => !targets.has(path))
  const texts = [
    ...actual.config.map((file) => textAfter(file, plans)),
    ...elsewhere.map(({ document }) => document.text),
    ...others.map(([, { values }]) => JSON.stringify(values)),
  ]
  return texts.some((text) => refersTo(text, keyFile))
}

/** Whether OpenCode would put what is in a key file into this text. */
export function refersTo(text: string, { reference, path }: KeyFile): boolean {
  const references = [reference, `{file:${path}}`]
  return text
    .split('\n')
    .some((line) => !isComment(line) && references.some((it) => line.includes(it)))
}

/** OpenCode replaces references in the raw text, and leaves out only lines that begin so (contract 1.5). */
function isComment(line: string): boolean {
  return line.trimStart().startsWith('//')
}

function textAfter({ path, document, syntax }: JsonFile, plans: readonly FilePlan[]): string {
  const plan = plans.find((candidate) => candidate.path === path)
  if (plan === undefined) return document?.text ?? ''
  if (plan.action === 'remove') return ''
  const edits = plan.edits.flatMap((edit): readonly Edit[] => {
    if (edit.op === 'set-key') return []
    if (edit.op === 'copy') {
      const value = document === undefined ? undefined : copied(document, edit)
      return value === undefined ? [] : [{ op: 'set', path: edit.path, value }]
    }
    // What comes back from the keychain was there before the key file.
    return [edit.op === 'set-saved' ? { op: 'set', path: edit.path, value: '' } : edit]
  })
  const edited = editJson(document ?? EMPTY_DOCUMENT, edits, { syntax })
  // What cannot be edited stops the apply; until then it stays as it is.
  return 'problem' in edited ? (document?.text ?? '') : edited.text
}
