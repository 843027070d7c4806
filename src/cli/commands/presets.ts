import { OpgenError } from '../../errors.ts'
import type { CommandContext, Report } from '../command.ts'

/** List the presets there are. */
export async function runPresets(_context: CommandContext): Promise<Report> {
  throw new OpgenError({ code: 'not-supported-yet', what: '`opgen presets`' })
}
