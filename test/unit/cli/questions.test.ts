import { describe, expect, test } from 'vitest'
import { questionOf } from '../../../src/cli/questions.ts'
import type { Decision, DecisionKind } from '../../../src/core/plan/plan.ts'

describe('the words of a question', () => {
  const kinds: Readonly<Record<DecisionKind, true>> = {
    drift: true,
    conflict: true,
    'missing-key': true,
    origin: true,
    command: true,
    manifest: true,
    profile: true,
    list: true,
    symlink: true,
    delivery: true,
  }
  const dispute = { target: 'config', file: '/c', pointer: '/x', found: '1', wanted: '2' } as const

  test.each(Object.keys(kinds).filter((kind): kind is DecisionKind => kind in kinds))(
    'of kind %s begin with letters of their own',
    (kind) => {
      for (const details of [[], [{ text: '', dispute }]]) {
        const decision: Decision = { id: 'x', kind, detail: '', details, flag: '', otherFlags: [] }
        const { ways } = questionOf(decision, { carry: true, enterKey: true, importKeys: true })
        const letters = ways.map(({ words }) => words.charAt(0))
        expect(new Set(letters).size).toBe(letters.length)
        expect(letters.join('')).toMatch(/^[a-z]+$/)
      }
    },
  )
})
