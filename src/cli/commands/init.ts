import { OpgenError } from '../../errors.ts'
import type { CommandContext, Report } from '../command.ts'

/** Write a commented manifest. */
export async function runInit(_context: CommandContext): Promise<Report> {
  throw new OpgenError({ code: 'not-supported-yet', what: '`opgen init`' })
}
