import { InvalidInput, OpgenError } from '../errors.ts'
import type { System } from '../system/system.ts'
import { undoStep, writeStep } from './write-targets.ts'
import type { Step, Written } from './write-targets.ts'

/** opgen's own record of what it does. */
export interface Book {
  /** Write down what is meant. */
  readonly intend: () => Promise<void>
  /** Record what was written. */
  readonly record: (done: readonly Written[]) => Promise<void>
  /** Forget what was meant, and all that was made for it. */
  readonly forget: () => Promise<void>
}

/** Carry the steps out and record them; when one is refused, put everything back as it was. */
export async function writeSteps(
  steps: readonly Step[],
  system: System,
  book: Book,
): Promise<readonly Written[]> {
  const done: Written[] = []
  try {
    await book.intend()
    for (const step of steps) {
      const earlier = done.findLast((written) => written.step.file.path === step.file.path)
      done.push(await writeStep(system, step, earlier))
    }
    await book.record(done)
    return done
  } catch (error) {
    if (isRefusal(error)) await undoSteps(done, system, book)
    throw error
  }
}

/** A duplicate key that somebody wrote meanwhile is one, too. */
function isRefusal(error: unknown): boolean {
  return error instanceof OpgenError || error instanceof InvalidInput
}

/**
 * Put back what was written, the last first. What cannot be put back, or has been written into by somebody
 * since, stays with all that was written before it: config files may need the keys that came first. What of
 * it is opgen's is known from what was meant; the refusal that began it is the one to tell.
 */
async function undoSteps(
  done: readonly Written[],
  system: System,
  { forget }: Book,
): Promise<void> {
  try {
    for (const written of done.toReversed()) {
      if (!(await undoStep(system, written))) return
    }
    await forget()
  } catch (error) {
    if (!isRefusal(error)) throw error
  } finally {
    for (const { former } of done) former?.release()
  }
}
