import type { JsonFile } from '../core/plan/actual.ts'
import type { FilePlan, PlannedEdit } from '../core/plan/plan.ts'
import { toPointer } from '../core/json.ts'
import type { JsonValue, Pointer } from '../core/json.ts'
import type { Edit, EditOptions } from '../core/jsonc/edit.ts'
import { editJson } from '../core/jsonc/edit.ts'
import { EMPTY_DOCUMENT } from '../core/jsonc/parse.ts'
import { concreteEdits } from '../core/plan/concrete-edits.ts'
import { proveEdit } from '../core/jsonc/prove.ts'
import type { Secret } from '../core/secret.ts'
import type { CopyEdit, RecordedFile } from '../core/state/recorded.ts'
import { InvalidInput } from '../errors.ts'
import { targetProblem } from './read-actual.ts'

/** What a plan names and does not hold. */
export interface RenderFacts {
  /** Keys, by provider id. */
  readonly secrets: ReadonlyMap<string, Secret>
  /** What the keychain keeps of others, by account: JSON texts. */
  readonly saved?: ReadonlyMap<string, Secret>
}

/** The text a target will have, and what has to be remembered to take it back. */
export interface RenderedTarget {
  readonly text: string
  readonly opened: ReadonlyMap<Pointer, string>
}

/**
 * Carry a file's edits out on its text, and prove the result: everything that is not opgen's is
 * still there, byte for byte. A failed proof is a bug, and nothing is written.
 *
 * @throws InvalidInput when a duplicate key makes it unclear which value is meant
 */
export function renderTarget(
  file: JsonFile,
  edits: readonly PlannedEdit[],
  facts: RenderFacts & { readonly recorded: RecordedFile | undefined },
): RenderedTarget {
  const document = file.document ?? EMPTY_DOCUMENT
  const concrete = concreteEdits(
    document,
    edits.map((edit) => withSecret(edit, facts)),
  )
  // The plan was made from this text, or from one that means the same there.
  if (concrete === undefined) throw new Error(`nothing to copy in ${file.path}`)
  const inner = new Map(Object.entries(facts.recorded?.opened ?? {}))
  const options: EditOptions = { syntax: file.syntax, inner }
  const edited = editJson(document, concrete, options)
  if ('problem' in edited) {
    const { problem } = edited
    throw new InvalidInput([targetProblem(file.path, document.text, problem, file.syntax)])
  }
  const fault = proveEdit(document, edited.text, concrete, options)
  if (fault !== undefined) {
    throw new Error(
      `the edit of ${file.path} is not what was planned (${fault}); nothing was written`,
    )
  }
  if (file.document !== undefined) return edited
  // OpenCode writes auth.json without a final newline, and so does opgen.
  const ending = file.target === 'auth' ? '' : '\n'
  return { text: edited.text + ending, opened: new Map() }
}

/** The text of a key file: the key and nothing else. */
export function renderKeyFile(edits: readonly PlannedEdit[], facts: RenderFacts): RenderedTarget {
  const [edit] = edits.map((planned) => withSecret(planned, facts))
  if (edit?.op !== 'set' || typeof edit.value !== 'string') throw new Error('no key to write')
  return { text: edit.value, opened: new Map() }
}

/** Edits that write, for the first of two writes when a file is to gain and to lose entries. */
export function writingEdits(plan: FilePlan): readonly PlannedEdit[] {
  const written = plan.edits.filter(({ op }) => op !== 'delete' && op !== 'remove-element')
  const isWritten = new Set(written)
  const paths = written.map(({ path }) => toPointer(path))
  const within = (pointer: Pointer): boolean =>
    paths.some((path) => path.startsWith(`${pointer.split('/').slice(0, 2).join('/')}/`))
  return plan.edits.filter(
    (edit) => isWritten.has(edit) || (edit.op === 'delete' && within(toPointer(edit.path))),
  )
}

/** Whether some edits take out more than those that write need. */
export function removesEntries(plan: FilePlan): boolean {
  return writingEdits(plan).length < plan.edits.length
}

function withSecret(edit: PlannedEdit, { secrets, saved }: RenderFacts): Edit | CopyEdit {
  if (edit.op === 'set-key') {
    const secret = secrets.get(edit.provider)
    if (secret === undefined) throw new Error(`no key at hand for "${edit.provider}"`)
    return { op: 'set', path: edit.path, value: secret.reveal() }
  }
  if (edit.op !== 'set-saved') return edit
  const spelling = saved?.get(edit.account)?.reveal()
  if (spelling === undefined) throw new Error(`nothing was saved as "${edit.account}"`)
  return { op: 'set', path: edit.path, value: parsed(spelling), spelling }
}

/** @throws Error when it is no JSON: opgen saves nothing else */
function parsed(spelling: string): JsonValue {
  try {
    return JSON.parse(spelling)
  } catch {
    // The parser's own message would quote it.
    throw new Error('what was saved in the keychain is no JSON')
  }
}
