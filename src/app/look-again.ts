import type { Edit } from '../core/jsonc/edit.ts'
import { editJson } from '../core/jsonc/edit.ts'
import { differenceOf } from '../core/jsonc/difference.ts'
import { EMPTY_DOCUMENT } from '../core/jsonc/parse.ts'
import type { JsonDocument } from '../core/jsonc/parse.ts'
import { proveEdit } from '../core/jsonc/prove.ts'
import type { System } from '../system/system.ts'
import { documentOf, onGround, optionsOf, renderStep } from './write-targets.ts'
import type { Step, Written } from './write-targets.ts'

/** How long a program that had opened a file before it was replaced is waited for (ms). */
const WINDOW = 50

/** How often, when others write all the time. */
const ROUNDS = 10

/** Tries and pause (ms) for a file that is half written. */
const TORN_TRIES = 6
const TORN_PAUSE = 100

/**
 * Look at the replaced files once more: OpenCode opens a file, writes and truncates it in place, and what
 * it wrote into a file that had just been replaced would be lost. It is carried over into the new one.
 */
export async function lookAgain(system: System, all: readonly Written[]): Promise<void> {
  let held = all.filter(({ former }) => former !== undefined)
  for (let round = 1; held.length > 0 && round <= ROUNDS; round += 1) {
    await system.pause(WINDOW)
    const next: Written[] = []
    for (const written of held) {
      const again = await carryOver(system, written)
      written.former?.release()
      if (again?.former !== undefined) next.push(again)
    }
    held = next
  }
  for (const { former } of held) former?.release()
}

/** Bring what was written into the former file into the present one. Undefined: there was nothing. */
async function carryOver(system: System, written: Written): Promise<Written | undefined> {
  const { step } = written
  const late = step.file.target === 'keyfile' ? undefined : written.former?.read()
  if (late === undefined || late === (written.from ?? '')) return undefined
  const theirs = await readWhole(system, step, () => written.former?.read())
  const before = documentOf(written.from, step)
  if (theirs === undefined || before === undefined) return undefined
  const edits = differenceOf(before, theirs)
  for (let tries = 1; edits.length > 0 && tries <= TORN_TRIES; tries += 1) {
    const now = await readWhole(system, step, () => system.files.read(step.realPath))
    if (now === undefined) return undefined
    const isOwn = now.text === written.to
    const to = (isOwn ? rebased(written, theirs) : undefined) ?? merged(step, now, edits)
    if (to === undefined || to === now.text) return undefined
    const from = now === EMPTY_DOCUMENT ? undefined : now.text
    const options = optionsOf(step)
    const exchanged = await system.files.exchange(step.realPath, { from, to, options })
    if (exchanged.done) return { ...written, from, to, former: exchanged.former }
  }
  return undefined
}

/** opgen's edits on what the other program wrote, with all its bytes. */
function rebased({ step, from }: Written, theirs: JsonDocument): string | undefined {
  const moved = onGround(step, from, theirs.text)
  return moved === undefined || moved === 'torn' ? undefined : renderStep(moved).text
}

/** The other program's changes on what stands there now. */
function merged({ file }: Step, now: JsonDocument, edits: readonly Edit[]): string | undefined {
  const syntax = file.target === 'keyfile' ? 'strict' : file.syntax
  const edited = editJson(now, edits, { syntax })
  if ('problem' in edited) return undefined
  return proveEdit(now, edited.text, edits, { syntax }) === undefined ? edited.text : undefined
}

/** A file that may be half written, read until it is whole; undefined when it never is. */
async function readWhole(
  system: System,
  step: Step,
  read: () => string | undefined | Promise<string | undefined>,
): Promise<JsonDocument | undefined> {
  for (let tries = 1; ; tries += 1) {
    const text = await read()
    // A file that has just been cut off is not one without anything in it.
    const document = text === '' ? undefined : documentOf(text, step)
    if (document !== undefined || tries === TORN_TRIES) return document
    await system.pause(TORN_PAUSE)
  }
}
