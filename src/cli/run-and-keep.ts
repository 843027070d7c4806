import { keepSettled } from '../app/settled-runs.ts'
import type { RunKey } from '../core/state/settled-run.ts'
import type { Files, KeychainAnswer, System } from '../system/system.ts'
import { watchSystem } from '../system/watched-system.ts'
import type { WatchedSystem } from '../system/watched-system.ts'
import { ExitCode } from './exit-code.ts'
import { CLEAR } from './progress.ts'
import { runOnStage } from './run.ts'
import type { Stage } from './run.ts'
import type { Terminal } from './terminal.ts'

/**
 * Run `apply`, and keep what it looked at when there was nothing to do, so that the next one need only compare.
 *
 * One that wrote something is looked at once more, in silence and without a door that acts: the next one is to find
 * nothing to do, and to write nothing either, not even that.
 */
export async function runAndKeep(key: RunKey, system: System, terminal: Terminal): Promise<number> {
  const first = remembering(system)
  const { code, settled } = await runWatched(key, watchSystem(first.system), { system, terminal })
  if (code !== ExitCode.ok) return code
  const kept = settled ?? (await lookOnce(key, first))
  if (kept !== undefined) await keepSettled(system, key, kept)
  return code
}

type Settled = Parameters<typeof keepSettled>[2]

async function runWatched(
  { argv }: RunKey,
  watched: WatchedSystem,
  { system, terminal }: Pick<Stage, 'system' | 'terminal'>,
): Promise<{ readonly code: number; readonly settled: Settled | undefined }> {
  const heard = hearing(terminal)
  const code = await runOnStage(argv, {
    system,
    watched: watched.system,
    terminal: heard.terminal,
  })
  const sightings = watched.sightings()
  const output = heard.output()
  const isSettled = code === ExitCode.ok && output === NOTHING
  return { code, settled: isSettled && sightings !== undefined ? { sightings, output } : undefined }
}

/** As many bytes can be looked at a second time without anybody noticing. */
const MOST_READ = 300_000

async function lookOnce(key: RunKey, first: Remembering): Promise<Settled | undefined> {
  if (!first.wrote() || first.bytesRead() > MOST_READ) return undefined
  const watched = watchSystem(first.again, { mayAct: false })
  const { settled } = await runWatched(key, watched, { system: first.again, terminal: NOBODY })
  return settled
}

interface Remembering {
  readonly system: System
  /** The same, but for what the keychain has said. */
  readonly again: System
  wrote(): boolean
  bytesRead(): number
}

/** A keychain need not be asked twice. */
function remembering(system: System): Remembering {
  let isWritten = false
  let read = 0
  const answered = new Map<string, KeychainAnswer>()
  const { files, keychain } = system
  const written = <T>(result: T): T => {
    isWritten = true
    return result
  }
  return {
    wrote: () => isWritten,
    bytesRead: () => read,
    system: {
      ...system,
      files: {
        ...files,
        async read(file) {
          const text = await files.read(file)
          read += text?.length ?? 0
          return text
        },
        replace: async (...args) => written(await files.replace(...args)),
        exchange: async (...args) => written(await files.exchange(...args)),
      },
      keychain: {
        async batch(requests, patience) {
          const answers = await keychain.batch(requests, patience)
          for (const [index, request] of requests.entries()) {
            const answer = answers[index]
            if (answer !== undefined) answered.set(JSON.stringify(request), answer)
          }
          return answers
        },
      },
    },
    again: {
      ...system,
      files: readingFiles(files),
      keychain: {
        batch: async (requests) =>
          requests.map(
            (request) =>
              answered.get(JSON.stringify(request)) ?? { status: 'refused', situation: 'unknown' },
          ),
      },
    },
  }
}

/** What comes through a pipe is there once: a second time it would be waited for without end. */
function readingFiles(files: Files): Files {
  const requireFile = async (file: string): Promise<void> => {
    const real = await files.look(await files.resolve(file))
    if (real !== undefined && real.kind !== 'file') throw new Error('this run reads only files')
  }
  return {
    ...files,
    async read(file) {
      await requireFile(file)
      return await files.read(file)
    },
    async readBytes(file) {
      await requireFile(file)
      return await files.readBytes(file)
    },
  }
}

/** A terminal that nobody sees, and from which nothing comes. */
const NOBODY: Terminal = {
  out: () => {},
  err: () => {},
  stdinIsTerminal: false,
  stdoutIsTerminal: false,
  stderrIsTerminal: false,
  colourWanted: false,
  readStdin: async () => '',
  askHidden: async () => undefined,
  ask: async () => undefined,
  askLines: async () => undefined,
}

const NOTHING = 'Nothing to change.\n'

interface Hearing {
  readonly terminal: Terminal
  /** What went to standard output; undefined when anything else was said, or a person was asked. */
  output(): string | undefined
}

function hearing(terminal: Terminal): Hearing {
  let output: string | undefined = ''
  const spoil = (): void => {
    output = undefined
  }
  const spoiling = <T>(door: () => T): T => {
    spoil()
    return door()
  }
  return {
    output: () => output,
    terminal: {
      out(text) {
        if (output !== undefined) output += text
        terminal.out(text)
      },
      err(text) {
        // A line that goes away again tells nothing.
        if (text !== '' && !text.startsWith(CLEAR)) spoil()
        terminal.err(text)
      },
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
      readStdin: () => spoiling(() => terminal.readStdin()),
      askHidden: (question) => spoiling(() => terminal.askHidden(question)),
      ask: (question) => spoiling(() => terminal.ask(question)),
      askLines: (first, next) => spoiling(() => terminal.askLines(first, next)),
    },
  }
}
