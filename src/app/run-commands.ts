import { commandDigest, commandLine } from '../core/key-source.ts'
import type { CommandSource } from '../core/wanted.ts'
import type { CommandAnswer } from '../system/system.ts'
import type { Session } from './session.ts'
import type { CommandAnswers } from './walk-sources.ts'

/** Programs that run at the same time: password managers answer one after the other anyway. */
const MOST_AT_ONCE = 8

/** Run commands for the keys that they print, each once. */
export async function runCommands(
  { system, onWaiting }: Session,
  sources: readonly CommandSource[],
  signal: AbortSignal | undefined,
): Promise<CommandAnswers> {
  const waiting = [...new Map(sources.map((source) => [commandDigest(source), source]))]
  const answers = new Map<string, CommandAnswer>()
  const runNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [digest, source] = next
      const answer = await system.commands.key({
        argv: source.argv,
        folder: source.folder,
        deadline: source.timeout * 1000,
        onWaiting: () => onWaiting({ kind: 'command', line: commandLine(source) }),
        ...(signal === undefined ? {} : { signal }),
      })
      answers.set(digest, answer)
    }
  }
  await Promise.all(Array.from({ length: MOST_AT_ONCE }, runNext))
  return answers
}
