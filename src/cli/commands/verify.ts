import { verifyProviders } from '../../app/verify-providers.ts'
import type { VerifiedProvider } from '../../app/ladder-steps.ts'
import type { Verified, VerifyRequest } from '../../app/verify-providers.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { decisionJson } from '../plan-json.ts'
import { startProgress } from '../progress.ts'
import { renderDecisions } from '../render-decisions.ts'
import { renderLadders } from '../render-ladders.ts'
import { renderTrusted } from '../render-trusted.ts'

export interface VerifyWish extends Pick<
  VerifyRequest,
  'ids' | 'choices' | 'completes' | 'throughOpenCode'
> {
  /** Milliseconds for one request; undefined: half a minute. */
  readonly timeout: number | undefined
}

const TIMEOUT = 30_000

/** Ask the servers of providers whether they can be used as the manifest has them. */
export async function runVerify(context: CommandContext, wish: VerifyWish): Promise<Report> {
  const { session, paint } = context
  const { timeout = TIMEOUT, ...request } = wish
  const progress = startProgress(context)
  const verified = await verifyProviders(session, {
    ...request,
    timeout,
    onProgress: progress.tell,
  }).finally(progress.end)
  const { providers, decisions, trusted, warnings } = verified
  const open = decisions.length === 0 ? '' : `\n${renderDecisions(decisions, paint)}\n`
  return {
    exitCode: exitCodeOf(verified),
    text: renderLadders(context, providers),
    notes: renderTrusted(trusted) + open,
    warnings,
    json: {
      manifest: verified.manifest,
      providers: providers.map(providerJson),
      decisions: decisions.map((decision) => decisionJson(decision, undefined)),
      trusted,
    },
  }
}

function exitCodeOf({ providers }: Verified): number {
  const has = (wanted: VerifiedProvider['state']): boolean =>
    providers.some(({ state }) => state === wanted)
  if (has('failed')) return ExitCode.failure
  return has('undecided') ? ExitCode.decision : ExitCode.ok
}

function providerJson(provider: VerifiedProvider): Readonly<Record<string, unknown>> {
  const { id, baseURL, state, steps, models } = provider
  return {
    id,
    baseURL: baseURL ?? null,
    state,
    steps,
    // Of what the server did not tell, nothing is said.
    models: models.flatMap(({ offered, suggestion, ...model }) => {
      if (offered === undefined) return []
      return [{ ...model, offered, ...(suggestion === undefined ? {} : { suggestion }) }]
    }),
  }
}
