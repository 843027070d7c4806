import { OpgenError } from '../../errors.ts'
import type { CommandContext, Report } from '../command.ts'

/** Print the JSON Schema of the manifest. */
export async function runSchema(_context: CommandContext): Promise<Report> {
  throw new OpgenError({ code: 'not-supported-yet', what: '`opgen schema`' })
}
