// The two runs that a row compares, each in a home that is as it must be before.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { settleOpenCode } from '../scripts/sandbox.mjs'
import { openCodeProgram } from '../scripts/set-up.mjs'
import { gateway, keyOf, providerIds, TEN_PROVIDERS } from './inputs.mjs'
import { outputOf } from './measure.mjs'
import { settlePeer } from './peers.mjs'
import { applied, copyWritten, makeWorld, nodeRun, placeOpenCode } from './worlds.mjs'

/** @typedef {import('./measure.mjs').Run} Run */
/** @typedef {import('./worlds.mjs').World} World */
/** @typedef {import('./peers.mjs').PeerName} PeerName */
/** @typedef {import('./inputs.mjs').Size} Size */

/**
 * @typedef {object} Prepared
 * @property {Run} first
 * @property {Run} second
 * @property {readonly import('../scripts/sandbox.mjs').Sandbox[]} sandboxes to be removed
 */

/**
 * @param {World} world
 * @param {Run} first
 * @returns {Prepared}
 */
function withNode(world, first) {
  return { first, second: nodeRun(['-e', '0'], world), sandboxes: [world.sandbox] }
}

/** @param {readonly string[]} words */
export async function againstNode(words) {
  const world = await makeWorld(TEN_PROVIDERS)
  return withNode(world, world.opgen(...words))
}

/**
 * A world in which a second apply says that there is nothing to do.
 *
 * @param {Size} size
 * @param {import('./worlds.mjs').KeySource} [keys]
 */
async function settledWorld(size, keys) {
  if (keys !== undefined && keys !== 'environment') await storeKeys(size, keys)
  const world = await applied(await makeWorld(size, keys))
  const said = await outputOf(world.opgen('apply'))
  if (said !== 'Nothing to change.\n') throw new Error(`there was something to change:\n${said}`)
  return world
}

/**
 * @param {Size} size
 * @param {Readonly<Record<string, string>>} service
 */
async function storeKeys(size, service) {
  const { environment, sandbox } = await makeWorld(size, service)
  try {
    for (const id of providerIds(size)) {
      await outputOf({
        program: '/bin/sh',
        args: [
          '-c',
          'printf %s "$1" | secret-tool store --label "$2" service opgen username "$2"',
          'sh',
          keyOf(id),
          id,
        ],
        folder: sandbox.work,
        environment,
      })
    }
  } finally {
    await sandbox.remove()
  }
}

/**
 * @param {Size} size
 * @param {import('./worlds.mjs').KeySource} [keys]
 */
export async function noOpAgainstNode(size, keys) {
  const world = await settledWorld(size, keys)
  return withNode(world, world.opgen('apply'))
}

export async function firstAgainstNode() {
  const world = await applied(await makeWorld(TEN_PROVIDERS))
  return withNode(world, { ...world.opgen('apply'), before: world.empty })
}

/** Before each run somebody has put something else into the config. */
export async function targetChanged() {
  const world = await settledWorld(TEN_PROVIDERS)
  const config = join(world.sandbox.configFolder, 'opencode.jsonc')
  const text = await readFile(config, 'utf8')
  const before = (/** @type {number} */ round) =>
    writeFile(config, text.replace('{', `{\n  "username": "somebody-${round}",`))
  const run = { ...world.opgen('plan'), before }
  const said = await outputOf(run)
  if (!said.includes('Nothing to change.'))
    throw new Error(`there was something to change:\n${said}`)
  return withNode(world, run)
}

/** @param {Size} size */
export async function doctor(size) {
  const world = await applied(await makeWorld(size))
  return withNode(world, world.opgen('doctor'))
}

/** @param {'plan' | 'apply'} command */
export async function growth(command) {
  const [large, small] = [await makeWorld(gateway(100_000)), await makeWorld(gateway(10_000))]
  const run = (/** @type {World} */ world) => ({ ...world.opgen(command), before: world.empty })
  return { first: run(large), second: run(small), sandboxes: [large.sandbox, small.sandbox] }
}

/**
 * @param {PeerName} name
 * @param {Size} size
 * @param {import('./worlds.mjs').KeySource} [keys]
 */
export async function noOpAgainst(name, size, keys) {
  const world = await settledWorld(size, keys)
  const peer = await settlePeer(name, { size, keys, world })
  return { first: world.opgen('apply'), second: peer.run, sandboxes: [world.sandbox, peer.sandbox] }
}

/**
 * @param {PeerName} name
 * @param {Size} size
 */
export async function changedAgainst(name, size) {
  const world = await settledWorld(size)
  const peer = await settlePeer(name, { size, world })
  return {
    first: { ...world.opgen('apply'), before: (/** @type {number} */ n) => world.write(n + 1) },
    second: { ...peer.run, before: (/** @type {number} */ n) => peer.write(n + 1) },
    sandboxes: [world.sandbox, peer.sandbox],
  }
}

/**
 * OpenCode reads, in a home that it knows, what opgen has just written.
 *
 * @param {Size} size
 */
export async function firstAgainstOpenCode(size) {
  const world = await makeWorld(size)
  const reader = await makeWorld(size)
  await placeOpenCode(reader.sandbox)
  await settleOpenCode(reader.sandbox.configFolder)
  return {
    first: { ...world.opgen('apply'), before: world.empty },
    second: {
      program: openCodeProgram,
      args: ['debug', 'config'],
      folder: reader.sandbox.work,
      environment: reader.environment,
      before: () => copyWritten(world.sandbox, reader.sandbox),
    },
    sandboxes: [world.sandbox, reader.sandbox],
  }
}
