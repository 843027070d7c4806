import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Outcome } from '../../scripts/command.mjs'
import { makeSandbox, type Sandbox } from '../../scripts/sandbox.mjs'
import { emptyManifest } from '../support/fresh.ts'
import { opgen, succeeds } from '../support/opgen.ts'
import { chooseSeed, seededRandom } from '../support/seeded-random.ts'
import { readTree, writeTree, type Tree } from '../support/tree.ts'
import {
  differences,
  furnish,
  keysOf,
  leftOvers,
  strayKeys,
  targetsIn,
  unsuccessful,
} from './world.ts'

/** One opgen of a pair. */
interface Run {
  readonly manifest: keyof typeof manifests
  readonly keys: Readonly<Record<string, string>>
  readonly command: 'apply' | 'destroy'
}

/** Two that are started together, and what ran before them. */
interface Pair {
  readonly name: string
  /** Whether OpenCode's files are there in the beginning, or nothing at all. */
  readonly home: 'furnished' | 'empty'
  readonly before: readonly Run[]
  readonly runs: readonly [Run, Run]
}

const ids = ['acme', 'head', 'a', 'b']
const manifests = {
  a: manifestOf('a', 'x, y'),
  b: manifestOf('b', 'y, z'),
  none: emptyManifest,
} as const

/** Two manifests have two providers in common, whose keys and models differ, and one for itself. */
function manifestOf(own: string, models: string): string {
  const provider = (id: string): string =>
    `  ${id}:\n    baseURL: https://${id}.example/v1\n    models: [${models}]\n`
  const head = `${provider('head')}    keyIn: { header: X-Key, format: "{key}" }\n`
  return `version: 1\nproviders:\n${provider('acme')}${head}${provider(own)}`
}

const applyA: Run = { manifest: 'a', keys: keysOf('-a', ids), command: 'apply' }
const applyB: Run = { manifest: 'b', keys: keysOf('-b', ids), command: 'apply' }
const applyNothing: Run = { manifest: 'none', keys: {}, command: 'apply' }
const destroy: Run = { manifest: 'a', keys: {}, command: 'destroy' }

const pairs: readonly Pair[] = [
  { name: 'two manifests', home: 'furnished', before: [], runs: [applyA, applyB] },
  { name: 'the same manifest', home: 'furnished', before: [applyB], runs: [applyA, applyA] },
  { name: 'some and none', home: 'furnished', before: [applyB], runs: [applyA, applyNothing] },
  { name: 'first applies', home: 'empty', before: [], runs: [applyA, applyB] },
  {
    name: 'an apply and a destroy',
    home: 'furnished',
    before: [applyA],
    runs: [{ ...applyA, keys: applyB.keys }, destroy],
  },
]

const ROUNDS = 10

describe.each(pairs)('two opgen at once ($name)', (pair) => {
  test(`are as one after the other, ${ROUNDS} times`, async () => {
    const seed = chooseSeed()
    const random = seededRandom(seed)
    const stage = await setStage(pair)
    const problems: string[] = []
    for (let round = 1; round <= ROUNDS; round += 1) {
      const delays = [random() * 60, random() * 60]
      const found = await race(stage, pair, delays)
      problems.push(...found.map((problem) => `round ${round}: ${problem}`))
    }
    expect({ FAULT_SEED: seed, problems }).toEqual({ FAULT_SEED: seed, problems: [] })
  })
})

interface Stage {
  readonly sandbox: Sandbox
  readonly original: Tree
  readonly before: Tree
  /** What may come of it: when both run, in either order, and when only one does. */
  readonly inOrder: readonly Lines[]
  readonly alone: readonly [Lines, Lines]
  /** What a further `applyA` makes of it; models stay in the order in which they came. */
  readonly settled: readonly Lines[]
}

type Lines = Readonly<Record<string, string>>

