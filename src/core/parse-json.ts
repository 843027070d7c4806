import type { JsonValue } from './json.ts'

/** Levels of nesting, and objects and lists in all, beyond which a text is no answer to any question of ours. */
const DEEPEST = 64
const MOST_PARTS = 2_000_000

const [QUOTE, ESCAPE] = [0x22, 0x5c]
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b])
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d])

/** Texts below this length cannot do harm. */
const HARMLESS = 1_000_000

/**
 * The JSON that a stranger sent. Undefined for what is none, and for what would take a hundred times its length
 * in memory: megabytes of nothing but brackets.
 */
export function parseJson(text: string): JsonValue | undefined {
  if (text.length > HARMLESS && isExcessive(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isExcessive(text: string): boolean {
  let depth = 0
  let parts = 0
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit === QUOTE) index = endOfText(text, index)
    else if (OPENING.has(unit)) {
      depth += 1
      parts += 1
      if (depth > DEEPEST || parts > MOST_PARTS) return true
    } else if (CLOSING.has(unit)) depth -= 1
  }
  return false
}

/** Where a text ends that begins here. */
function endOfText(text: string, start: number): number {
  let index = start + 1
  while (index < text.length && text.charCodeAt(index) !== QUOTE) {
    index += text.charCodeAt(index) === ESCAPE ? 2 : 1
  }
  return index
}
