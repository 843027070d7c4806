// What is measured: a row for each, in groups, with its goal.
import { gateway, TEN_PROVIDERS } from './inputs.mjs'
import { PEERS } from './peers.mjs'
import {
  againstNode,
  changedAgainst,
  doctor,
  firstAgainstNode,
  firstAgainstOpenCode,
  growth,
  noOpAgainst,
  noOpAgainstNode,
  targetChanged,
} from './prepare.mjs'

/** @typedef {import('./peers.mjs').PeerName} PeerName */
/** @typedef {import('./prepare.mjs').Prepared} Prepared */

/**
 * @typedef {object} Around what a row can use
 * @property {Readonly<Record<string, string>> | undefined} service leads to a Secret Service
 */

/**
 * @typedef {object} Row
 * @property {string} name within its group
 * @property {string} title
 * @property {import('./statistics.mjs').Goal} [goal] of the group's figure
 * @property {number} [memory] megabytes; below that the first run is to stay
 * @property {readonly Need[]} [needs]
 * @property {(around: Around) => Promise<Prepared>} prepare
 */

/** @typedef {import('./peers.mjs').ToolName | 'service' | 'opencode'} Need */

/**
 * @typedef {object} Group
 * @property {string} name
 * @property {string} title what is compared with what
 * @property {'ratio' | 'inverse'} figure what the rows state: the first's time as a multiple of the
 *   second's, or the second's as a multiple of the first's
 * @property {readonly Row[]} rows
 */

/** @type {readonly Group[]} */
export const GROUPS = [
  {
    name: 'node',
    title: 'opgen : `node -e 0`; 10 providers with 13 models each',
    figure: 'ratio',
    rows: [
      {
        name: 'version',
        title: '--version',
        goal: { atMost: 1.1 },
        prepare: () => againstNode(['--version']),
      },
      {
        name: 'help',
        title: '--help',
        goal: { atMost: 1.1 },
        prepare: () => againstNode(['--help']),
      },
      {
        name: 'no-op',
        title: 'apply, nothing to change',
        goal: { atMost: 1.3 },
        prepare: () => noOpAgainstNode(TEN_PROVIDERS),
      },
      {
        name: 'no-op-keychain',
        title: '… keys in the keychain',
        goal: { atMost: 2.5 },
        needs: ['service'],
        prepare: ({ service }) => noOpAgainstNode(TEN_PROVIDERS, service),
      },
      {
        name: 'no-op-5000',
        title: '… 5,000 models in a lock',
        prepare: () => noOpAgainstNode(gateway(5000)),
      },
      {
        name: 'first',
        title: 'apply, an empty home',
        goal: { atMost: 4.5 },
        prepare: firstAgainstNode,
      },
      {
        name: 'target-changed',
        title: 'plan, a target changed',
        goal: { atMost: 2 },
        prepare: targetChanged,
      },
      { name: 'doctor', title: 'doctor', prepare: () => doctor(TEN_PROVIDERS) },
      { name: 'doctor-5000', title: 'doctor, 5,000 models', prepare: () => doctor(gateway(5000)) },
    ],
  },
  {
    name: 'growth',
    title: 'a lock of 100,000 models : one of 10,000; an empty home',
    figure: 'ratio',
    rows: /** @type {const} */ (['plan', 'apply']).map((name) => ({
      name,
      title: name,
      goal: { atMost: 11 },
      memory: 450,
      prepare: () => growth(name),
    })),
  },
  {
    name: 'no-op',
    title: 'times faster than …; nothing to change, 10 providers',
    figure: 'inverse',
    rows: againstPeers(
      (name) => noOpAgainst(name, TEN_PROVIDERS),
      [
        ['python', 1.5],
        ['python-pure', undefined],
        ['yq', 2],
        ['jq', undefined],
        ['ansible', 30],
      ],
    ),
  },
  {
    name: 'no-op-keychain',
    title: 'times faster than …; the same, keys in the keychain',
    figure: 'inverse',
    rows: againstPeers(
      (name, { service }) => noOpAgainst(name, TEN_PROVIDERS, service),
      [
        ['python', undefined],
        ['yq', undefined],
      ],
    ).map((row) => ({ ...row, needs: [...row.needs, 'service', 'secret-tool'] })),
  },
  {
    name: 'changed',
    title: 'times faster than …; the manifest changed, 10 providers',
    figure: 'inverse',
    rows: againstPeers(
      (name) => changedAgainst(name, TEN_PROVIDERS),
      [
        ['python', undefined],
        ['python-pure', 1],
        ['yq', undefined],
        ['jq', undefined],
        ['ansible', 10],
      ],
    ),
  },
  {
    name: 'changed-5000',
    title: 'times faster than …; a model of 5,000 changed, opgen has them in the lock',
    figure: 'inverse',
    rows: againstPeers(
      (name) => changedAgainst(name, gateway(5000)),
      [
        ['python', 1],
        ['python-pure', 1],
        ['python-json', 1],
        ['yq', 1],
        ['jq', 1],
        ['ansible', 1],
      ],
    ),
  },
  {
    name: 'opencode',
    title: 'apply, an empty home : `opencode debug config` of the same',
    figure: 'ratio',
    rows: [
      againstOpenCode('empty', 'no provider', { providers: 0, models: 0, from: 'manifest' }),
      againstOpenCode('10', '10 providers', TEN_PROVIDERS),
      againstOpenCode('5000', '5,000 models in a lock', gateway(5000)),
      againstOpenCode('100000', '100,000 models in a lock', gateway(100_000)),
    ],
  },
]

/**
 * @param {(name: PeerName, around: Around) => Promise<Prepared>} prepare
 * @param {readonly (readonly [PeerName, number | undefined])[]} goals how many times faster opgen is to be
 */
function againstPeers(prepare, goals) {
  return goals.map(([name, goal]) => {
    /** @type {readonly Need[]} */
    const needs = PEERS[name].tools
    return {
      name,
      title: PEERS[name].title,
      ...(goal === undefined ? {} : { goal: { atLeast: goal } }),
      needs,
      prepare: (/** @type {Around} */ around) => prepare(name, around),
    }
  })
}

/**
 * @param {string} name
 * @param {string} title
 * @param {import('./inputs.mjs').Size} size
 * @returns {Row}
 */
function againstOpenCode(name, title, size) {
  return {
    name,
    title,
    goal: { atMost: 0.25 },
    needs: ['opencode'],
    prepare: () => firstAgainstOpenCode(size),
  }
}
