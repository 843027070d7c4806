import * as fc from 'fast-check'
import { MODALITIES } from '../../src/core/offer/model-facts.ts'
import type { ModelFacts } from '../../src/core/offer/model-facts.ts'

/** Numbers of tokens around those where limits begin to loop, and all others. */
const tokens = fc.oneof(
  fc.integer({ min: 1, max: 70_000 }),
  fc.constantFrom(1024, 8000, 32_000, 32_768, 40_000, 128_000, 131_072, 1_000_000),
  fc.maxSafeNat().filter((count) => count > 0),
)

const modalities = fc.subarray([...MODALITIES])

const price = fc.integer({ min: 0, max: 1000 }).map((cents) => cents / 100)

/** What a server or a catalogue may say of a model. */
export const arbitraryFacts: fc.Arbitrary<ModelFacts> = fc.record(
  {
    name: fc.string({ minLength: 1 }),
    context: tokens,
    input: tokens,
    output: tokens,
    cost: fc.record({ input: price, output: price }),
    modalities: fc.record({ input: modalities, output: modalities }),
    attachment: fc.boolean(),
    reasoning: fc.boolean(),
    tool_call: fc.boolean(),
    temperature: fc.boolean(),
    interleaved: fc.constantFrom(true, { field: 'reasoning_content' }),
  },
  { requiredKeys: [] },
)
