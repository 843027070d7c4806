import path from 'node:path'
import { digestAnswer } from '../core/state/settled-run.ts'
import { isTemporaryName } from './left-over.ts'
import { NONE, timeless, written } from './question.ts'
import type { Answer, Question } from './question.ts'
import type { Files, Keychain, Machine, OpenCodePrograms, System } from './system.ts'

/** A system that remembers what it was asked, and what it answered. */
export interface WatchedSystem {
  readonly system: System
  /**
   * Everything that was asked so far, each once. Undefined where the run did something, or asked what may be
   * answered otherwise the next time: then the answers do not tell how it would end again.
   */
  sightings(): readonly Sighting[] | undefined
}

export interface Sighting {
  readonly question: Question
  /** SHA-256 of the answer. Of a key, too: it is not to be written anywhere. */
  readonly digest: string
}

/**
 * Watch what a run asks of the outside, so that all of it can be asked again in the same words.
 *
 * Nothing that a run depends on is listed by hand: what does not go through a door cannot matter to it, and
 * a door that is not watched makes the run one that is not repeated.
 *
 * @param mayAct false: whatever acts throws, before anything is done
 */
export function watchSystem(
  system: System,
  { mayAct = true }: { readonly mayAct?: boolean } = {},
): WatchedSystem {
  const seen = new Map<string, Sighting>()
  let acted = false
  const watch: Watch = {
    note(question, answer) {
      const key = JSON.stringify(question)
      const digest = digestAnswer(answer)
      // Two answers to one question: somebody was at work.
      if ((seen.get(key)?.digest ?? digest) !== digest) acted = true
      seen.set(key, { question, digest })
    },
    act() {
      acted = true
      if (!mayAct) throw new Error('this run is only to look')
    },
  }
  return {
    system: {
      files: watchedFiles(system.files, watch),
      keychain: watchedKeychain(system.keychain, watch),
      machine: watchedMachine(system.machine, watch),
      openCode: watchedPrograms(system.openCode, watch),
      ...unwatched(system, watch),
      uninterrupted: (work) => system.uninterrupted(work),
      version: system.version,
      packageFolder: system.packageFolder,
    },
    sightings: () => (acted ? undefined : [...seen.values()]),
  }
}

interface Watch {
  readonly note: (question: Question, answer: Answer) => void
  /** Tell that the run is not one to repeat. */
  readonly act: () => void
}

type Unwatched = Pick<
  System,
  'vault' | 'processes' | 'commands' | 'locks' | 'http' | 'now' | 'randomBytes' | 'pause'
>

/** What is behind these doors acts, or tells the time. */
function unwatched(system: System, watch: Watch): Unwatched {
  const acting = actingFor(watch)
  const { vault, processes, commands, locks, http } = system
  return {
    vault: {
      encrypt: (text, to) => acting(() => vault.encrypt(text, to)),
      inspect: (file) => acting(() => vault.inspect(file)),
      decrypt: (file, identities) => acting(() => vault.decrypt(file, identities)),
    },
    processes: {
      named: (name) => acting(() => processes.named(name)),
      run: (argv, options) => acting(() => processes.run(argv, options)),
    },
    commands: { key: (request) => acting(() => commands.key(request)) },
    locks: { take: (files, folder) => acting(() => locks.take(files, folder)) },
    http: { ask: (request, patience) => acting(() => http.ask(request, patience)) },
    now: () => acting(() => system.now()),
    randomBytes: (count) => acting(() => system.randomBytes(count)),
    pause: (milliseconds) => acting(() => system.pause(milliseconds)),
  }
}

function actingFor({ act }: Watch): <T>(door: () => T) => T {
  return (door) => {
    act()
    return door()
  }
}

/** What the world refuses, it may refuse for a moment only. */
async function asking<T>({ act }: Watch, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    act()
    throw error
  }
}

type Looking = Pick<Files, 'read' | 'readBytes' | 'list' | 'look' | 'resolve'>

