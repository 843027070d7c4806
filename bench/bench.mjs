// `npm run bench [-- ROUNDS]`: how long opgen takes, as a multiple of `node -e 0`. Whole processes,
// one after the other and interleaved, after a warm-up; the median of the ratios of all rounds.
// Ratios of one run can be compared with those of another; milliseconds cannot. Nothing is asserted.
import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { cpus, release } from 'node:os'
import { dirname, join } from 'node:path'
import { makeSandbox } from '../scripts/sandbox.mjs'
import { startSecretService, whyNoSecretService } from '../scripts/secret-service.mjs'
import { build, root } from '../scripts/set-up.mjs'

const ROUNDS = Number(process.argv[2] ?? 40)
const WARM_UP = 5
const opgenProgram = join(root, 'dist', 'opgen.cjs')

/**
 * @typedef {object} Case
 * @property {string} title
 * @property {readonly string[]} args
 * @property {Record<string, string>} keys where the keys come from
 * @property {boolean} [applied] whether `apply` has run before
 * @property {(sandbox: import('../scripts/sandbox.mjs').Sandbox) => Promise<void>} [prepare] puts files in place
 */

const fromEnvironment = { OPGEN_KEY_HAIMAKER: 'test-key-haimaker' }

/** @type {Case[]} */
const cases = [
  { title: '--version', args: ['--version'], keys: {} },
  { title: 'plan, first time, key in environment', args: ['plan'], keys: fromEnvironment },
  {
    title: 'plan, in sync, key in environment',
    args: ['plan'],
    keys: fromEnvironment,
    applied: true,
  },
  {
    title: 'apply, in sync, key in environment',
    args: ['apply'],
    keys: fromEnvironment,
    applied: true,
  },
  {
    title: 'doctor, 10 providers with 13 models each',
    args: ['doctor'],
    keys: {},
    prepare: (sandbox) => placeProviders(sandbox, 10, 13),
  },
  {
    title: 'doctor, a provider with 5000 models',
    args: ['doctor'],
    keys: {},
    prepare: (sandbox) => placeProviders(sandbox, 1, 5000),
  },
]

await build()
const missing = await whyNoSecretService()
const service = missing === undefined ? await startSecretService() : undefined
try {
  if (service === undefined) {
    console.log(`Without the runs that read the keychain: ${missing}`)
  } else {
    const keys = service.environment
    cases.push(
      { title: 'plan, first time, key in keychain', args: ['plan'], keys },
      { title: 'plan, in sync, key in keychain', args: ['plan'], keys, applied: true },
      { title: 'apply, in sync, key in keychain', args: ['apply'], keys, applied: true },
    )
  }
  console.log(`\nNode ${process.version} on ${process.platform} ${release()},`)
  console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${ROUNDS} rounds\n`)
  console.log(`${'opgen …'.padEnd(40)}× node -e 0    opgen   node -e 0`)
  for (const each of cases) console.log(await measure(each))
} finally {
  await service?.stop()
}

/**
 * Measure one case in an empty home.
 *
 * @param {Case} measured
 * @returns {Promise<string>} its line of the table
 */
async function measure({ title, args, keys, applied, prepare }) {
  const sandbox = await makeSandbox()
  try {
    await copyFile(join(root, 'providers.yaml'), join(sandbox.work, 'providers.yaml'))
    await prepare?.(sandbox)
    const environment = { ...sandbox.environment, ...keys }
    const opgen = (/** @type {readonly string[]} */ words, input = '') =>
      time([opgenProgram, ...words], sandbox.work, environment, input)
    if (service !== undefined && keys === service.environment) {
      opgen(['key', 'set', 'haimaker'], 'test-key-haimaker')
    }
    if (applied === true) opgen(['apply'])
    const rounds = Array.from({ length: WARM_UP + ROUNDS }, () => ({
      node: time(['-e', '0'], sandbox.work, environment, ''),
      opgen: opgen(args),
    })).slice(WARM_UP)
    const ratio = median(rounds.map((round) => round.opgen / round.node))
    const columns = [
      title.padEnd(40),
      ratio.toFixed(2).padStart(10),
      `${median(rounds.map((round) => round.opgen)).toFixed(0)} ms`.padStart(10),
      `${median(rounds.map((round) => round.node)).toFixed(0)} ms`.padStart(10),
    ]
    return columns.join(' ')
  } finally {
    await sandbox.remove()
  }
}

/**
 * @param {number} count
 * @param {(name: string) => object} make
 * @returns {Record<string, object>} so many members by name
 */
function named(count, make) {
  const names = Array.from({ length: count }, (_, index) => `acme-${index}`)
  return Object.fromEntries(names.map((name) => [name, make(name)]))
}

/**
 * Put a configuration without faults in place, and a login for each of its providers.
 *
 * @param {import('../scripts/sandbox.mjs').Sandbox} sandbox
 * @param {number} providers
 * @param {number} models of each
 */
async function placeProviders({ configFolder, authFile }, providers, models) {
  const config = {
    $schema: 'https://opencode.ai/config.json',
    model: 'acme-0/acme-0',
    small_model: 'acme-0/acme-0',
    provider: named(providers, (id) => ({
      npm: '@ai-sdk/openai-compatible',
      name: id,
      options: { baseURL: `https://${id}.example/v1` },
      models: named(models, (name) => ({
        name,
        limit: { context: 128_000, output: 16_000 },
        modalities: { input: ['text'], output: ['text'] },
      })),
    })),
  }
  const logins = named(providers, (id) => ({ type: 'api', key: `test-key-${id}` }))
  await mkdir(configFolder, { recursive: true })
  await mkdir(dirname(authFile), { recursive: true })
  await writeFile(join(configFolder, 'opencode.jsonc'), JSON.stringify(config, null, 2))
  await writeFile(authFile, JSON.stringify(logins, null, 2), { mode: 0o600 })
}

/**
 * Run Node to its end.
 *
 * @param {readonly string[]} args
 * @param {string} folder
 * @param {Record<string, string>} environment
 * @param {string} input
 * @returns {number} milliseconds
 */
function time(args, folder, environment, input) {
  const start = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    env: environment,
    input,
    encoding: 'utf8',
  })
  const elapsed = performance.now() - start
  if (status !== 0) throw new Error(`node ${args.join(' ')}: exit ${status}: ${stderr}`)
  return elapsed
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
