import { readSchema } from '../../app/read-schema.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'

/** Print the JSON Schema of the manifest. */
export async function runSchema({ session }: CommandContext): Promise<Report> {
  const text = await readSchema(session.system)
  return { exitCode: ExitCode.ok, text, json: { schema: JSON.parse(text) } }
}