async function setStage(pair: Pair): Promise<Stage> {
  const sandbox = await makeSandbox()
  onTestFinished(() => sandbox.remove())
  for (const [name, text] of Object.entries(manifests)) {
    await writeFile(join(sandbox.work, `${name}.yaml`), text)
  }
  if (pair.home === 'furnished') await furnish(sandbox)
  const original = readTree(sandbox.home)
  for (const run of pair.before) await succeeds(start(sandbox, run))
  const before = readTree(sandbox.home)
  const comesOf = async (...runs: readonly Run[]): Promise<Lines> => {
    writeTree(sandbox.home, before)
    for (const run of runs) await succeeds(start(sandbox, run))
    return targetsIn(readTree(sandbox.home))
  }
  const [one, other] = pair.runs
  const inOrder = [await comesOf(one, other), await comesOf(other, one)]
  const alone = [await comesOf(one), await comesOf(other)] as const
  const settled = [
    await comesOf(one, other, applyA),
    await comesOf(other, one, applyA),
    await comesOf(one, applyA),
    await comesOf(other, applyA),
  ]
  return { sandbox, original, before, inOrder, alone, settled }
}

async function start(sandbox: Sandbox, { manifest, command, keys }: Run): Promise<Outcome> {
  const switching = command === 'apply' ? ['--switch-manifest'] : []
  // The one that comes second has a provider that was never sent a key from here.
  const own = command === 'apply' && manifest !== 'none' ? ['--trust-origin', manifest] : []
  const args = [command, '--manifest', `${manifest}.yaml`, '--json', ...switching, ...own]
  return await opgen(sandbox, args, { environment: keys })
}

async function race(
  stage: Stage,
  { runs }: Pair,
  delays: readonly number[],
): Promise<readonly string[]> {
  const { sandbox } = stage
  writeTree(sandbox.home, stage.before)
  const outcomes = await Promise.all(
    runs.map(async (run, index) => {
      await setTimeout(delays[index])
      return await start(sandbox, run)
    }),
  )
  const after = readTree(sandbox.home)
  const problems = [
    ...outcomes.flatMap(unexpectedEnd),
    ...noOrder(stage, outcomes, after),
    ...strayKeys(after),
    ...leftOvers(after),
    ...(await damagedState(sandbox)),
  ]
  const again = await start(sandbox, applyA)
  const settled = targetsIn(readTree(sandbox.home))
  const farewell = await start(sandbox, applyNothing)
  const end = targetsIn(readTree(sandbox.home))
  return [
    ...problems,
    ...unsuccessful('an apply afterwards', again),
    ...noneOf('an apply afterwards made', stage.settled, settled),
    ...unsuccessful('the farewell', farewell),
    ...differences('the farewell left', targetsIn(stage.original), end),
  ]
}

/** One of the two may give way to the other, and says so. */
function unexpectedEnd(outcome: Outcome): readonly string[] {
  if (outcome.status === 0 || gaveWay(outcome)) return []
  return unsuccessful('one of the two', outcome)
}

function gaveWay({ status, stdout }: Outcome): boolean {
  return status === 1 && /"code": ?"(?:[a-z-]*locked|busy)"/.test(stdout)
}

function noOrder(
  { inOrder, alone }: Stage,
  outcomes: readonly Outcome[],
  after: Tree,
): readonly string[] {
  const [oneGaveWay, otherGaveWay] = outcomes.map(gaveWay)
  const possible = oneGaveWay === true ? [alone[1]] : otherGaveWay === true ? [alone[0]] : inOrder
  return noneOf('together they made', possible, targetsIn(after))
}

/** How lines are not as any of the possible ones: the smallest difference. */
function noneOf(what: string, possible: readonly Lines[], actual: Lines): readonly string[] {
  const found = possible.map((expected) => differences(what, expected, actual))
  return found.toSorted((one, other) => one.length - other.length)[0] ?? []
}

async function damagedState({ stateFolder }: Sandbox): Promise<readonly string[]> {
  const text = await readFile(join(stateFolder, 'state.json'), 'utf8').catch(() => '{}')
  try {
    const state: unknown = JSON.parse(text)
    const isOpen = typeof state === 'object' && state !== null && 'intended' in state
    return isOpen && state.intended !== null ? ['the state still has an intention'] : []
  } catch {
    return [`the state is torn: ${text}`]
  }
}
