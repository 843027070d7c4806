// Homes in which opgen and the others run, with the inputs in place.
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeSandbox } from '../scripts/sandbox.mjs'
import { root } from '../scripts/set-up.mjs'
import { keyOf, keyVariable, lockText, manifestText, providerIds } from './inputs.mjs'
import { outputOf } from './measure.mjs'

const opgenProgram = join(root, 'dist', 'opgen.cjs')

/** @typedef {import('./measure.mjs').Run} Run */
/** @typedef {import('./inputs.mjs').Size} Size */

/**
 * Where the keys come from: `environment`, or a Secret Service that the variables given lead to.
 *
 * @typedef {'environment' | Readonly<Record<string, string>>} KeySource
 */

/**
 * @typedef {object} World
 * @property {import('../scripts/sandbox.mjs').Sandbox} sandbox
 * @property {Readonly<Record<string, string>>} environment
 * @property {(...words: readonly string[]) => Run} opgen a run of opgen in it
 * @property {(variant: number) => Promise<void>} write the inputs, in one of two variants
 * @property {() => Promise<void>} empty the home, as before the first run
 */

/**
 * Make a world with manifest and lock. The caller removes its sandbox.
 *
 * @param {Size} size
 * @param {KeySource} [keys]
 * @returns {Promise<World>}
 */
export async function makeWorld(size, keys = 'environment') {
  const sandbox = await makeSandbox()
  const environment = { ...sandbox.environment, ...keyEnvironment(size, keys) }
  const world = {
    sandbox,
    environment,
    opgen: (/** @type {readonly string[]} */ ...words) =>
      nodeRun([opgenProgram, ...words], { sandbox, environment }),
    write: (/** @type {number} */ variant) => writeInputs(sandbox.work, size, variant),
    async empty() {
      await rm(sandbox.home, { recursive: true, maxRetries: 5 })
      await mkdir(sandbox.home)
    },
  }
  await world.write(0)
  return world
}

/**
 * @param {readonly string[]} args
 * @param {Pick<World, 'sandbox' | 'environment'>} world
 * @returns {Run}
 */
export function nodeRun(args, { sandbox, environment }) {
  return { program: process.execPath, args, folder: sandbox.work, environment }
}

/**
 * @param {Size} size
 * @param {KeySource} keys
 */
export function keyEnvironment(size, keys) {
  if (keys !== 'environment') return keys
  return Object.fromEntries(providerIds(size).map((id) => [keyVariable(id), keyOf(id)]))
}

/**
 * @param {string} folder
 * @param {Size} size
 * @param {number} variant
 */
async function writeInputs(folder, size, variant) {
  const lock = lockText(size, variant)
  await writeFile(join(folder, 'providers.yaml'), manifestText(size, variant))
  if (lock !== undefined) await writeFile(join(folder, 'providers.lock.json'), lock)
}

/**
 * Apply, and make sure that it was done: a benchmark of a run that refuses is a fast one.
 *
 * @param {World} world
 */
export async function applied(world) {
  const said = await outputOf(world.opgen('apply'))
  if (!/^Applied: /m.test(said)) throw new Error(`nothing was applied:\n${said}`)
  return world
}

/**
 * What the two files of OpenCode's say, apart from how it is written.
 *
 * @param {import('../scripts/sandbox.mjs').Sandbox} sandbox
 * @param {string} name of the config
 */
export async function writtenIn(sandbox, name) {
  const config = JSON.parse(await readFile(join(sandbox.configFolder, name), 'utf8'))
  const logins = JSON.parse(await readFile(sandbox.authFile, 'utf8'))
  return { provider: config.provider, logins }
}

/**
 * Make the folders and the file that OpenCode makes when it starts.
 *
 * @param {import('../scripts/sandbox.mjs').Sandbox} sandbox
 */
export async function placeOpenCode({ configFolder, authFile }) {
  await mkdir(configFolder, { recursive: true })
  await mkdir(dirname(authFile), { recursive: true })
  await writeFile(authFile, '{}', { mode: 0o600 })
  await chmod(authFile, 0o600)
}

/**
 * Copy what opgen has written for OpenCode; an apply of no provider writes nothing.
 *
 * @param {import('../scripts/sandbox.mjs').Sandbox} from
 * @param {import('../scripts/sandbox.mjs').Sandbox} to
 */
export async function copyWritten(from, to) {
  const config = join(from.configFolder, 'opencode.jsonc')
  if (!existsSync(config)) return
  await copyFile(config, join(to.configFolder, 'opencode.jsonc'))
  await copyFile(from.authFile, to.authFile)
}
