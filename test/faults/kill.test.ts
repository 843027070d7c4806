import { join, relative } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makeSandbox, type Sandbox } from '../../scripts/sandbox.mjs'
import { opgen, succeeds } from '../support/opgen.ts'
import { contentOf, readTree, traceOf, writeTree, type Tree } from '../support/tree.ts'
import { injecting, readChanges, runInjected, type Point } from './inject.ts'
import { stories, THROUGH_AUTH, THROUGH_FILE, type Story } from './kill-stories.ts'
import {
  differences,
  furnish,
  leftOvers,
  openCodeObjections,
  runStep,
  strayKeys,
  targetsIn,
  targetsOf,
  unsuccessful,
} from './world.ts'

/** So many points at a time, each in a home of its own. */
const AT_ONCE = 4

/** A home just before the story's command. */
interface Stage {
  readonly sandbox: Sandbox
  readonly original: Tree
  readonly before: Tree
}

/** What the command does when nobody disturbs it. */
interface Undisturbed {
  readonly points: readonly Point[]
  /** Every text that each target ever has; null: it is absent. */
  readonly texts: ReadonlyMap<string, ReadonlySet<string | null>>
  readonly after: Readonly<Record<string, string>>
  /** What was left behind so far, and what came of it: the same once more would show nothing new. */
  readonly known: Set<string>
}

describe.each(stories)('$name, killed at every change it makes to the disk,', (story) => {
  test('leaves files that are wholly old or new, and the next one goes on', async () => {
    const stages = await Promise.all(Array.from({ length: AT_ONCE }, () => setStage(story)))
    const [stage] = stages
    if (stage === undefined) throw new Error('no stage')
    const undisturbed = await observe(stage, story)
    const queue = [...undisturbed.points]
    const found: string[] = []
    const work = async (own: Stage): Promise<void> => {
      for (let point = queue.shift(); point !== undefined; point = queue.shift()) {
        const { at, how, change } = point
        const problems = await killAndRecover(own, story, { point, undisturbed })
        found.push(...problems.map((problem) => `${how} change ${at} (${change}): ${problem}`))
      }
    }
    await Promise.all(stages.map(work))
    expect(found).toEqual([])
    // A program whose changes the injector does not see would pass everything.
    expect(undisturbed.points.length).toBeGreaterThan(30)
  })
})

async function setStage(story: Story): Promise<Stage> {
  const sandbox = await makeSandbox()
  onTestFinished(() => sandbox.remove())
  await furnish(sandbox, story.home)
  const original = readTree(sandbox.home)
  for (const step of story.before) await succeeds(runStep(sandbox, step))
  return { sandbox, original, before: readTree(sandbox.home) }
}

async function observe({ sandbox, before }: Stage, story: Story): Promise<Undisturbed> {
  const targets = targetsOf(sandbox, THROUGH_FILE)
  const log = join(sandbox.folder, 'changes')
  const below = (file: string): string => relative(sandbox.home, file)
  const texts = new Map(
    targets.map(below).map((file) => [file, new Set([before.get(file)?.text ?? null])]),
  )

  await succeeds(runInjected(sandbox, story.killed, injecting({ log, targets })))

  const changes = await readChanges(log)
  for (const { changed } of changes) {
    for (const [file, text] of Object.entries(changed)) {
      texts.get(below(file))?.add(text)
    }
  }
  // Only auth.json is written twice: once to let keys in, once to take others out.
  const often = [...texts].filter(([file, { size }]) => size > (file.endsWith('auth.json') ? 3 : 2))
  expect(often).toEqual([])
  const points = changes.flatMap(({ name, path, writes }, index): readonly Point[] => {
    const change = `${name} ${path.replace(sandbox.folder, '')}`
    const at = index + 1
    const start: Point = { at, how: 'before', change }
    return writes ? [start, { at, how: 'middle', change }] : [start]
  })
  // After a change is before the next one, but for the last.
  const last: Point = { at: changes.length, how: 'after', change: 'the last' }
  const after = targetsIn(readTree(sandbox.home))
  return { points: [...points, last], texts, after, known: new Set() }
}

