import { describe, expect, test } from 'vitest'
import { choosePaint, plain } from '../../../src/cli/paint.ts'
import { renderDecisions } from '../../../src/cli/render-decisions.ts'
import type { Decision } from '../../../src/core/plan/plan.ts'
import { openColours } from '../../support/colours.ts'

const colourful = choosePaint('always', false)

describe('decisions', () => {
  const decision: Decision = {
    id: 'gw',
    kind: 'conflict',
    detail: '/provider/gw/name is "A; a", wanted "B"; /provider/gw/npm is "c", wanted "d"',
    details: [
      { text: '/provider/gw/name is "A; a", wanted "B"' },
      { text: '/provider/gw/npm is "c", wanted "d"' },
    ],
    flag: '--force gw',
    otherFlags: ['--keep gw'],
  }

  test('are each a block with what stands where, and the flags that decide', () => {
    expect(
      renderDecisions(
        [decision, { ...decision, details: [{ text: 'x' }], otherFlags: [], hint: 'or go' }],
        plain,
      ),
    ).toBe(
      [
        '  gw conflict',
        '    /provider/gw/name is "A; a",',
        '      wanted "B"',
        '    /provider/gw/npm is "c",',
        '      wanted "d"',
        '    decide with `--force gw` or `--keep gw`',
        '',
        '  gw conflict',
        '    x',
        '    or go',
        '    decide with `--force gw`',
        '',
      ].join('\n'),
    )
  })

  test('are nothing when there are none', () => {
    expect(renderDecisions([], plain)).toBe('')
  })

  test('have colours that end on their line', () => {
    for (const line of renderDecisions([decision], colourful).split('\n')) {
      expect(openColours(line)).toEqual([])
    }
  })
})
