import { emptyManifest } from '../support/fresh.ts'
import { keysOf, type Step } from './world.ts'

/** A command to be killed at every one of its changes of the disk, and what is to come of it. */
export interface Story {
  readonly name: string
  /** Whether OpenCode's files are there in the beginning, or nothing at all. */
  readonly home: 'furnished' | 'empty' | 'faulty'
  readonly before: readonly Step[]
  readonly killed: Step
  /** The writing command that finds what was left. */
  readonly recovery: Step
  /** What it says when there is nothing left to do. */
  readonly quiet: string
  /** Takes everything out again; the files are then as in the beginning. */
  readonly farewell: Step
}

/** Providers whose key goes into auth.json in some step, and those with a key file. */
export const THROUGH_AUTH = ['acme', 'gone', 'come'] as const
export const THROUGH_FILE = ['head', 'left', 'late', 'acme', 'gone'] as const

const everyId = [...new Set([...THROUGH_AUTH, ...THROUGH_FILE])]
const oldKeys = keysOf('', everyId)
const newKeys = keysOf('-2', everyId)

function provider(id: string, models: string): string {
  return `  ${id}:\n    baseURL: https://${id}.example/v1\n    models: [${models}]\n`
}

function withKeyFile(id: string, models: string): string {
  return `${provider(id, models)}    keyIn: { header: X-Key, format: "{key}" }\n`
}

const first = [
  'version: 1\nmodel: acme/a\nproviders:\n',
  provider('acme', 'a, b'),
  provider('gone', 'm'),
  withKeyFile('head', 'm'),
  withKeyFile('left', 'm'),
].join('')

const second = [
  'version: 1\nmodel: acme/c\nproviders:\n',
  provider('acme', 'b, c'),
  provider('come', 'm'),
  withKeyFile('head', 'm, n'),
  withKeyFile('late', 'm'),
].join('')

const applyFirst: Step = { manifest: first, keys: oldKeys, args: ['apply'] }
// Its new providers were never sent a key from here.
const trust = ['--trust-origin', 'come', '--trust-origin', 'late']
const applySecond: Step = { manifest: second, keys: newKeys, args: ['apply', ...trust] }
const applyNewKeys: Step = { manifest: first, keys: newKeys, args: ['apply'] }
const applyNothing: Step = { manifest: emptyManifest, keys: {}, args: ['apply'] }

const applyAsFiles: Step = { ...applyFirst, manifest: `${first}delivery: keyfile\n` }
const rollBack: Step = { ...applySecond, args: ['rollback', '1'] }
const destroy: Step = { ...applyFirst, args: ['destroy'] }

const QUIET = 'Nothing to change.'

const fix: Step = { manifest: emptyManifest, keys: {}, args: ['doctor', '--fix'] }
const rollBackFix: Step = { ...fix, args: ['rollback', '0'] }
const farewellFix = { home: 'faulty', farewell: { ...fix, args: ['destroy'] } } as const

type Told = Pick<Story, 'name' | 'before' | 'killed'> & Partial<Story>

/** A story in which the same command again is the recovery. */
function story(told: Told): Story {
  return { home: 'furnished', recovery: told.killed, quiet: QUIET, farewell: applyNothing, ...told }
}

const usual: readonly Story[] = [
  story({ name: 'an apply that creates', before: [], killed: applyFirst }),
  story({ name: 'a first apply', home: 'empty', before: [], killed: applyFirst }),
  story({ name: 'an apply that updates', before: [applyFirst], killed: applySecond }),
  story({ name: 'an apply of new keys', before: [applyFirst], killed: applyNewKeys }),
  story({ name: 'an apply that deletes', before: [applyFirst], killed: applyNothing }),
  story({ name: 'a rollback', before: [applyFirst, applySecond], killed: rollBack }),
  story({ name: 'a destroy', before: [applyFirst], killed: destroy }),
  story({
    name: 'a repair',
    before: [],
    killed: fix,
    quiet: 'Nothing was repaired.',
    ...farewellFix,
  }),
  story({ name: 'a rollback of a repair', before: [fix], killed: rollBackFix, ...farewellFix }),
]

/** What the usual ones have in parts already; they take a minute more. */
const more: readonly Story[] = [
  story({ name: 'a last apply', home: 'empty', before: [applyFirst], killed: applyNothing }),
  story({ name: 'a move to key files', before: [applyFirst], killed: applyAsFiles }),
  story({ name: 'a move to auth.json', before: [applyAsFiles], killed: applyFirst }),
]

/** `OPGEN_FUZZ=2` tells all of them. */
const TIMES = Number(process.env['OPGEN_FUZZ'] ?? 1)

export const stories: readonly Story[] = TIMES > 1 ? [...usual, ...more] : usual
