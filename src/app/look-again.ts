import type { Edit } from '../core/jsonc/edit.ts'
import { editJson } from '../core/jsonc/edit.ts'
import { differenceOf } from '../core/jsonc/difference.ts'
import { EMPTY_DOCUMENT } from '../core/jsonc/parse.ts'
import type { JsonDocument } from '../core/jsonc/parse.ts'
import { proveEdit } from '../core/jsonc/prove.ts'
import { isSameGround } from '../core/plan/same-ground.ts'
import { isNotText, OpgenError } from '../errors.ts'
import type { HeldFile, System } from '../system/system.ts'
import { HALF_WRITTEN } from './half-written.ts'
import { documentOf, onGround, optionsOf, renderStep } from './write-targets.ts'
import type { Step, Written } from './write-targets.ts'

/** How long a program that had opened a file before it was replaced is waited for (ms). */
const WINDOW = 50

/** A file that has just been cut off, if only within a character, is not one without anything in it. */
const TORN = ''

/** How often, when others write all the time. */
const ROUNDS = 10

/**
 * Look at the replaced files once more: OpenCode opens a file, writes and truncates it in place, and what
 * it wrote into a file that had just been replaced would be lost. It is carried over into the new one.
 *
 * @throws OpgenError when that is refused, after the other files have been looked at
 */
export async function lookAgain(system: System, all: readonly Written[]): Promise<void> {
  let held = all.filter(({ former }) => former !== undefined)
  const refusals: OpgenError[] = []
  for (let round = 1; held.length > 0 && round <= ROUNDS; round += 1) {
    await system.pause(WINDOW)
    const next: Written[] = []
    for (const written of held) {
      const again = await carryOver(system, written).catch((error: unknown) => {
        if (!(error instanceof OpgenError)) throw error
        refusals.push(error)
      })
      written.former?.release()
      if (again?.former !== undefined) next.push(again)
    }
    held = next
  }
  for (const { former } of held) former?.release()
  const [refusal] = refusals
  if (refusal !== undefined) throw refusal
}

/** Bring what was written into the former file into the present one. Undefined: there was nothing. */
async function carryOver(system: System, written: Written): Promise<Written | undefined> {
  const { step, former } = written
  if (former === undefined || step.file.target === 'keyfile') return undefined
  if (!isWrittenSince(former, written.from)) return undefined
  const theirs = await readWhole(system, step, () => former.read() ?? TORN)
  const before = documentOf(written.from, step)
  if (theirs === undefined || before === undefined) return undefined
  const edits = differenceOf(before, theirs)
  for (let tries = 1; edits.length > 0 && tries <= HALF_WRITTEN.tries; tries += 1) {
    const now = await readWhole(system, step, () => readPresent(system, step))
    if (now === undefined) return undefined
    const isOwn = now.text === written.to
    const to = (isOwn ? rebased(written, theirs) : undefined) ?? merged(written, now, edits)
    if (to === undefined || to === now.text) return undefined
    const from = now === EMPTY_DOCUMENT ? undefined : now.text
    const options = optionsOf(step)
    const exchanged = await system.files.exchange(step.realPath, { from, to, options })
    if (exchanged.done) return { ...written, from, to, former: exchanged.former }
  }
  return undefined
}

/** Where a file cannot be read any more there is nothing to carry over: what was to be written is. */
function isWrittenSince(former: HeldFile, from: string | undefined): boolean {
  try {
    return former.read() !== (from ?? '')
  } catch (error) {
    if (error instanceof OpgenError) return false
    throw error
  }
}

/** opgen's edits on what the other program wrote, with all its bytes. */
function rebased({ step, from }: Written, theirs: JsonDocument): string | undefined {
  const moved = onGround(step, from, theirs.text)
  return moved === undefined || moved === 'torn' ? undefined : renderStep(moved).text
}

/**
 * The other program's changes on what stands there now. Where somebody has written into the new file
 * since, that is the younger one of the two.
 */
function merged(
  { step, to }: Written,
  now: JsonDocument,
  edits: readonly Edit[],
): string | undefined {
  const own = documentOf(to, step)
  if (own === undefined) return undefined
  const older = edits.filter(({ path }) => isSameGround(own, now, [path]))
  const syntax = step.file.target === 'keyfile' ? 'strict' : step.file.syntax
  const edited = editJson(now, older, { syntax })
  if ('problem' in edited) return undefined
  return proveEdit(now, edited.text, older, { syntax }) === undefined ? edited.text : undefined
}

async function readPresent({ files }: System, step: Step): Promise<string | undefined> {
  try {
    return await files.read(step.realPath)
  } catch (error) {
    if (isNotText(error)) return TORN
    throw error
  }
}

/** A file that may be half written, read until it is whole; undefined when it never is. */
async function readWhole(
  system: System,
  step: Step,
  read: () => string | undefined | Promise<string | undefined>,
): Promise<JsonDocument | undefined> {
  for (let tries = 1; ; tries += 1) {
    const text = await read()
    const document = text === TORN ? undefined : documentOf(text, step)
    if (document !== undefined || tries === HALF_WRITTEN.tries) return document
    await system.pause(HALF_WRITTEN.pause)
  }
}
