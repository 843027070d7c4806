// Vitest's JSON report, counted. The counts are the tests that ran, not what anybody expected.

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {readonly string[]} skipped full names
 */

/** In the name of a skipped test: it does not count as failed where all tests are required. */
export const MAY_BE_SKIPPED = 'may be skipped: '

/**
 * Count a report. A test file that could not be loaded counts as one failure.
 *
 * @param {string} json
 * @returns {Counts}
 */
export function countTests(json) {
  /** @type {{ testResults: { status: string, assertionResults: { status: string, fullName: string }[] }[] }} */
  const report = JSON.parse(json)
  const tests = report.testResults.flatMap((file) => file.assertionResults)
  const broken = report.testResults.filter(
    (file) =>
      file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  )
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: tests.filter((test) => test.status === 'failed').length + broken.length,
    skipped: tests
      .filter((test) => test.status !== 'passed' && test.status !== 'failed')
      .map((test) => test.fullName),
  }
}

/**
 * The line that ends every run: `12 passed, 0 failed`, and `, 3 skipped` when there are any.
 *
 * @param {Counts} counts
 */
export function summaryLine({ passed, failed, skipped }) {
  const line = `${passed} passed, ${failed} failed`
  return skipped.length === 0 ? line : `${line}, ${skipped.length} skipped`
}
