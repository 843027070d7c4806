import { commandDigest, commandLine } from '../core/key-source.ts'
import type { CommandSource } from '../core/wanted.ts'
import { atOnce } from './at-once.ts'
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
  const each = [...new Map(sources.map((source) => [commandDigest(source), source]))]
  const answers = await atOnce(each, MOST_AT_ONCE, async ([digest, source]) => {
    const answer = await system.commands.key({
      argv: source.argv,
      folder: source.folder,
      deadline: source.timeout * 1000,
      onWaiting: () => onWaiting({ kind: 'command', line: commandLine(source) }),
      ...(signal === undefined ? {} : { signal }),
    })
    return [digest, answer] as const
  })
  return new Map(answers)
}
