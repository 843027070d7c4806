import { destroy, startDestroying } from '../../app/destroy.ts'
import type { Choices } from '../../core/plan/plan.ts'
import { NOTHING } from '../../core/state/wanted-of.ts'
import { reportCarriedOut } from '../carried-out.ts'
import type { CommandContext, Report } from '../command.ts'
import { reportPlanned } from '../planned.ts'

/** Take out all that opgen wrote. */
export async function runDestroy(
  context: CommandContext,
  { choices, dryRun }: { readonly choices: Choices; readonly dryRun: boolean },
): Promise<Report> {
  const { session } = context
  const wish = { manifest: null, wanted: NOTHING, command: 'destroy' }
  if (dryRun) {
    const planned = await (await startDestroying(session, { mayUnlock: false }))(choices)
    return reportPlanned(context, planned, wish)
  }
  const carriedOut = await destroy(session, choices, async () => undefined)
  return reportCarriedOut(context, carriedOut, {
    ...wish,
    done: 'Taken out',
    remarks: [{ kind: 'hint', text: KEYS_STAY }],
  })
}

const KEYS_STAY = 'keys in the keychain stay: `opgen key remove ID` removes one'
