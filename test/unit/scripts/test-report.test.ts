import { describe, expect, test } from 'vitest'
import { countTests, summaryLine } from '../../../scripts/test-report.mjs'

describe('the counts of a test run', () => {
  test('are the tests of the report, with the skipped ones by name', () => {
    const counts = countTests(
      report(
        { status: 'failed', tests: { a: 'passed', b: 'failed', c: 'skipped' } },
        {
          status: 'passed',
          tests: { d: 'passed', e: 'todo' },
        },
      ),
    )
    expect(counts).toEqual({ passed: 2, failed: 1, skipped: ['c', 'e'] })
    expect(summaryLine(counts)).toBe('2 passed, 1 failed, 2 skipped')
  })

  test('count a file that could not be loaded as a failure', () => {
    const counts = countTests(
      report({ status: 'failed', tests: {} }, { status: 'passed', tests: { a: 'passed' } }),
    )
    expect(summaryLine(counts)).toBe('1 passed, 1 failed')
  })

  test('count a file whose set-up failed after its tests as a failure', () => {
    const counts = countTests(report({ status: 'failed', tests: { a: 'passed' } }))
    expect(summaryLine(counts)).toBe('1 passed, 1 failed')
  })
})

function report(
  ...files: readonly { readonly status: string; readonly tests: Readonly<Record<string, string>> }[]
): string {
  const testResults = files.map(({ status, tests }) => ({
    status,
    assertionResults: Object.entries(tests).map(([fullName, outcome]) => ({
      fullName,
      status: outcome,
    })),
  }))
  return JSON.stringify({ testResults })
}
