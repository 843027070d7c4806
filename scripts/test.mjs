// `npm test`: set up what is missing, build, run every test, and end with the counts.
//   --fast          only unit, diagnostics and golden tests: nothing is installed but the dependencies
//   anything else   goes to vitest, e.g. `npm test -- test/e2e/canary.test.ts`
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  build,
  installAge,
  installDependencies,
  installMockLlm,
  installOpenCode,
  installSecretService,
  installShells,
  root,
} from './set-up.mjs'
import { countTests, MAY_BE_SKIPPED, summaryLine } from './test-report.mjs'

const args = process.argv.slice(2)
const fast = args.includes('--fast')
const forVitest = args.filter((arg) => arg !== '--fast')
const required = process.env['CI'] === 'true'

process.exitCode = await main()

/** @returns {Promise<number>} the exit code */
async function main() {
  try {
    await installDependencies()
    if (!fast) await installTools()
  } catch {
    // The step has said what went wrong. Nothing was tested, and that is no success.
    console.log(`\n${summaryLine({ passed: 0, failed: 1, skipped: [] })}`)
    return 1
  }
  const folder = await mkdtemp(join(tmpdir(), 'opgen-test-report-'))
  try {
    const report = join(folder, 'report.json')
    const status = await runVitest(report)
    return summarise(status, existsSync(report) ? await readFile(report, 'utf8') : undefined)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function installTools() {
  const lacking = [
    await installSecretService(),
    await installAge(),
    await installShells(),
    await installOpenCode(),
    await installMockLlm(),
  ]
  await build()
  const reasons = lacking.filter((reason) => reason !== undefined)
  if (reasons.length === 0) return
  console.log(
    required
      ? `CI=true, so these tests are required and will fail: ${reasons.join('; ')}`
      : `Tests that need what is missing are skipped by name: ${reasons.join('; ')}`,
  )
}

/**
 * @param {string} report file for vitest's JSON report
 * @returns {Promise<number>} vitest's exit code
 */
async function runVitest(report) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const projects = fast ? ['--project', 'unit', '--project', 'golden'] : []
  const child = spawn(
    process.execPath,
    [
      vitest,
      'run',
      // A missing or different expected file fails; nothing is ever written by a test run.
      '--update=none',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      // Vitest would leave one processor free; most of these tests wait for other programs.
      `--maxWorkers=${availableParallelism()}`,
      ...projects,
      ...forVitest,
    ],
    { cwd: root, stdio: 'inherit' },
  )
  const [code] = await once(child, 'close')
  return code ?? 1
}

/**
 * Print the counts.
 *
 * @param {number} status vitest's exit code
 * @param {string | undefined} report
 * @returns {number} the exit code
 */
function summarise(status, report) {
  const { passed, failed, skipped } =
    report === undefined ? { passed: 0, failed: 1, skipped: [] } : countTests(report)
  if (skipped.length > 0) {
    console.log(required ? `Skipped (with CI=true only what "${MAY_BE_SKIPPED}…"):` : 'Skipped:')
    for (const name of skipped) console.log(`  ${name}`)
  }
  const tolerated = skipped.filter((name) => !required || name.includes(MAY_BE_SKIPPED))
  const missing = skipped.length - tolerated.length
  const counts = { passed, failed: failed + missing, skipped: tolerated }
  // Vitest also fails for what is no test's fault, such as an unhandled rejection.
  if (status !== 0 && counts.failed === 0) counts.failed = 1
  console.log(summaryLine(counts))
  return counts.failed === 0 ? 0 : 1
}
