import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { Modalities, ModelFacts } from './model-facts.ts'
import { settleLimit } from './settle-limit.ts'

/** Who says a value. `derived`: nobody, it follows from others. */
export type FactSource = 'server' | 'catalogue' | 'derived' | 'manifest'

/** What is said of one model, and by whom. */
export interface Sayings {
  readonly server: ModelFacts | undefined
  readonly catalogue: ModelFacts | undefined
  /** The fields of the model in the manifest, which are left as they are. */
  readonly given: JsonObject
}

export interface SettledFacts {
  /**
   * Fields of a model of OpenCode's, in its order, as far as they are known: `name`, `attachment`, `reasoning`,
   * `temperature`, `tool_call`, `interleaved`, `cost`, `limit`, `modalities`.
   */
  readonly values: JsonObject
  /** By the name of each field; by `limit.context`, `limit.input` and `limit.output` for the parts of a limit. */
  readonly from: Readonly<Record<string, FactSource>>
  readonly notes: readonly string[]
}

interface Settled {
  readonly value: JsonValue
  readonly from: FactSource
}

/** What a model is: the manifest has the last word, then its server, then the catalogue. */
export function settleFacts(sayings: Sayings): SettledFacts {
  const modalities = settle('modalities', sayings, modalitiesIn)
  const limit = settleLimit(sayings)
  const known = Object.entries({
    name: settle('name', sayings, ({ name }) => name),
    attachment: settleAttachment(sayings, modalities),
    reasoning: settle('reasoning', sayings, ({ reasoning }) => reasoning),
    temperature: settle('temperature', sayings, ({ temperature }) => temperature),
    tool_call: settle('tool_call', sayings, (facts) => facts.tool_call),
    interleaved: settle('interleaved', sayings, ({ interleaved }) => interleaved),
    cost: settle('cost', sayings, ({ cost }) => (cost === undefined ? undefined : { ...cost })),
    limit,
    modalities,
  }).flatMap(([name, { value, from } = NOBODY]) =>
    value === undefined ? [] : [{ name, value, from }],
  )
  const sources = known.flatMap(({ name, from }) =>
    typeof from === 'string' ? [[name, from] as const] : Object.entries(from),
  )
  return {
    values: Object.fromEntries(known.map(({ name, value }) => [name, value])),
    from: Object.fromEntries(sources),
    notes: limit.notes,
  }
}

const NOBODY = { value: undefined, from: {} }

/** The first that says it. */
function settle(
  field: string,
  { server, catalogue, given }: Sayings,
  read: (facts: ModelFacts) => JsonValue | undefined,
): Settled | undefined {
  const sayings = [
    ['manifest', given[field]],
    ['server', read(server ?? {})],
    ['catalogue', read(catalogue ?? {})],
  ] as const
  for (const [from, value] of sayings) if (value !== undefined) return { value, from }
  return undefined
}

/** Without text on both sides, OpenCode has nothing to do with a model. */
function modalitiesIn({ modalities }: ModelFacts): JsonValue | undefined {
  const { input, output }: Modalities = modalities ?? { input: [], output: [] }
  return input.includes('text') && output.includes('text') ? { input, output } : undefined
}

/** OpenCode takes images and PDFs out of what it sends unless this says that a model reads them. */
function settleAttachment(sayings: Sayings, modalities: Settled | undefined): Settled | undefined {
  const said = settle('attachment', sayings, ({ attachment }) => attachment)
  if (said?.from === 'manifest' || !isJsonObject(modalities?.value)) return said
  const input = modalities.value['input']
  if (!Array.isArray(input)) return said
  const reads = input.includes('image') || input.includes('pdf')
  if (said?.value === reads) return said
  return reads ? { value: true, from: 'derived' } : undefined
}
