// Whole processes, timed from outside, two kinds in turn: A B A B. What both of them wait for, such as a
// busy machine, is in both times, and the ratio is taken round by round.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { root } from '../scripts/set-up.mjs'
import { median, ratios } from './statistics.mjs'

/** Both sides of a pair run so often before anything counts; in these runs their memory is looked at. */
const WARM_UP = 3

/** Fewer rounds say little; so many are run unless a single one exhausts the patience, or fewer are asked for. */
const LEAST_ROUNDS = 3

/**
 * @typedef {object} Run
 * @property {string} program
 * @property {readonly string[]} args
 * @property {string} folder
 * @property {Readonly<Record<string, string>>} environment the whole of it
 * @property {(round: number) => Promise<void>} [before] makes things as they must be; not timed
 */

/**
 * @typedef {object} Figures
 * @property {number} wall milliseconds, the median
 * @property {number | undefined} cpu milliseconds of user and system, with all processes that the run
 *   waited for: the mean, because the kernel counts in steps of 10
 * @property {number | undefined} peak megabytes of the largest of its processes
 */

/**
 * @typedef {object} Compared
 * @property {import('./statistics.mjs').Spread} ratio the first's wall time as a multiple of the second's
 * @property {import('./statistics.mjs').Spread} inverse the second's as a multiple of the first's
 * @property {number} rounds
 * @property {Figures} first
 * @property {Figures} second
 */

/**
 * Measure two runs against one another.
 *
 * @param {{ first: Run, second: Run }} pair
 * @param {{ rounds: number, patience: number }} limits
 * @returns {Promise<Compared>}
 */
export async function compare({ first, second }, { rounds, patience }) {
  const start = performance.now()
  const isLate = () => performance.now() - start > patience
  let round = 0
  const both = async (/** @type {typeof timed} */ measure) => {
    const pair = { first: await measure(first, round), second: await measure(second, round) }
    round += 1
    return pair
  }
  const warmUps = [await both(withPeak)]
  // What takes that long is not made faster by having run before: this was the one round.
  const once = isLate()
  while (warmUps.length < WARM_UP && !isLate()) warmUps.push(await both(withPeak))

  const counted = once ? warmUps : []
  const least = once ? 1 : Math.min(LEAST_ROUNDS, rounds)
  while (counted.length < least || (counted.length < rounds && !isLate())) {
    counted.push(await both(timed))
  }
  const walls = counted.map((pair) => pair.first.wall)
  const otherWalls = counted.map((pair) => pair.second.wall)
  const figures = (/** @type {'first' | 'second'} */ side) => ({
    wall: median(counted.map((pair) => pair[side].wall)),
    cpu: meanCpu(counted.map((pair) => pair[side])),
    peak: medianPeak(warmUps.map((pair) => pair[side])),
  })
  return {
    ratio: ratios(walls, otherWalls),
    inverse: ratios(otherWalls, walls),
    rounds: counted.length,
    first: figures('first'),
    second: figures('second'),
  }
}

/**
 * @typedef {object} Time
 * @property {number} wall
 * @property {number | undefined} cpu
 * @property {number} [peak] kilobytes
 */

/**
 * @param {Run} run
 * @param {number} round
 * @returns {Promise<Time>}
 */
async function timed(run, round) {
  await run.before?.(round)
  return timedNow(run).time
}

/** @param {Run} run */
function timedNow(run) {
  const cpuBefore = childrenCpu()
  const start = performance.now()
  const ended = runNow(run)
  const wall = performance.now() - start
  const cpuAfter = childrenCpu()
  mustEndWell(run, ended)
  const cpu = cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore
  return { time: { wall, cpu }, stderr: ended.stderr }
}

/**
 * Run it once, and give what it printed. Throws when it fails.
 *
 * @param {Run} run
 */
export async function outputOf(run) {
  await run.before?.(0)
  const ended = runNow(run, 'pipe')
  mustEndWell(run, ended)
  return ended.stdout
}

/**
 * @param {Run} run
 * @param {'ignore' | 'pipe'} stdout
 */
function runNow({ program, args, folder, environment }, stdout = 'ignore') {
  return spawnSync(program, args, {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', stdout, 'pipe'],
    maxBuffer: 1 << 28,
  })
}

/**
 * @param {Run} run
 * @param {ReturnType<typeof runNow>} ended
 */
function mustEndWell({ program, args }, { status, error, stderr, stdout }) {
  if (status === 0) return
  const said = `${error?.message ?? ''}\n${stderr ?? ''}\n${stdout ?? ''}`.trim().slice(0, 2000)
  throw new Error(`${[program, ...args].join(' ')}: exit ${status}\n${said}`)
}

/** @param {readonly Time[]} times */
function meanCpu(times) {
  const spent = times.flatMap(({ cpu }) => (cpu === undefined ? [] : [cpu]))
  if (spent.length < times.length) return undefined
  return spent.reduce((sum, each) => sum + each, 0) / spent.length
}

/**
 * Milliseconds of user and system that the children of this process have used, those that have ended;
 * undefined where the system does not say so in a file.
 */
function childrenCpu() {
  if (process.platform !== 'linux') return undefined
  // The name, in parentheses, may hold blanks; cutime and cstime are fields 16 and 17 of the line.
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) * MILLISECONDS_A_TICK
}

/** USER_HZ, which is 100 on every Linux that Node runs on. */
const MILLISECONDS_A_TICK = 10

const preloaded = join(root, 'test', 'support', 'peak-memory.cjs')

/** @type {string | false | undefined} */
let foundTime

/** GNU's, which knows `-f`; asked for only when what is missing has been installed. */
function gnuTime() {
  const program = '/usr/bin/time'
  foundTime ??=
    spawnSync(program, ['-f', '%M', 'true'], { stdio: 'ignore' }).status === 0 && program
  return foundTime
}

/** Whence the peaks are, for the report. */
export function peakSource() {
  return gnuTime() === false
    ? 'process.resourceUsage() of Node'
    : 'GNU time (maximum resident set size)'
}

/**
 * Time a run while its memory is looked at, which takes a millisecond or two. Without GNU time only
 * programs that run in Node can say what they had.
 *
 * @param {Run} run
 * @param {number} round
 * @returns {Promise<Time>}
 */
async function withPeak(run, round) {
  await run.before?.(round)
  const program = gnuTime()
  if (program !== false) {
    const args = ['-f', '%M', '--', run.program, ...run.args]
    const { time, stderr } = timedNow({ ...run, program, args })
    return { ...time, peak: Number(stderr.trim().split('\n').at(-1)) }
  }
  const file = join(tmpdir(), `opgen-bench-peak-${process.pid}`)
  const preload = { NODE_OPTIONS: `--require=${preloaded}`, PEAK_MEMORY_FILE: file }
  try {
    const { time } = timedNow({ ...run, environment: { ...run.environment, ...preload } })
    if (!existsSync(file)) return time
    return { ...time, peak: Math.max(...readFileSync(file, 'utf8').trim().split('\n').map(Number)) }
  } finally {
    await rm(file, { force: true })
  }
}

/**
 * @param {readonly Time[]} times
 * @returns {number | undefined} megabytes
 */
function medianPeak(times) {
  const known = times.flatMap(({ peak }) => (peak === undefined ? [] : [peak]))
  return known.length === 0 ? undefined : median(known) / 1024
}
