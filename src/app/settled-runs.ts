import path from 'node:path'
import {
  digestAnswer,
  openSettledRun,
  printSettledRun,
  sealAnswers,
  settledRunName,
} from '../core/state/settled-run.ts'
import type { RunKey } from '../core/state/settled-run.ts'
import { askAgain, written } from '../system/question.ts'
import type { KeychainQuestion, Question } from '../system/question.ts'
import type { LookingSystem, Program } from '../system/looking-system.ts'
import type { Machine } from '../system/system.ts'
import type { Sighting } from '../system/watched-system.ts'
import { keptMachineSecret } from './machine-secret.ts'
import { xdgFolder } from './paths.ts'
import { PRIVATE } from './state-folder.ts'

/** Longest output that is kept, in bytes: what a pipe takes at once. */
const MOST_OUTPUT = 512

/** Largest record that is read, in bytes. */
const MOST_BYTES = 1_000_000

/** How many runs are kept; each way to call opgen, in each folder, is one. */
const MOST_KEPT = 16

/** Milliseconds that the keychain has before it is asked in the ordinary way. */
const KEYCHAIN_DEADLINE = 5000

/** The same build elsewhere has other presets beside it. */
export function runKeyOf(
  argv: readonly string[],
  { build, packageFolder }: Pick<Program, 'build' | 'packageFolder'>,
): RunKey {
  return { argv, build: `${build} ${packageFolder}` }
}

/** opgen's folder of what can be made again; nothing in it is missed. */
export function settledFolder(machine: Machine): string {
  return path.join(xdgFolder(machine, 'CACHE'), 'opgen', 'settled')
}

/**
 * What a run prints that would find nothing to do: the same one has found that before, and everything that it
 * asked of the outside is answered now as it was then. Undefined: it has to be run. Writes nothing.
 */
export async function findSettled(system: LookingSystem, key: RunKey): Promise<string | undefined> {
  try {
    const secret = await keptMachineSecret(system)
    if (secret === undefined) return undefined
    const text = await readRecord(system, fileOf(system.machine, key))
    const kept = text === undefined ? undefined : openSettledRun<Question>(text, key, secret)
    if (kept === undefined) return undefined
    const digests = await answersTo(system, kept.questions)
    if (digests === undefined) return undefined
    return sealAnswers(digests, secret) === kept.seal ? kept.output : undefined
  } catch {
    // Whatever it is, the ordinary run finds it, too, and has words for it.
    return undefined
  }
}

/** A record is a small file. What else stands in its place could be read without end. */
async function readRecord({ files }: LookingSystem, file: string): Promise<string | undefined> {
  const facts = await files.look(file)
  if (facts?.kind !== 'file' || facts.size > MOST_BYTES) return undefined
  return await files.read(file)
}

/** Keep a run that found nothing to do. Never an error: the next one is only slower. */
export async function keepSettled(
  system: LookingSystem,
  key: RunKey,
  { sightings, output }: { readonly sightings: readonly Sighting[]; readonly output: string },
): Promise<void> {
  if (Buffer.byteLength(output) > MOST_OUTPUT) return
  try {
    const secret = await keptMachineSecret(system)
    if (secret === undefined) return
    const inOrder = [...sightings].toSorted((one, other) => rank(one) - rank(other))
    const digests = inOrder.map(({ digest }) => digest)
    const seal = sealAnswers(digests, secret)
    const questions = inOrder.map(({ question }) => question)
    const text = printSettledRun({ questions, output, seal }, key, secret)
    if (!(await isUsable(system))) return
    await makeRoom(system)
    const file = fileOf(system.machine, key)
    // One that was killed while it wrote.
    await system.files.sweep(file)
    await system.files.replace(file, text, PRIVATE)
  } catch {
    // A full disk, or a folder that may not be written.
  }
}

/** Keys come last: the keychain is asked first, and takes the longest. */
function rank({ question }: Sighting): number {
  return question[0] === 'keychain' ? 1 : 0
}

function fileOf(machine: Machine, key: RunKey): string {
  return path.join(settledFolder(machine), settledRunName(key, machine.cwd))
}

/** The digests of all answers, in order; undefined where some answer cannot be had. */
async function answersTo(
  system: LookingSystem,
  questions: readonly Question[],
): Promise<readonly string[] | undefined> {
  const unwanted = new AbortController()
  const keys = askKeychain(system, questions.filter(isAboutKeychain), unwanted.signal)
  try {
    const digests: string[] = []
    for (const question of questions) {
      if (isAboutKeychain(question)) continue
      const answer = await askAgain(system, question)
      if (answer === undefined) return undefined
      digests.push(digestAnswer(answer))
    }
    const known = await keys
    return known && [...digests, ...known]
  } finally {
    unwanted.abort()
  }
}

function isAboutKeychain(question: Question): question is KeychainQuestion {
  return question[0] === 'keychain'
}

/** In one batch. Nothing is unlocked for it: the ordinary run asks for that. */
async function askKeychain(
  { keychain }: LookingSystem,
  questions: readonly KeychainQuestion[],
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  if (questions.length === 0) return []
  const answers = await keychain.batch(
    questions.map(([, service, account]) => ({ op: 'read', service, account })),
    { deadline: KEYCHAIN_DEADLINE, onWaiting: () => {}, unlocking: 'never-ask', signal },
  )
  if (answers.some(({ status }) => status === 'refused')) return undefined
  return answers.map((answer) => digestAnswer(written.keychain(answer)))
}

async function makeRoom(system: LookingSystem): Promise<void> {
  const newest = [...(await recordsIn(system))].toSorted(
    (one, other) => other.mtimeMs - one.mtimeMs,
  )
  for (const { file } of newest.slice(MOST_KEPT - 1)) await system.files.remove(file)
}

/** Forget all runs, and the folders that were made for them. Never an error: what is left is only a cache. */
export async function forgetSettled(system: LookingSystem): Promise<void> {
  try {
    if (!(await isUsable(system))) return
    for (const { file } of await recordsIn(system)) await system.files.remove(file)
    const folder = settledFolder(system.machine)
    for (const name of await system.files.list(folder)) {
      const [, unfinished] = /^\.([0-9a-f]{16}\.json)\./.exec(name) ?? []
      if (unfinished !== undefined) await system.files.sweep(path.join(folder, unfinished))
    }
    for (const each of [folder, path.dirname(folder)]) await system.files.removeEmptyFolder(each)
  } catch {
    // As said above.
  }
}

/** Files with the name of a record: nothing else that is there is opgen's. */
async function recordsIn({
  files,
  machine,
}: LookingSystem): Promise<readonly { readonly file: string; readonly mtimeMs: number }[]> {
  const folder = settledFolder(machine)
  const names = (await files.list(folder)).filter((name) => /^[0-9a-f]{16}\.json$/.test(name))
  const found = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name)
      const facts = await files.look(file)
      return facts?.kind === 'file' ? [{ file, mtimeMs: facts.mtimeMs }] : []
    }),
  )
  return found.flat()
}

/**
 * Whether records may be kept there: not behind a link, which may lead to anybody's files, nor where the system
 * shows itself as files, in which no folder can be made.
 */
async function isUsable({ files, machine }: LookingSystem): Promise<boolean> {
  const folder = settledFolder(machine)
  const kind = (await files.look(folder))?.kind
  const real = await files.resolve(folder)
  return (kind === undefined || kind === 'folder') && !/^\/(?:proc|sys|dev)(?:\/|$)/.test(real)
}
