import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Outcome } from '../../scripts/command.mjs'
import { makeSandbox, type Sandbox } from '../../scripts/sandbox.mjs'
import { opgen, place, succeeds, textOf } from '../support/opgen.ts'
import { chooseSeed, seededRandom } from '../support/seeded-random.ts'
import { injecting, readChanges, runInjected, type DiskChange } from './inject.ts'
import {
  startOtherWriter,
  type DoneWrite,
  type OtherWriter,
  type PlannedWrite,
} from './other-writer.ts'
import { AUTH, CONFIG, leftOvers, type Step } from './world.ts'
import { readTree } from '../support/tree.ts'

/** How long after its rename opgen looks at the old file again (docs/how-it-works.md). */
const WINDOW = 50

/** A file with two writers, and where each has its own value in it. */
interface Shared {
  readonly name: string
  readonly rounds: number
  readonly form: 'json' | 'text'
  readonly file: (sandbox: Sandbox) => string
  /** opgen's work of a round: it changes the file. */
  readonly step: (round: number) => Step
  /** Text that stands in the file when opgen's value of the round does. */
  readonly mark: (round: number) => string
  /** The other writer's value in the file. */
  readonly theirs: RegExp
}

const acme =
  'version: 1\nproviders:\n  acme:\n    baseURL: https://acme.example/v1\n    models: [m]\n'

const shared: readonly Shared[] = [
  {
    name: 'auth.json',
    rounds: 200,
    form: 'json',
    file: ({ authFile }) => authFile,
    step: (round) => ({
      manifest: acme,
      keys: { OPGEN_KEY_ACME: `test-key-acme-${round}-` },
      args: ['apply', '--json'],
    }),
    mark: (round) => `test-key-acme-${round}-`,
    theirs: /"refresh": ?"([^"]*)"/,
  },
  {
    name: 'opencode.jsonc',
    rounds: 40,
    form: 'text',
    file: ({ configFolder }) => join(configFolder, 'opencode.jsonc'),
    step: (round) => ({
      manifest: `${acme}    name: Acme ${round}.\n`,
      keys: { OPGEN_KEY_ACME: 'test-key-acme' },
      args: ['apply', '--json'],
    }),
    mark: (round) => `Acme ${round}.`,
    theirs: /"username": "([^"]*)"/,
  },
]

/** What happened in all rounds. */
interface Tally {
  /** Everything that must not happen. */
  readonly problems: string[]
  /** Values of the other writer that were lost in a write that took longer than the window. */
  excused: number
  /** Times that the other writer put its stale copy over opgen's value. */
  overwritten: number
  /** Times that opgen ended without writing, because the file changed again and again. */
  gaveUp: number
}

test.each(shared)(
  '$name, written in place by another program meanwhile, loses nothing of either',
  async (file) => {
    const sandbox = await makeSandbox()
    onTestFinished(() => sandbox.remove())
    await place(
      join(sandbox.configFolder, 'opencode.jsonc'),
      CONFIG.replace('"mine",', '"mine", "username": "u",'),
    )
    await place(sandbox.authFile, AUTH)
    const path = file.file(sandbox)
    const writer = startOtherWriter(path, file.form)
    const seed = chooseSeed()
    const random = seededRandom(seed)
    const tally: Tally = { problems: [], excused: 0, overwritten: 0, gaveUp: 0 }
    for (let round = 1; round <= file.rounds; round += 1) {
      const plan = planWrites(round, random)
      const before = tally.problems.length
      await playRound({ sandbox, file, path, writer }, { round, plan }, tally)
      if (tally.problems.length > before) tally.problems.push(`… in ${JSON.stringify(plan)}`)
    }
    const { problems, excused, overwritten, gaveUp } = tally
    expect({ FAULT_SEED: seed, problems }).toEqual({ FAULT_SEED: seed, problems: [] })
    // Writes so long that they are excused, and runs that give way, are not what this is about.
    expect(excused).toBeLessThanOrEqual(file.rounds / 20)
    expect(gaveUp).toBeLessThanOrEqual(file.rounds / 20)
    // A stale copy is told of by `status`, which this many rounds have shown.
    expect(overwritten).toBeGreaterThan(0)
  },
)

