import { readCompletion } from '../../app/read-completion.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import type { Shell } from './complete.ts'

/** Print the script that teaches a shell to complete opgen. */
export async function runCompletion({ session }: CommandContext, shell: Shell): Promise<Report> {
  const script = await readCompletion(session.system, shell)
  return { exitCode: ExitCode.ok, text: script, json: { shell, script } }
}
