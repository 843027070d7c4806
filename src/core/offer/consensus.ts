import type { JsonValue } from '../json.ts'
import { MODALITIES } from './model-facts.ts'
import type { Modalities, Modality, ModelFacts } from './model-facts.ts'
import { said } from './read-values.ts'

/**
 * What most say of one model, whatever their order. Between equals, what promises less: a smaller limit, no capability,
 * text alone. Prices are left out: they are each one's own.
 */
export function consensusOf(all: readonly ModelFacts[]): ModelFacts {
  return said({
    name: most(
      all.flatMap(({ name }) => (name === undefined ? [] : [name])),
      (a, b) => a.length - b.length,
    ),
    ...commonLimit(all),
    modalities: commonModalities(all),
    attachment: mostSay(all.map(({ attachment }) => attachment)),
    reasoning: mostSay(all.map(({ reasoning }) => reasoning)),
    tool_call: mostSay(all.map((facts) => facts.tool_call)),
    temperature: mostSay(all.map(({ temperature }) => temperature)),
    interleaved: commonInterleaved(all),
  })
}

/** Cannot be said in JSON, and therefore comes before whatever is. */
const NOTHING = ''

/** Some servers refuse what others ask for: who says nothing of it counts as well. */
function commonInterleaved(all: readonly ModelFacts[]): JsonValue | undefined {
  const texts = all.map(({ interleaved }) =>
    interleaved === undefined ? NOTHING : JSON.stringify(interleaved),
  )
  const text = most(texts, (a, b) => a.length - b.length) ?? NOTHING
  return text === NOTHING ? undefined : JSON.parse(text)
}

/** The parts of a limit belong together, so that one is chosen as a whole. */
function commonLimit(all: readonly ModelFacts[]): ModelFacts {
  const whole = all.filter(({ context, output }) => context !== undefined && output !== undefined)
  const known = whole.length > 0 ? whole : all.filter(({ context }) => context !== undefined)
  const texts = known.map(({ context, input, output }) => JSON.stringify([context, output, input]))
  const chosen = most(texts, (a, b) => compareLimits(partsOf(a), partsOf(b)))
  const [context, output, input] = chosen === undefined ? [] : partsOf(chosen)
  return said({ context, input, output })
}

/** What is not said is null in JSON. */
function partsOf(text: string): readonly (number | undefined)[] {
  const parts: readonly (number | null)[] = JSON.parse(text)
  return parts.map((part) => part ?? undefined)
}

function compareLimits(
  a: readonly (number | undefined)[],
  b: readonly (number | undefined)[],
): number {
  const at = a.findIndex((part, index) => part !== b[index])
  return (a[at] ?? Infinity) - (b[at] ?? Infinity)
}

function commonModalities(all: readonly ModelFacts[]): Modalities | undefined {
  const known = all.flatMap(({ modalities }) => (modalities === undefined ? [] : [modalities]))
  if (known.length === 0) return undefined
  return {
    input: mostHave(known.map(({ input }) => input)),
    output: mostHave(known.map(({ output }) => output)),
  }
}

function mostHave(lists: readonly (readonly Modality[])[]): readonly Modality[] {
  return MODALITIES.filter((modality) => {
    const count = lists.filter((list) => list.includes(modality)).length
    return modality === 'text' ? count * 2 >= lists.length : count * 2 > lists.length
  })
}

/** Undefined: nobody says. */
function mostSay(flags: readonly (boolean | undefined)[]): boolean | undefined {
  const known = flags.filter((flag) => flag !== undefined)
  return known.length === 0 ? undefined : known.filter(Boolean).length * 2 > known.length
}

/**
 * The text that is there most often.
 *
 * @param compare which of two comes first where both are there as often; between equals the alphabet decides
 */
function most(
  texts: readonly string[],
  compare: (a: string, b: string) => number,
): string | undefined {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  const [first] = [...counts].toSorted(
    ([a, timesA], [b, timesB]) => timesB - timesA || compare(a, b) || (a < b ? -1 : 1),
  )
  return first?.[0]
}
