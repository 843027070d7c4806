import { EMPTY_DOCUMENT, parseJsonDocument } from '../core/jsonc/parse.ts'
import type { ActualFile } from '../core/plan/actual.ts'
import type { PlannedEdit } from '../core/plan/plan.ts'
import { isSameGround } from '../core/plan/same-ground.ts'
import type { RecordedFile } from '../core/state/recorded.ts'
import { OpgenError } from '../errors.ts'
import type { FileFacts, HeldFile, ReplaceOptions, System } from '../system/system.ts'
import { HALF_WRITTEN } from './half-written.ts'
import { SECRET_FILE } from './key-files.ts'
import type { RenderFacts, RenderedTarget } from './render-target.ts'
import { renderKeyFile, renderTarget } from './render-target.ts'

/** One atomic replacement or removal of a file. */
export interface Step {
  readonly file: ActualFile
  /** The file that is really replaced: with symlinks resolved, but for key files. */
  readonly realPath: string
  readonly before: FileFacts | undefined
  readonly action: 'write' | 'remove'
  readonly edits: readonly PlannedEdit[]
  readonly facts: RenderFacts & { readonly recorded: RecordedFile | undefined }
}

/** A step that has been carried out. */
export interface Written {
  /** With the file as it was edited from, which may be younger than the plan. */
  readonly step: Step
  /** What stood there right before, and what stands there now; undefined: nothing. */
  readonly from: string | undefined
  readonly to: string | undefined
  readonly opened: RenderedTarget['opened']
  /** What was replaced, kept open: another program may be writing into it. */
  readonly former: HeldFile | undefined
}

/**
 * Carry one step out on what stands there at that moment: where another program has written since the
 * plan was made, the same edits go into its text.
 *
 * @param earlier the step of the same file before, where it is written twice
 * @throws OpgenError `target-changed` where the edits would no longer mean what was planned
 */
export async function writeStep(
  system: System,
  planned: Step,
  earlier: Written | undefined,
): Promise<Written> {
  let step = earlier === undefined ? planned : { ...planned, file: earlier.step.file }
  let expected = earlier === undefined ? planned.file.document?.text : earlier.to
  for (let tries = 1; tries <= HALF_WRITTEN.tries; tries += 1) {
    const rendered = step.action === 'remove' ? undefined : renderStep(step)
    const to = rendered?.text
    const options = optionsOf(step)
    const exchanged = await system.files.exchange(step.realPath, { from: expected, to, options })
    if (exchanged.done) {
      const { former } = exchanged
      return { step, from: expected, to, opened: rendered?.opened ?? new Map(), former }
    }
    const { found } = exchanged
    const moved = found === undefined ? undefined : onGround(step, expected, found)
    if (moved === undefined) throw changed(step)
    if (moved === 'torn') await system.pause(HALF_WRITTEN.pause)
    else {
      step = moved
      expected = found
    }
  }
  throw changed(planned)
}

function changed({ file }: Step): OpgenError {
  return new OpgenError({ code: 'target-changed', path: file.path })
}

/**
 * The step on another text; undefined where its edits would not mean the same there, `torn` where the
 * text is no JSON, as one that is being written.
 */
export function onGround(
  step: Step,
  expected: string | undefined,
  found: string,
): Step | 'torn' | undefined {
  const { file, action, edits } = step
  if (file.target === 'keyfile' || expected === undefined) return undefined
  const before = parseJsonDocument(expected, file.syntax)
  const after = parseJsonDocument(found, file.syntax)
  if (!after.ok) return 'torn'
  const paths = edits.flatMap((edit) => (edit.op === 'copy' ? [edit.path, edit.from] : [edit.path]))
  if (!before.ok || action === 'remove') return undefined
  if (!isSameGround(before.document, after.document, paths)) return undefined
  return { ...step, file: { ...file, document: after.document } }
}

export function renderStep({ file, edits, facts }: Step): RenderedTarget {
  if (file.target === 'keyfile') return renderKeyFile(edits, facts)
  return renderTarget(file, edits, facts)
}

const CONFIG_FILE: ReplaceOptions = { mode: 0o644, folderMode: 0o755, existing: 'keep' }

export function optionsOf({ file }: Step): ReplaceOptions {
  return file.target === 'config' ? CONFIG_FILE : SECRET_FILE
}

/**
 * Put back what a step replaced, unless another program has written there since.
 *
 * @returns whether the file is as it was before
 */
export async function undoStep(system: System, written: Written): Promise<boolean> {
  const { step, from, to } = written
  const { before, file, realPath } = step
  written.former?.release()
  // A file without a document was there all the same, empty.
  const former = before === undefined ? undefined : (from ?? '')
  const options: ReplaceOptions = {
    ...optionsOf(step),
    // A key file is put back as a file, also where it was a link, which is open to all.
    mode: modeBefore(step),
    existing: 'tighten',
  }
  if (file.target === 'keyfile') {
    if (former === undefined) await system.files.remove(realPath)
    else await system.files.replace(realPath, former, options)
    return true
  }
  const undone = await system.files.exchange(realPath, { from: to, to: former, options })
  if (undone.done) undone.former?.release()
  return undone.done
}

function modeBefore({ before, file }: Step): number {
  const mode = before?.mode ?? SECRET_FILE.mode
  return file.target === 'keyfile' ? mode & SECRET_FILE.mode : mode
}

/** What a text holds that may not be there. */
export function documentOf(
  text: string | undefined,
  step: Step,
): typeof EMPTY_DOCUMENT | undefined {
  if (text === undefined || text === '') return EMPTY_DOCUMENT
  const { file } = step
  const parsed = parseJsonDocument(text, file.target === 'keyfile' ? 'strict' : file.syntax)
  return parsed.ok ? parsed.document : undefined
}
