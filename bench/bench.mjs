// `npm run bench`: how long opgen takes, as ratios to Node alone, to what people use instead and to
// OpenCode. Nothing is asserted; what it is to come to stands beside it. See options.mjs for the options.
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf } from '../scripts/command.mjs'
import { startSecretService, whyNoSecretService } from '../scripts/secret-service.mjs'
import {
  build,
  installOpenCode,
  installSecretService,
  root,
  whyNoOpenCode,
} from '../scripts/set-up.mjs'
import { compare } from './measure.mjs'
import { isMeant, readOptions, USAGE } from './options.mjs'
import { findTools, installPeers, missingPackages, TOOLS } from './peers.mjs'
import { groupText, resultsPage, rowText, settingText, summary, wrapped } from './report.mjs'
import { GROUPS } from './rows.mjs'
import { settingOf } from './setting.mjs'

/** @typedef {import('./rows.mjs').Need} Need */
/** @typedef {{ whyNot: (need: Need) => string | undefined, service: import('../scripts/secret-service.mjs').SecretService | undefined }} Means */

const NEEDS = 'needs '
const options = optionsOrExit()
const every = GROUPS.flatMap((group) => group.rows.map((row) => ({ group, row })))
const nameOf = (/** @type {(typeof every)[number]} */ { group, row }) => `${group.name}/${row.name}`
if (options.list) {
  console.log(every.map(nameOf).join('\n'))
} else {
  const unknown = options.only.find(
    (wanted) => !every.some((each) => isMeant(nameOf(each), wanted)),
  )
  if (unknown !== undefined) exit(`there is no row "${unknown}"; --list names them`)
  const folder = holdTemporaryFiles()
  try {
    await bench()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Everything that is made on the way goes into one folder, which Ctrl-C takes away, too. */
function holdTemporaryFiles() {
  const folder = mkdtempSync(join(tmpdir(), 'opgen-bench-'))
  process.env['TMPDIR'] = folder
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => {
      rmSync(folder, { recursive: true, force: true })
      process.exit(130)
    })
  }
  return folder
}

async function bench() {
  await build()
  if (options.install) {
    await installPeers()
    await installSecretService()
    await installOpenCode()
  }
  const tools = findTools()
  const setting = await settingOf(tools)
  console.log(`\n${settingText(setting)}`)
  const packages = missingPackages(tools)
  if (packages.length > 0) {
    console.log(`\nRows are left out without these Debian packages; --install installs them:`)
    console.log(`  sudo apt-get install --no-install-recommends ${packages.join(' ')}`)
  }
  const start = performance.now()
  const means = await findMeans(tools)
  try {
    const outcomes = await measureAll(means)
    const minutes = ((performance.now() - start) / 60_000).toFixed(1)
    console.log(['', ...wrapped(summary(outcomes)), `That took ${minutes} minutes.`].join('\n'))
    if (options.whole) {
      await writeFile(join(root, 'bench', 'RESULTS.md'), resultsPage(setting, outcomes))
      console.log('Written to bench/RESULTS.md.')
    }
  } finally {
    await means.service?.stop()
  }
}

/**
 * What the rows need that is not on every machine.
 *
 * @param {ReturnType<typeof findTools>} tools
 * @returns {Promise<Means>}
 */
async function findMeans(tools) {
  const noService = await whyNoSecretService()
  const noOpenCode = await whyNoOpenCode()
  const service = noService === undefined ? await startSecretService() : undefined
  return {
    service,
    whyNot(need) {
      if (need === 'service') return noService
      if (need === 'opencode') return noOpenCode
      return tools.has(need) ? undefined : `${NEEDS}${TOOLS[need].packages.join(', ')}`
    },
  }
}

/** @param {Means} means */
async function measureAll(means) {
  const outcomes = []
  for (const group of GROUPS) {
    const wanted = group.rows.filter(
      (row) =>
        options.only.length === 0 ||
        options.only.some((name) => isMeant(nameOf({ group, row }), name)),
    )
    if (wanted.length > 0) console.log(groupText(group))
    for (const row of wanted) {
      const outcome = await measureRow(row, means)
      console.log(rowText(group, row, outcome))
      outcomes.push({ group, row, outcome })
    }
  }
  return outcomes
}

/**
 * @param {import('./rows.mjs').Row} row
 * @param {Means} means
 * @returns {Promise<import('./report.mjs').Outcome>}
 */
async function measureRow(row, { whyNot, service }) {
  const reasons = (row.needs ?? []).flatMap((need) => whyNot(need) ?? [])
  if (reasons.length > 0) return { leftOut: inShort(reasons) }
  try {
    const { first, second, sandboxes } = await row.prepare({ service: service?.environment })
    const compared = await compare({ first, second }, options)
    for (const { remove } of sandboxes) await remove()
    return { compared }
  } catch (error) {
    // The others can still be had; this one must not go unnoticed.
    process.exitCode = 1
    console.error(messageOf(error))
    return { leftOut: 'it failed' }
  }
}

/**
 * The packages, where some are missing: without them the rest is not worth a word.
 *
 * @param {readonly string[]} reasons
 */
function inShort(reasons) {
  const packages = reasons.filter((reason) => reason.startsWith(NEEDS))
  if (packages.length === 0) return reasons.join('; ')
  return `${NEEDS}${packages.map((reason) => reason.slice(NEEDS.length)).join(', ')}`
}

function optionsOrExit() {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    return exit(messageOf(error))
  }
}

/**
 * @param {string} why
 * @returns {never}
 */
function exit(why) {
  console.error(`${why}\n\n${USAGE}`)
  process.exit(64)
}
