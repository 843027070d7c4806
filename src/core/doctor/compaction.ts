import type { JsonObject } from '../json.ts'
import { isOn } from './declared-models.ts'
import { mergedAt } from './merged-config.ts'
import type { Scene } from './scene.ts'

/** How OpenCode 1 shortens a session that grows too long. */
export interface Compaction {
  readonly isOn: boolean
  /** What is kept free of `limit.input`; undefined: as much as an answer may take, and 20,000 at most. */
  readonly reserved: number | undefined
  /** The longest answer that is asked for, whatever a model could give. */
  readonly longestAnswer: number
}

export function compactionOf({ config, machine }: Scene): Compaction {
  const { value: auto } = mergedAt(config, ['compaction', 'auto']) ?? {}
  const { value: reserved } = mergedAt(config, ['compaction', 'reserved']) ?? {}
  const longest = Number(machine.env('OPENCODE_EXPERIMENTAL_OUTPUT_TOKEN_MAX') ?? '')
  return {
    isOn: auto !== false && !isOn(machine.env('OPENCODE_DISABLE_AUTOCOMPACT')),
    reserved: typeof reserved === 'number' ? reserved : undefined,
    longestAnswer:
      Number.isInteger(longest) && longest > 0 ? longest : compactionByDefault.longestAnswer,
  }
}

/** What holds where nobody has set anything else. */
export const compactionByDefault: Compaction = {
  isOn: true,
  reserved: undefined,
  longestAnswer: 32_000,
}

export interface Limit {
  readonly context: number
  readonly input: number | undefined
  readonly output: number
}

/** A limit as OpenCode 1 sees it: what is not there counts as 0. */
export function limitOf(limit: JsonObject): Limit {
  const { context, input, output } = limit
  return {
    context: typeof context === 'number' ? context : 0,
    input: typeof input === 'number' ? input : undefined,
    output: typeof output === 'number' ? output : 0,
  }
}

/** How many tokens a session may have before OpenCode compacts it. */
export interface Room {
  readonly tokens: number
  /** How that comes about: `context 8000 - output 8000 leaves 0`. */
  readonly sum: string
}

const MOST_RESERVED = 20_000

/** The arithmetic of contract 4.2. Undefined: it never compacts, because no context is given. */
export function roomOf(limit: Limit, { reserved, longestAnswer }: Compaction): Room | undefined {
  const { context, input, output } = limit
  if (context === 0) return undefined
  const answer = Math.min(output, longestAnswer) || longestAnswer
  const [whole, name] = input === undefined || input === 0 ? [context, 'context'] : [input, 'input']
  const taken = name === 'context' ? answer : (reserved ?? Math.min(MOST_RESERVED, answer))
  const what = name === 'input' && reserved !== undefined ? 'reserved' : 'output'
  const as = what === 'output' && taken !== output ? ` (for ${output})` : ''
  const tokens = Math.max(0, whole - taken)
  return { tokens, sum: `${name} ${whole} - ${what} ${taken}${as} leaves ${tokens}` }
}
