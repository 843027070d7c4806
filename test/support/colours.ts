/** The colours that are still on at the end of a line, or that ended without a beginning. */
export function openColours(line: string): readonly string[] {
  const ends = new Map([
    ['31', '39'],
    ['32', '39'],
    ['33', '39'],
    ['1', '22'],
    ['2', '22'],
  ])
  const open: string[] = []
  // oxlint-disable-next-line no-control-regex -- escape sequences are what it looks for
  for (const [, code = ''] of line.matchAll(/\u001B\[(\d+)m/g)) {
    const end = ends.get(code)
    if (end !== undefined) open.push(end)
    else if (open.at(-1) === code) open.pop()
    else open.push(`unexpected ${code}`)
  }
  return open
}
