import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limitOf, roomOf } from '../../../../src/core/doctor/compaction.ts'
import { isJsonObject } from '../../../../src/core/json.ts'
import { modelItem } from '../../../../src/core/manifest/model-schema.ts'
import { settleFacts } from '../../../../src/core/offer/settle-facts.ts'
import { arbitraryFacts } from '../../../support/arbitrary-facts.ts'

/** `OPGEN_FUZZ=10` tries ten times as many. */
const RUNS = { numRuns: 1000 * Number(process.env['OPGEN_FUZZ'] ?? 1) }

const DEFAULTS = { isOn: true, reserved: undefined, longestAnswer: 32_000 }

describe('whatever is said,', () => {
  const sayings = fc.record({
    server: fc.option(arbitraryFacts, { nil: undefined }),
    catalogue: fc.option(arbitraryFacts, { nil: undefined }),
    given: fc.constant({}),
  })

  test('a limit is whole, leaves room, and holds its input', () => {
    fc.assert(
      fc.property(sayings, (said) => {
        const { limit } = settleFacts(said).values
        if (limit === undefined) return
        if (!isJsonObject(limit)) throw new Error('no limit')
        const { context, input = 1, output } = limit
        expect(Object.keys(limit)).toEqual(
          'input' in limit ? ['context', 'input', 'output'] : ['context', 'output'],
        )
        expect([context, input, output].every((count) => Number.isSafeInteger(count))).toBe(true)
        expect(Number(output)).toBeLessThan(Number(context))
        expect(Number(input)).toBeLessThan(Number(context))
        expect(roomOf(limitOf(limit), DEFAULTS)?.tokens).toBeGreaterThan(0)
      }),
      RUNS,
    )
  })

  test('there is a limit for every window that OpenCode can work in', () => {
    fc.assert(
      fc.property(sayings, (said) => {
        const window = said.server?.context ?? said.catalogue?.context ?? 0
        const { values, notes } = settleFacts(said)
        expect('limit' in values).toBe(window >= 1024)
        expect(notes).toHaveLength(window > 0 && window < 1024 ? 1 : 0)
      }),
      RUNS,
    )
  })

  test('a manifest may say the same, and every value has its source', () => {
    fc.assert(
      fc.property(sayings, (said) => {
        const { values, from } = settleFacts(said)
        expect(modelItem.safeParse({ id: 'm', ...values }).error).toBeUndefined()
        const sourced = new Set(Object.keys(from).map((name) => name.replace(/\..*/, '')))
        expect([...sourced].toSorted()).toEqual(Object.keys(values).toSorted())
      }),
      RUNS,
    )
  })

  test('what the manifest says is left as it is', () => {
    fc.assert(
      fc.property(
        sayings,
        fc.dictionary(fc.constantFrom('name', 'limit'), fc.jsonValue()),
        (said, given) => {
          const { values } = settleFacts({ ...said, given: { name: 'mine' } })
          expect(values['name']).toBe('mine')
          expect(() =>
            settleFacts({ ...said, given: JSON.parse(JSON.stringify(given)) }),
          ).not.toThrow()
        },
      ),
      RUNS,
    )
  })
})
