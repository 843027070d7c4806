import { displayPath } from '../app/paths.ts'
import { harmless } from '../core/format-diagnostic.ts'
import type { Files, OpenCodePrograms, System, Vault } from '../system/system.ts'
import { COLUMNS, cut } from './cut.ts'
import type { GuardedTerminal } from './guard-terminal.ts'
import type { CommonOptions } from './options.ts'
import { CLEAR, PATIENT_MS } from './progress.ts'

/** A terminal and a system that a run is to use in place of those it was given. */
export interface AtWork {
  readonly terminal: GuardedTerminal
  readonly system: System
  /** Take the line away, for good. */
  readonly end: () => void
}

/**
 * Say on standard error that a run is at work, once half a second has gone by in which it said nothing, and take
 * that back before anything else is shown. Nothing is said while somebody types, while another program may ask
 * something, or where there is a line of its own.
 *
 * Work that leaves no time for a timer is noticed at the next door it goes through; of a long text it is known
 * that it will take its time.
 *
 * @param now a clock that nobody watches: the line changes nothing about what a run does
 */
export function showWork(
  system: System,
  terminal: GuardedTerminal,
  { quiet, json, now }: Pick<CommonOptions, 'quiet' | 'json'> & Pick<System, 'now'>,
): AtWork {
  const { TERM: kind = '' } = system.machine.env
  const isSeen = terminal.stderrIsTerminal && kind !== '' && kind !== 'dumb'
  if (!isSeen || quiet || json) return { terminal, system, end: () => {} }
  const line = startLine(now, terminal)
  return {
    terminal: lineTerminal(terminal, line),
    system: lineSystem(system, line),
    end: line.hold,
  }
}

interface Line {
  /** Show it if it is time. */
  readonly look: () => void
  /** Show it at once: what comes now is long. */
  readonly foretell: (what: string) => void
  /** Call the work by its name until it is done. */
  readonly during: <T>(what: string, work: () => Promise<T>) => Promise<T>
  /** Take it away until `release` is called as often. */
  readonly hold: () => void
  readonly release: () => void
  readonly print: (text: string, print: (text: string) => void) => void
}

const WORKING = 'working'

/** The line itself: when it is due, and whether it stands there. */
interface Notice {
  label: string
  holders: number
  /** Of a line that somebody else has begun nothing may be wiped away. */
  isInLine: boolean
  readonly isDue: () => boolean
  readonly show: () => void
  readonly takeAway: () => void
  /** Begin to wait anew. */
  readonly startAgain: () => void
}

function startNotice(now: System['now'], terminal: GuardedTerminal): Notice {
  let isShown = false
  let since = 0
  let timer: NodeJS.Timeout | undefined
  const notice: Notice = {
    label: WORKING,
    holders: 0,
    isInLine: false,
    isDue: () => now().getTime() - since >= PATIENT_MS,
    show() {
      if (isShown || notice.isInLine || notice.holders > 0) return
      isShown = true
      terminal.err(`${CLEAR}${cut(harmless(notice.label), COLUMNS - 1)}`)
    },
    takeAway() {
      clearTimeout(timer)
      if (isShown) terminal.err(CLEAR)
      isShown = false
    },
    startAgain() {
      clearTimeout(timer)
      since = now().getTime()
      if (notice.holders === 0) timer = setTimeout(notice.show, PATIENT_MS)
    },
  }
  notice.startAgain()
  return notice
}

function startLine(now: System['now'], terminal: GuardedTerminal): Line {
  const notice = startNotice(now, terminal)
  return {
    look: () => {
      if (notice.isDue()) notice.show()
    },
    foretell: (what) => {
      notice.label = what
      notice.show()
    },
    during: async (what, work) => {
      notice.label = what
      try {
        return await work()
      } finally {
        notice.label = WORKING
      }
    },
    hold: () => {
      notice.takeAway()
      notice.holders += 1
    },
    release: () => {
      notice.holders -= 1
      notice.startAgain()
    },
    print: (text, print) => {
      notice.takeAway()
      print(text)
      if (text !== '') notice.isInLine = !text.endsWith('\n') && !text.endsWith(CLEAR)
      notice.startAgain()
    },
  }
}

async function holding<T>({ hold, release }: Line, work: () => Promise<T>): Promise<T> {
  hold()
  try {
    return await work()
  } finally {
    release()
  }
}

function lineTerminal(terminal: GuardedTerminal, line: Line): GuardedTerminal {
  return {
    learn: terminal.learn,
    out: (text) => line.print(text, (all) => terminal.out(all)),
    err: (text) => line.print(text, (all) => terminal.err(all)),
    reveal: (text) => line.print(text, (all) => terminal.reveal(all)),
    get stdinIsTerminal() {
      return terminal.stdinIsTerminal
    },
    get stdoutIsTerminal() {
      return terminal.stdoutIsTerminal
    },
    get stderrIsTerminal() {
      return terminal.stderrIsTerminal
    },
    get colourWanted() {
      return terminal.colourWanted
    },
    readStdin: () => holding(line, () => terminal.readStdin()),
    askHidden: (question) => holding(line, () => terminal.askHidden(question)),
    ask: (question) => holding(line, () => terminal.ask(question)),
    askLines: (first, next) => holding(line, () => terminal.askLines(first, next)),
  }
}

function lineSystem(system: System, line: Line): System {
  const { keychain, commands, processes, http } = system
  return {
    ...system,
    files: lineFiles(system, line),
    vault: lineVault(system.vault, line),
    openCode: lineOpenCode(system, line),
    // A dialog, a prompt of the program that has the key, the child itself.
    keychain: { batch: (...asked) => holding(line, () => keychain.batch(...asked)) },
    commands: { key: (request) => holding(line, () => commands.key(request)) },
    processes: {
      named: (name) => processes.named(name),
      run: (...started) => holding(line, () => processes.run(...started)),
    },
    // Those who ask servers say whom they wait for.
    http: { ask: (...asked) => holding(line, () => http.ask(...asked)) },
  }
}

/** Characters of YAML that take about half a second to be understood. */
const LONG = 200_000

function lineFiles({ files, machine }: System, line: Line): Files {
  return {
    ...files,
    read: async (file) => {
      line.look()
      const text = await files.read(file)
      const isLong = (text?.length ?? 0) >= LONG && /\.ya?ml$/.test(file)
      if (isLong) line.foretell(`working on ${displayPath(machine, file)}`)
      return text
    },
    look: (file) => {
      line.look()
      return files.look(file)
    },
    exchange: (...args) => {
      line.look()
      return files.exchange(...args)
    },
  }
}

function lineVault(vault: Vault, line: Line): Vault {
  return {
    inspect: (file) => vault.inspect(file),
    encrypt: (...args) => line.during('encrypting', () => vault.encrypt(...args)),
    decrypt: (...args) => line.during('decrypting', () => vault.decrypt(...args)),
  }
}

function lineOpenCode({ openCode, machine }: System, line: Line): OpenCodePrograms {
  return {
    ...openCode,
    versionOf: (program) => {
      const what = `asking ${displayPath(machine, program.path)}`
      return line.during(what, () => openCode.versionOf(program))
    },
  }
}
