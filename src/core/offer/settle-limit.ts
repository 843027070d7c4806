import { isJsonObject } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { roomOf } from '../doctor/compaction.ts'
import type { Compaction } from '../doctor/compaction.ts'
import type { FactSource, Sayings } from './settle-facts.ts'

/** A limit of OpenCode's: whole, or not there at all. */
export interface SettledLimit {
  readonly value: JsonObject | undefined
  /** By `limit.context`, `limit.input` and `limit.output`. */
  readonly from: Readonly<Record<string, FactSource>>
  readonly notes: readonly string[]
}

const NO_LIMIT: SettledLimit = { value: undefined, from: {}, notes: [] }

/** OpenCode as it is when nobody has configured it. */
const DEFAULTS: Compaction = { isOn: true, reserved: undefined, longestAnswer: 32_000 }

/** Below this, no answer is short enough to leave room for a question. */
const SMALLEST_WINDOW = 1024

/**
 * The limit of a model. With half of one OpenCode never compacts, and with one that leaves no room it does nothing
 * else: neither comes of this, whatever a server or the catalogue says. What the manifest says stands.
 */
export function settleLimit(sayings: Sayings): SettledLimit {
  const { server, catalogue, given } = sayings
  if (isJsonObject(given['limit'])) return fromManifest(given['limit'])
  const context = server?.context ?? catalogue?.context
  if (context === undefined) return NO_LIMIT
  if (context < SMALLEST_WINDOW) {
    const note = `no limit is set: OpenCode cannot work in a window of ${context} tokens`
    return { ...NO_LIMIT, notes: [note] }
  }
  const output = settleOutput(context, sayings)
  const input = settleInput({ context, output: output.tokens }, sayings)
  return {
    value: {
      context,
      ...(input === undefined ? {} : { input: input.tokens }),
      output: output.tokens,
    },
    from: {
      'limit.context': server?.context === undefined ? 'catalogue' : 'server',
      ...(input === undefined ? {} : { 'limit.input': input.from }),
      'limit.output': output.from,
    },
    notes: [],
  }
}

function fromManifest(value: JsonObject): SettledLimit {
  const parts = Object.keys(value).map((part) => [`limit.${part}`, 'manifest'] as const)
  return { ...NO_LIMIT, value, from: Object.fromEntries(parts) }
}

interface Part {
  readonly tokens: number
  readonly from: FactSource
}

/**
 * The longest answer that is said, unless it leaves less than a quarter of the window to a session: that would be
 * compacted all the time.
 */
function settleOutput(context: number, { server, catalogue }: Sayings): Part {
  const tokens = server?.output ?? catalogue?.output
  const fits =
    tokens !== undefined && tokens < context && roomIn({ context, output: tokens }) >= context / 4
  return fits
    ? { tokens, from: server?.output === undefined ? 'catalogue' : 'server' }
    : { tokens: derivedOutput(context), from: 'derived' }
}

/** A quarter of the window in round numbers, and no more than OpenCode asks for. */
function derivedOutput(context: number): number {
  const quarter = Math.min(DEFAULTS.longestAnswer, Math.floor(context / 4))
  return Math.max(256, quarter - (quarter % 256))
}

interface Limit {
  readonly context: number
  readonly input?: number
  readonly output: number
}

/** What the catalogue says of the input belongs to its own window. An input of the whole window says nothing. */
function settleInput(limit: Limit, { server, catalogue }: Sayings): Part | undefined {
  const theirs = catalogue?.context === limit.context ? catalogue.input : undefined
  const tokens = server?.input ?? theirs
  if (tokens === undefined || tokens >= limit.context) return undefined
  if (roomIn({ ...limit, input: tokens }) === 0) return undefined
  return { tokens, from: server?.input === undefined ? 'catalogue' : 'server' }
}

function roomIn({ context, input, output }: Limit): number {
  return roomOf({ context, input, output }, DEFAULTS)?.tokens ?? 0
}
