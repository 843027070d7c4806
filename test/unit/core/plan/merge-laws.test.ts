import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answerTo, noChoices } from '../../../../src/core/plan/plan.ts'
import type { Choices } from '../../../../src/core/plan/plan.ts'
import { histories, merges, wishForNothing } from '../../../support/arbitrary-merges.ts'
import type { Merge } from '../../../support/arbitrary-merges.ts'
import { outlineAt, outlineOf } from '../../../support/json-outline.ts'
import { CONFIGS } from '../../../support/merge-places.ts'
import {
  beginningOf,
  carryOut,
  harmTo,
  planMerge,
  textsIn,
  withWish,
} from '../../../support/merge.ts'
import { recordedInVain, unfulfilled } from '../../../support/recorded-places.ts'

/** `OPGEN_FUZZ=10` looks at ten times as many. */
const TIMES = Number(process.env['OPGEN_FUZZ'] ?? 1)
const RUNS = { numRuns: 200 * TIMES }
const PATIENCE = { timeout: 60_000 * TIMES }

const unanswered: Choices = { ...noChoices, skipMissing: 'all', trustOrigin: 'all' }
const forced: Choices = { ...unanswered, force: 'all' }
const kept: Choices = { ...unanswered, keep: 'all' }
const mixed: Choices = { ...unanswered, force: 'all', keep: new Set(['one', '/model']) }
const answered = fc.constantFrom(forced, kept, mixed)
const anyChoices = fc.constantFrom(unanswered, forced, kept, mixed)

function isForced(choices: Choices): (unit: string) => boolean {
  return (id) => answerTo(choices, { id, kind: 'conflict' }) === 'force'
}

const nothingForced = (): boolean => false

/** Plan and carry out; undefined when something is to be decided first. */
function apply(merge: Merge, choices: Choices): Merge | undefined {
  const plan = planMerge(merge, choices)
  return plan.decisions.length > 0 ? undefined : carryOut(merge, plan)
}

/**
 * Whether one provider is to be kept and another forced, and both meet the same value of others, where
 * `provider` itself should be an object: what is kept is gone then.
 */
function contradictsItself({ files }: Merge, choices: Choices): boolean {
  const places = CONFIGS.map((file) => outlineAt(outlineOf(files[file] ?? '{}'), ['provider']))
  return choices === mixed && places.some((place) => place !== undefined && place.kind !== 'object')
}

describe('for anything recorded, anything there and anything wanted', PATIENCE, () => {
  test('a plan can be made, and every file it plans for carried out as proved', () => {
    fc.assert(
      fc.property(merges, anyChoices, (merge, choices) => {
        const plan = planMerge(merge, choices)
        const after = carryOut(merge, plan)
        const changed = Object.keys(after.files).filter(
          (file) => after.files[file] !== merge.files[file],
        )
        expect(plan.files.map(({ path }) => path)).toEqual(expect.arrayContaining(changed))
      }),
      RUNS,
    )
  })

  test('what others wrote keeps its bytes, but for what the user forces', () => {
    let carriedOut = 0
    fc.assert(
      fc.property(merges, anyChoices, (merge, choices) => {
        const after = apply(merge, choices)
        if (after === undefined) return
        expect(harmTo(merge, after, isForced(choices))).toEqual([])
        carriedOut += 1
      }),
      RUNS,
    )
    expect(carriedOut).toBeGreaterThan(RUNS.numRuns / 2)
  })

  test('what only force would do to others is asked first', () => {
    let asked = 0
    fc.assert(
      fc.property(merges, (merge) => {
        const after = carryOut(merge, planMerge(merge, forced))
        if (harmTo(merge, after, nothingForced).length === 0) return
        expect(planMerge(merge, unanswered).decisions).not.toEqual([])
        asked += 1
      }),
      RUNS,
    )
    expect(asked).toBeGreaterThan(RUNS.numRuns / 4)
  })

  test('an answered plan asks nothing more, and the next one finds nothing to do', () => {
    fc.assert(
      fc.property(merges, answered, (merge, choices) => {
        fc.pre(!contradictsItself(merge, choices))
        const first = planMerge(merge, choices)
        expect(first.decisions).toEqual([])
        const after = carryOut(merge, first)
        const second = planMerge(after, unanswered)
        expect(second.decisions).toEqual([])
        expect(second.files).toEqual([])
        expect(second.next).toEqual(after.recorded)
      }),
      RUNS,
    )
  })

  test('what is wanted is effective then, or kept as somebody else wants it', () => {
    fc.assert(
      fc.property(merges, anyChoices, (merge, choices) => {
        fc.pre(!contradictsItself(merge, choices))
        const after = apply(merge, choices)
        fc.pre(after !== undefined)
        expect(unfulfilled(after)).toEqual([])
      }),
      RUNS,
    )
  })

  test('nothing is recorded that does not stand there, but what was left alone', () => {
    fc.assert(
      fc.property(merges, anyChoices, (merge, choices) => {
        const after = apply(merge, choices)
        if (after === undefined) return
        const { keys, left, wanted } = merge
        const isLeftAlone = (unit: string): boolean =>
          keys.get(unit)?.state === 'missing' ||
          (left.includes(unit) && !isForced(choices)(unit)) ||
          ['/model', '/small_model'].includes(unit) ||
          wanted.enabledProviders.mode === 'keep'
        expect(recordedInVain(after, isLeftAlone)).toEqual([])
      }),
      RUNS,
    )
  })
})

/**
 * Keep what others wrote, but for a list of theirs that may become as empty as it was. What is no list is
 * theirs as well.
 */
function keeping({ files }: Merge): Choices {
  const effective = CONFIGS.map((file) =>
    outlineAt(outlineOf(files[file] ?? '{}'), ['enabled_providers']),
  ).findLast((list) => list !== undefined)
  const isList = effective === undefined || effective.kind === 'list'
  return isList ? { ...kept, force: new Set(['/enabled_providers']) } : kept
}

function destroy(merge: Merge): Merge | undefined {
  const wishing = withWish(merge, wishForNothing)
  const plan = planMerge(wishing, keeping(merge), { kind: 'restore', saved: new Set() })
  return plan.decisions.length > 0 ? undefined : carryOut(wishing, plan)
}

/** What takes out all that opgen wrote. */
type LastStep = (merge: Merge) => Merge | undefined

const LAST_STEPS: readonly (readonly [string, LastStep])[] = [
  ['an empty manifest', (merge) => apply(withWish(merge, wishForNothing), keeping(merge))],
  ['destroy', destroy],
]

function adoptsNothing({ recorded }: Merge): boolean {
  return Object.values(recorded.files).every(({ values }) =>
    Object.values(values).every(({ origin }) => origin !== 'adopted'),
  )
}

describe('for any files of others and any row of wishes', PATIENCE, () => {
  test.each(LAST_STEPS)('%s undoes to the last byte what kept what others wrote', (_, undo) => {
    let undone = 0
    fc.assert(
      fc.property(histories, (history) => {
        let merge = beginningOf(history)
        const before = textsIn(merge.files)
        for (const wish of history.wishes) {
          const wishing = withWish(merge, wish)
          merge = apply(wishing, keeping(wishing)) ?? merge
          fc.pre(adoptsNothing(merge))
        }
        const after = undo(merge)
        expect(after && textsIn(after.files)).toEqual(before)
        expect(after?.recorded.files).toEqual({})
        undone += 1
      }),
      RUNS,
    )
    expect(undone).toBeGreaterThan(RUNS.numRuns / 2)
  })
})