interface Killing {
  readonly point: Point
  readonly undisturbed: Undisturbed
}

/** Everything that is wrong after the command was killed at one point. */
async function killAndRecover(
  stage: Stage,
  story: Story,
  { point, undisturbed }: Killing,
): Promise<readonly string[]> {
  const { sandbox, before } = stage
  writeTree(sandbox.home, before)
  const killed = await runInjected(sandbox, story.killed, injecting({ point }))
  if (killed.status !== -1) return [`it was not killed: exit ${killed.status} ${killed.stderr}`]
  const left = readTree(sandbox.home)
  const problems = [
    ...torn(left, undisturbed),
    ...openCodeObjections(left, THROUGH_AUTH),
    ...openKeys(left),
  ]
  const what = masked(sandbox, left)
  if (undisturbed.known.has(what)) return problems
  undisturbed.known.add(what)
  return [...problems, ...(await recover(stage, story, undisturbed))]
}

async function recover(
  stage: Stage,
  story: Story,
  undisturbed: Undisturbed,
): Promise<readonly string[]> {
  const { sandbox } = stage
  const left = readTree(sandbox.home)
  const status = await opgen(sandbox, ['status', '--json'], { environment: story.recovery.keys })
  const afterStatus = readTree(sandbox.home)
  const recovered = await runStep(sandbox, story.recovery)
  const settled = readTree(sandbox.home)

  const problems = [
    ...unsuccessful('status', status),
    ...differences('status changed', traceOf(left), traceOf(afterStatus)),
    ...unsuccessful('the recovery', recovered),
    ...strayKeys(settled),
    ...leftOvers(settled),
    ...differences('the recovery made', undisturbed.after, targetsIn(settled)),
  ]
  const what = masked(sandbox, settled)
  if (undisturbed.known.has(what)) return problems
  undisturbed.known.add(what)
  return [...problems, ...(await goOn(stage, story, settled))]
}

/** What is wrong with what comes after a recovery. */
async function goOn(
  { sandbox, original }: Stage,
  story: Story,
  settled: Tree,
): Promise<readonly string[]> {
  const again = await runStep(sandbox, story.recovery)
  const afterAgain = readTree(sandbox.home)
  const farewell = await runStep(sandbox, story.farewell)
  const end = readTree(sandbox.home)
  return [
    ...unsuccessful('a further run', again),
    ...(again.stdout.includes(story.quiet) ? [] : [`a further run: ${again.stdout}`]),
    ...differences('a further run changed', traceOf(settled), traceOf(afterAgain)),
    ...unsuccessful('the farewell', farewell),
    ...differences('the farewell left', targetsIn(original), targetsIn(end)),
  ]
}

/** A tree without what is different in every run: names of temporary files, fingerprints, times. */
function masked({ folder }: Sandbox, tree: Tree): string {
  return JSON.stringify(contentOf(tree))
    .replaceAll(folder, '')
    .replaceAll(/\.\d+\.[0-9a-f]+\.opgen-tmp/g, '.opgen-tmp')
    .replaceAll(/[0-9a-f]{12,}/g, '#')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time')
}

function torn(tree: Tree, { texts }: Undisturbed): readonly string[] {
  return [...texts]
    .filter(([file, known]) => !known.has(tree.get(file)?.text ?? null))
    .map(([file]) => `${file} is neither old nor new: ${tree.get(file)?.text}`)
}

/** Files with a key in them that others can read, at whatever moment. */
function openKeys(tree: Tree): readonly string[] {
  return [...tree]
    .filter(([, { text, mode }]) => text?.includes('test-key-') === true && (mode & 0o077) !== 0)
    .map(([file]) => `${file} holds a key for all to read`)
}
