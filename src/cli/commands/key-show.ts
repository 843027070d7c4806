import { variable } from '../../app/paths.ts'
import { readShownKey } from '../../app/show-key.ts'
import { OpgenError } from '../../errors.ts'
import type { KeyReader } from '../../show-words.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'

/** Print the key that this machine would hand to OpenCode, for a person to see. */
export async function runKeyShow(
  context: CommandContext,
  id: string,
  { reveal }: { readonly reveal: boolean },
): Promise<Report> {
  // Before any key store is opened: nothing is worth a dialog whose result is not printed.
  const reader = readerOf(context)
  if (!reveal && reader !== 'person') {
    throw new OpgenError({ code: 'not-revealed', provider: id, to: reader })
  }
  const { secret, fingerprint, source, notes } = await readShownKey(context.session, id)
  const key = secret.reveal()
  return {
    exitCode: ExitCode.ok,
    text: `${key}\n`,
    notes: context.quiet ? '' : notes.map((note) => `opgen: note: ${note}\n`).join(''),
    json: { id, key, fingerprint, source },
    revealed: true,
  }
}

/** Variables that coding agents set for the commands they run; OpenCode sets both. */
const AGENT_VARIABLES = ['OPENCODE', 'AGENT'] as const

function readerOf({ session, terminal, json }: CommandContext): KeyReader | 'person' {
  const { machine } = session.system
  if (AGENT_VARIABLES.some((name) => variable(machine, name) !== undefined)) return 'agent'
  if (json) return 'json'
  return terminal.stdoutIsTerminal ? 'person' : 'pipe'
}
