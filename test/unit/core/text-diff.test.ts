import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { unifiedDiff } from '../../../src/core/text-diff.ts'

const NAMES = ['a', 'b'] as const

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

/** Apply a unified diff of ours, as `patch` would. */
function patch(before: readonly string[], diff: string): readonly string[] {
  const result: string[] = []
  let next = 0
  for (const line of diff.split('\n').slice(2, -1)) {
    const header = /^@@ -(\d+)(?:,(\d+))? /.exec(line)
    if (header !== null) {
      const first = Number(header[1]) - (header[2] === '0' ? 0 : 1)
      result.push(...before.slice(next, first))
      next = first
    } else if (line.startsWith('+')) result.push(line.slice(1))
    else {
      if (before[next] !== line.slice(1)) throw new Error(`the diff does not fit at ${line}`)
      if (line.startsWith(' ')) result.push(line.slice(1))
      next += 1
    }
  }
  return [...result, ...before.slice(next)]
}

describe('unifiedDiff', () => {
  test('shows a change with three lines around it', () => {
    const before = ['1', '2', '3', '4', '5', '6', '7', '8', '9', ''].join('\n')
    const after = before.replace('5', 'five')
    expect(unifiedDiff(before, after, NAMES)).toBe(
      '--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n',
    )
  })

  test('shows a new file as added lines', () => {
    expect(unifiedDiff('', 'x\ny\n', NAMES)).toBe('--- a\n+++ b\n@@ -0,0 +1,2 @@\n+x\n+y\n')
  })

  test('says nothing of equal texts, nor of line endings', () => {
    expect(unifiedDiff('x\ny\n', 'x\r\ny', NAMES)).toBe('')
  })

  test('turns one text into the other, whatever they are', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 })
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const diff = unifiedDiff(text(before), text(after), NAMES)
        expect(patch(before, diff)).toEqual(after)
      }),
      { numRuns: 500 },
    )
  })
})
