import { destroy, startDestroying } from '../../app/destroy.ts'
import type { Planned } from '../../app/planned.ts'
import type { Choices } from '../../core/plan/plan.ts'
import { NOTHING } from '../../core/state/wanted-of.ts'
import { makeAsker } from '../ask-decisions.ts'
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
  const asked = makeAsker<Planned>(context, () => undefined)
  const carriedOut = await destroy(session, choices, asked.decide)
  return reportCarriedOut(context, carriedOut, {
    ...wish,
    asked,
    done: 'Taken out',
    remarks: [{ kind: 'hint', text: KEYS_STAY }],
  })
}

const KEYS_STAY = 'keys in the keychain stay: `opgen key remove ID` removes one'
