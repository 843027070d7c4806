/** Line and column of an offset, 1-based; the column in UTF-16 units. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Finds positions in texts, each of which is looked through once: there may be thousands in one. */
export function positionFinder(): (text: string, offset: number) => Position {
  const known = new Map<string, readonly number[]>()
  return (text, offset) => {
    let starts = known.get(text)
    if (starts === undefined) {
      starts = lineStarts(text)
      known.set(text, starts)
    }
    const line = lastUpTo(starts, offset)
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 }
  }
}

/** Where each line begins. A byte order mark takes no column. */
function lineStarts(text: string): readonly number[] {
  const breaks = [...text.matchAll(/\r\n?|\n/g)].map((found) => found.index + found[0].length)
  return [text.startsWith('\uFEFF') ? 1 : 0, ...breaks]
}

/** The index of the last start that is not behind an offset. */
function lastUpTo(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}
