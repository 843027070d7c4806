import { onTestFinished } from 'vitest'
import { makeSandbox, type Sandbox } from '../../scripts/sandbox.mjs'
import { succeeds } from '../support/opgen.ts'
import { readTree, writeTree, type Tree } from '../support/tree.ts'
import type { Story } from './kill-stories.ts'
import { furnish, runStep } from './world.ts'

/** So many attempts at a time, each in a home of its own. */
const AT_ONCE = 4

/** A home just before the story's command. */
export interface Stage {
  readonly sandbox: Sandbox
  readonly before: Tree
}

export type Stages = readonly [Stage, ...Stage[]]

/** A call of the command when nobody refuses anything. */
export interface Call {
  readonly at: number
  readonly name: string
  /** The function and its file, for messages. */
  readonly what: string
}

/** Homes just before the story's command. */
export async function setStages(story: Story): Promise<Stages> {
  const others = Array.from({ length: AT_ONCE - 1 }, () => setStage(story))
  return [await setStage(story), ...(await Promise.all(others))]
}

async function setStage(story: Story): Promise<Stage> {
  const sandbox = await makeSandbox()
  onTestFinished(() => sandbox.remove())
  await furnish(sandbox, story.home)
  for (const step of story.before) await succeeds(runStep(sandbox, step))
  return { sandbox, before: readTree(sandbox.home) }
}

/** Try something at each call, in a home as it was; everything that is wrong. */
export async function atEach(
  stages: Stages,
  calls: readonly Call[],
  attempt: (stage: Stage, call: Call) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const queue = [...calls]
  const found: string[] = []
  const work = async (stage: Stage): Promise<void> => {
    for (let call = queue.shift(); call !== undefined; call = queue.shift()) {
      writeTree(stage.sandbox.home, stage.before)
      const { at, what } = call
      const problems = await attempt(stage, call)
      found.push(...problems.map((problem) => `call ${at} (${what}): ${problem}`))
    }
  }
  await Promise.all(stages.map(work))
  return found
}
