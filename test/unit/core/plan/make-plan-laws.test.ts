import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadPlan } from '../../../../src/app/load-plan.ts'
import type { Loaded } from '../../../../src/app/load-plan.ts'
import { noChoices } from '../../../../src/core/plan/plan.ts'
import { auth, config, foreignEdit, manifest } from '../../../support/arbitrary-worlds.ts'
import type { JsonObject } from '../../../support/arbitrary-worlds.ts'
import { leaks } from '../../../support/leaks.ts'
import { AUTH, CONFIG, worldWith, PLAIN_SESSION } from '../../../support/run-opgen.ts'

const KEY = 'test-key-some'
const RUNS = { numRuns: 60 * Number(process.env['OPGEN_FUZZ'] ?? 1) }

async function load(
  text: string,
  files: Readonly<Record<string, string>>,
  choices: typeof noChoices,
): Promise<Loaded> {
  const { system } = worldWith(text, { files, env: { SOME_KEY: KEY } })
  return loadPlan({ ...PLAIN_SESSION, system }, choices, {
    forApply: true,
  })
}

/** A config in which somebody else has written into blocks that the manifest may want. */
const disputed = fc
  .array(foreignEdit, { minLength: 1, maxLength: 6 })
  .map((edits) => JSON.stringify(edits.reduce<JsonObject>((value, edit) => edit(value).value, {})))

describe('for any manifest and any files of others', () => {
  const choice = fc.constantFrom(
    noChoices,
    { ...noChoices, force: 'all' as const },
    { ...noChoices, keep: 'all' as const },
  )

  test('a plan is JSON, without a key in any disguise, and equal worlds have equal plans', async () => {
    await fc.assert(
      fc.asyncProperty(
        manifest,
        config,
        auth,
        choice,
        async (text, configText, authText, choices) => {
          const files = { [CONFIG]: configText, [AUTH]: authText }
          const { plan } = await load(text, files, choices)
          const printed = JSON.stringify(plan)
          expect(JSON.parse(printed)).toEqual(plan)
          expect(leaks(printed, KEY)).toBe(false)
          expect(leaks(printed, 'test-key-foreign')).toBe(false)
          expect((await load(text, files, choices)).plan).toEqual(plan)
        },
      ),
      RUNS,
    )
  })

  test('a question is asked once for each provider and kind, about a change that is listed', async () => {
    let asked = 0
    await fc.assert(
      fc.asyncProperty(manifest, disputed, async (text, configText) => {
        const { plan } = await load(text, { [CONFIG]: configText }, noChoices)
        const questions = plan.decisions.map(({ id, kind }) => `${id} ${kind}`)
        expect(new Set(questions).size).toBe(questions.length)
        const ids = plan.changes.map(({ id }) => id)
        expect(new Set(ids).size).toBe(ids.length)
        expect(ids).toEqual(expect.arrayContaining(plan.decisions.map(({ id }) => id)))
        asked += questions.length
      }),
      RUNS,
    )
    expect(asked).toBeGreaterThan(0)
  })
})