interface Game {
  readonly sandbox: Sandbox
  readonly file: Shared
  readonly path: string
  readonly writer: OtherWriter
}

interface Round {
  readonly round: number
  readonly plan: readonly PlannedWrite[]
}

/** One to three writes: most about when opgen writes, some at any time, a few of them slow. */
function planWrites(round: number, random: () => number): readonly PlannedWrite[] {
  const count = 1 + Math.floor(random() * 3)
  return Array.from({ length: count }, (_, index): PlannedWrite => {
    const aimed = random() < 0.7
    return {
      // Of changing length, so that there is something to truncate.
      value: `${round}-${index}-${'x'.repeat(Math.floor(random() * 40))}`,
      reads: random() < 0.3 ? 'early' : 'late',
      waits: aimed ? 'for-opgen' : 'for-nobody',
      delay: random() * (aimed ? 10 : 150),
      hold: random() < 0.2 ? random() * 15 : 0,
    }
  })
}

async function playRound(game: Game, { round, plan }: Round, tally: Tally): Promise<void> {
  const { sandbox, file, path, writer } = game
  const step = file.step(round)
  const log = join(sandbox.folder, 'changes')
  await rm(log, { force: true })
  writer.begin(plan)
  const applied = await runInjected(sandbox, step, injecting({ log, targets: [] }))
  const { done, torn } = await writer.finish()
  const complain = (problem: string): void => void tally.problems.push(`round ${round}: ${problem}`)

  if (torn !== null) complain(`the other writer read ${torn}`)
  if (saysItChanged(applied)) tally.gaveUp += 1
  else if (applied.status !== 0)
    complain(`exit ${applied.status}: ${applied.stdout}${applied.stderr}`)
  const text = await readFile(path, 'utf8')
  const last = done.at(-1)
  if (last !== undefined && file.theirs.exec(text)?.[1] !== last.value) {
    const changes = await readChanges(log)
    if (tookTooLong(last, changes, path)) tally.excused += 1
    else complain(`"${last.value}" is lost: ${text}`)
  }
  for (const name of leftOvers(readTree(sandbox.home))) complain(name)
  await settle(game, round, { tally, complain, wasWritten: applied.status === 0 })
}

interface Settling {
  readonly tally: Tally
  readonly complain: (problem: string) => void
  /** Whether opgen ended well, so that only the other one can have taken its value away. */
  readonly wasWritten: boolean
}

/** What opgen makes of the file when the other one is quiet: in the end, opgen's value stands there. */
async function settle(
  { sandbox, file, path }: Game,
  round: number,
  settling: Settling,
): Promise<void> {
  const { tally, complain } = settling
  const { keys } = file.step(round)
  if (((await textOf(path)) ?? '').includes(file.mark(round))) return
  if (settling.wasWritten) {
    tally.overwritten += 1
    const status = await opgen(sandbox, ['status', '--json'], { environment: keys })
    if (!/"state": ?"(drifted|pending)"/.test(status.stdout)) complain(`status: ${status.stdout}`)
  }
  await succeeds(opgen(sandbox, ['apply', '--force'], { environment: keys }))
  if (!((await textOf(path)) ?? '').includes(file.mark(round)))
    complain('opgen did not restore its value')
}

/** Whether a write began before a rename of opgen's and ended when nobody looks any more. */
function tookTooLong(write: DoneWrite, changes: readonly DiskChange[], path: string): boolean {
  return changes.some(
    ({ to, began, ended }) => to === path && write.opened < ended && write.closed > began + WINDOW,
  )
}

/** opgen may say that a file changes all the time: it has written nothing then. */
function saysItChanged({ status, stdout }: Outcome): boolean {
  return status === 1 && stdout.includes('"target-changed"')
}
