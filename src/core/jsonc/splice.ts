import type { Span } from './parse.ts'

/** Text that takes the place of a span. Spans of one set never overlap. */
export interface Splice extends Span {
  readonly text: string
}

/** Apply all splices in one pass. Those at the same place apply in the order given. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  const pieces: string[] = []
  let at = 0
  for (const splice of splices.toSorted((a, b) => a.start - b.start)) {
    if (splice.start < at) throw new RangeError('two edits of the same text overlap')
    pieces.push(text.slice(at, splice.start), splice.text)
    at = splice.end
  }
  pieces.push(text.slice(at))
  return pieces.join('')
}