function watchedLooking(files: Files, watch: Watch): Looking {
  const { note, act } = watch
  // A pipe gives another answer each time.
  const requireFile = async (file: string): Promise<void> => {
    const real = await asking(watch, async () => files.look(await files.resolve(file)))
    if (real?.kind !== 'file') act()
  }
  const reading = async <T extends string | Uint8Array>(
    file: string,
    read: () => Promise<T | undefined>,
  ): Promise<T | undefined> => {
    const content = await asking(watch, read)
    note(['read', file], written.read(content))
    if (content !== undefined) await requireFile(file)
    return content
  }
  return {
    read: (file) => reading(file, () => files.read(file)),
    readBytes: (file) => reading(file, () => files.readBytes(file)),
    async resolve(file) {
      const real = await asking(watch, () => files.resolve(file))
      note(['resolve', file], real)
      return real
    },
    async look(file) {
      const facts = await asking(watch, () => files.look(file))
      note(['look', file], written.look(timeless(facts)))
      return facts
    },
    async list(folder) {
      const names = await asking(watch, () => files.list(folder))
      note(['list', folder], written.list(names))
      return names
    },
  }
}

function watchedFiles(files: Files, watch: Watch): Files {
  const { note, act } = watch
  const acting = actingFor(watch)
  const looking = watchedLooking(files, watch)
  return {
    ...looking,
    async sweep(file) {
      await asking(watch, () => files.sweep(file))
      const beside = await asking(watch, () => files.list(path.dirname(file)))
      if (beside.some((name) => isTemporaryName(name, file))) act()
      note(['leftOvers', file], NONE)
    },
    async tighten(file, mode) {
      const isTightened = await asking(watch, () => files.tighten(file, mode))
      if (isTightened) act()
      else await looking.look(await looking.resolve(file))
      return isTightened
    },
    replace: (file, text, options) => acting(() => files.replace(file, text, options)),
    exchange: (file, exchange) => acting(() => files.exchange(file, exchange)),
    remove: (file) => acting(() => files.remove(file)),
    removeEmptyFolder: (folder) => acting(() => files.removeEmptyFolder(folder)),
    touch: (file) => acting(() => files.touch(file)),
  }
}

/** Only what was answered counts: a keychain that is locked now may not be the next time. */
function watchedKeychain(keychain: Keychain, { note, act }: Watch): Keychain {
  return {
    async batch(requests, patience) {
      const answers = await keychain.batch(requests, patience)
      for (const [index, request] of requests.entries()) {
        const answer = answers[index]
        if (request.op === 'read' && answer !== undefined && answer.status !== 'refused') {
          note(['keychain', request.service, request.account], written.keychain(answer))
        } else act()
      }
      return answers
    },
  }
}

function watchedMachine(machine: Machine, watch: Watch): Machine {
  const fact = <Name extends Exclude<keyof Machine, 'env'>>(name: Name): Machine[Name] => {
    const value = machine[name]
    watch.note(['fact', name], value)
    return value
  }
  return {
    get os() {
      return fact('os')
    },
    get hostname() {
      return fact('hostname')
    },
    get user() {
      return fact('user')
    },
    get arch() {
      return fact('arch')
    },
    get home() {
      return fact('home')
    },
    get cwd() {
      return fact('cwd')
    },
    env: watchedVariables(machine.env, watch),
  }
}

/** Whoever looks through all variables depends on all, and some are different in every shell. */
function watchedVariables(env: Machine['env'], { note, act }: Watch): Machine['env'] {
  const look = (name: string | symbol): void => {
    if (typeof name === 'string') note(['variable', name], written.variable(env[name]))
  }
  return new Proxy(env, {
    get(target, name) {
      look(name)
      return typeof name === 'string' ? target[name] : undefined
    },
    has(target, name) {
      look(name)
      return Reflect.has(target, name)
    },
    getOwnPropertyDescriptor(target, name) {
      look(name)
      return Reflect.getOwnPropertyDescriptor(target, name)
    },
    ownKeys(target) {
      act()
      return Reflect.ownKeys(target)
    },
  })
}

function watchedPrograms(programs: OpenCodePrograms, watch: Watch): OpenCodePrograms {
  const { note } = watch
  const acting = actingFor(watch)
  return {
    async find(also) {
      const found = await asking(watch, () => programs.find(also))
      note(['programs', also], written.programs(found))
      return found
    },
    async isDatabaseOfV2(file) {
      const isOne = await asking(watch, () => programs.isDatabaseOfV2(file))
      note(['database', file], String(isOne))
      return isOne
    },
    versionOf: (program) => acting(() => programs.versionOf(program)),
    ask: (program, request) => acting(() => programs.ask(program, request)),
    readDatabase: (file) => acting(() => programs.readDatabase(file)),
  }
}
