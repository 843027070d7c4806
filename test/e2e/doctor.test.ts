import { describe, test } from 'vitest'
import { run } from '../../src/cli/run.ts'
import type { Finding } from '../../src/core/doctor/finding.ts'
import { differences, fixturesWithEffects, stageOf } from '../support/doctor-effects.ts'
import { doctorWorld } from '../support/doctor-fixtures.ts'
import type { DoctorFixture, FixtureState } from '../support/doctor-fixtures.ts'
import { memoryTerminal } from '../support/memory-terminal.ts'
import { need } from '../support/tools.ts'
import { outside, readTree, traceOf } from '../support/tree.ts'

/*
 * What doctor says of OpenCode, held against the real one: each fault breaks it in the way that is said, the repair
 * mends it, and the built program finds the one and is content with the other on a real disk.
 */
const needed = await need('opencode')
const effects = fixturesWithEffects()

/** Where opgen keeps which OpenCode is of which version, if it keeps anything. */
const OWN = '.local/state/opgen'

/** Several OpenCodes at a time, beside whatever else the machine does. */
const PATIENT = { timeout: 300_000 }

describe.skipIf(needed.skip)(`OpenCode does what doctor says${needed.note}`, () => {
  test.concurrent.for(effects)('of $name', PATIENT, async ({ fixture, effect }, { expect }) => {
    for (const state of ['given', 'repaired'] as const) {
      const stage = await stageOf(fixture, effect, state)
      try {
        const { home } = stage.sandbox
        const before = traceOf(outside(readTree(home), OWN))
        const told = await stage.doctor()
        expect(traceOf(outside(readTree(home), OWN))).toEqual(before)
        expect(told.stderr).toBe('')
        const codes = codesIn(told.stdout)
        expect({ status: told.status, codes }).toEqual(await inMemory(fixture, state))
        const isFound = codes.some((code) => code.endsWith(` ${fixture.code}`))
        expect({ state, isFound }).toEqual({ state, isFound: state === 'given' })

        const done = await stage.openCode()
        const { stdout, stderr } = done.outcome
        expect(differences(effect[state], done), `${state}: ${stdout}${stderr}`).toEqual([])
      } finally {
        await stage.remove()
      }
    }
  })
})

/** What is found in the same world in memory, where the findings can be read. */
async function inMemory(
  fixture: DoctorFixture,
  state: FixtureState,
): Promise<{ readonly status: number; readonly codes: readonly string[] }> {
  const terminal = memoryTerminal()
  const words = ['doctor', ...(fixture[state].args ?? []), '--json']
  const status = await run(words, doctorWorld(fixture, state).system, terminal)
  return { status, codes: codesIn(terminal.stdout()) }
}

function codesIn(text: string): readonly string[] {
  const { findings }: { readonly findings: readonly Finding[] } = JSON.parse(text)
  return findings.map(({ severity, code }) => `${severity} ${code}`).toSorted()
}
