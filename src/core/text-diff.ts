/** One line of a comparison, without its line ending. */
interface DiffLine {
  readonly sign: ' ' | '-' | '+'
  readonly text: string
}

/** Unchanged lines shown around a change. */
const CONTEXT = 3

/** Larger middles are shown as replaced as a whole: nobody reads such a diff line by line. */
const MAX_EDITS = 2000

/**
 * The unified diff of two texts, in hunks with three lines of context; empty when they are equal.
 * Lines are compared without their endings.
 */
export function unifiedDiff(
  before: string,
  after: string,
  names: readonly [string, string],
): string {
  const lines = diffLines(linesOf(before), linesOf(after))
  const hunks = hunksOf(lines)
  if (hunks.length === 0) return ''
  return [`--- ${names[0]}`, `+++ ${names[1]}`, ...hunks].map((line) => `${line}\n`).join('')
}

function linesOf(text: string): readonly string[] {
  if (text === '') return []
  const lines = text.split(/\r\n|\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function diffLines(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1
  let tail = 0
  const room = Math.min(before.length, after.length) - start
  while (tail < room && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1
  return [
    ...before.slice(0, start).map((text): DiffLine => ({ sign: ' ', text })),
    ...diffMiddle(
      before.slice(start, before.length - tail),
      after.slice(start, after.length - tail),
    ),
    ...before.slice(before.length - tail).map((text): DiffLine => ({ sign: ' ', text })),
  ]
}

/** E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), the greedy form. */
function diffMiddle(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const limit = before.length + after.length
  const furthest = new Map<number, number>([[1, 0]])
  const history: ReadonlyMap<number, number>[] = []
  for (let edits = 0; edits <= Math.min(limit, MAX_EDITS); edits += 1) {
    history.push(new Map(furthest))
    for (let k = -edits; k <= edits; k += 2) {
      let x = stepTo(furthest, k, edits)
      let y = x - k
      while (x < before.length && y < after.length && before[x] === after[y]) {
        x += 1
        y += 1
      }
      furthest.set(k, x)
      if (x >= before.length && y >= after.length) return walkBack(before, after, history)
    }
  }
  return [
    ...before.map((text): DiffLine => ({ sign: '-', text })),
    ...after.map((text): DiffLine => ({ sign: '+', text })),
  ]
}

function stepTo(furthest: ReadonlyMap<number, number>, k: number, edits: number): number {
  const down = furthest.get(k + 1) ?? -1
  const right = furthest.get(k - 1) ?? -1
  return k === -edits || (k !== edits && right < down) ? down : right + 1
}

function walkBack(
  before: readonly string[],
  after: readonly string[],
  history: readonly ReadonlyMap<number, number>[],
): readonly DiffLine[] {
  const lines: DiffLine[] = []
  let x = before.length
  let y = after.length
  for (let edits = history.length - 1; edits >= 0; edits -= 1) {
    const furthest = history[edits] ?? new Map<number, number>()
    const k = x - y
    const down =
      k === -edits || (k !== edits && (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1))
    const fromX = furthest.get(down ? k + 1 : k - 1) ?? 0
    const fromY = fromX - (down ? k + 1 : k - 1)
    while (x > fromX && y > fromY) {
      x -= 1
      y -= 1
      lines.push({ sign: ' ', text: before[x] ?? '' })
    }
    if (edits === 0) break
    if (down) lines.push({ sign: '+', text: after[(y -= 1)] ?? '' })
    else lines.push({ sign: '-', text: before[(x -= 1)] ?? '' })
  }
  return lines.toReversed()
}

function hunksOf(lines: readonly DiffLine[]): readonly string[] {
  const shown = new Set<number>()
  for (const [index, { sign }] of lines.entries()) {
    if (sign === ' ') continue
    for (let near = index - CONTEXT; near <= index + CONTEXT; near += 1) shown.add(near)
  }
  const output: string[] = []
  let oldLine = 1
  let newLine = 1
  for (let index = 0; index < lines.length;) {
    if (!shown.has(index)) {
      index += 1
      oldLine += 1
      newLine += 1
      continue
    }
    const start = index
    while (index < lines.length && shown.has(index)) index += 1
    const hunk = lines.slice(start, index)
    const olds = hunk.filter(({ sign }) => sign !== '+').length
    const news = hunk.filter(({ sign }) => sign !== '-').length
    output.push(`@@ -${range(oldLine, olds)} +${range(newLine, news)} @@`)
    for (const { sign, text } of hunk) output.push(sign + text)
    oldLine += olds
    newLine += news
  }
  return output
}

/** GNU diff's form: an empty side is numbered by the line before it. */
function range(line: number, count: number): string {
  if (count === 1) return String(line)
  return `${count === 0 ? line - 1 : line},${count}`
}
