import { patienceFor } from '../../app/ask-offer.ts'
import { displayPath } from '../../app/paths.ts'
import { updateLock } from '../../app/update-lock.ts'
import type { Updated, UpdatedProvider, UpdateRequest } from '../../app/update-lock.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { decisionJson } from '../plan-json.ts'
import { startProgress } from '../progress.ts'
import { renderDecisions } from '../render-decisions.ts'
import { renderTrusted } from '../render-trusted.ts'
import { renderUpdate } from '../render-update.ts'

export interface UpdateWish extends Pick<UpdateRequest, 'ids' | 'choices' | 'check' | 'catalogue'> {
  /** Milliseconds for one request; undefined: half a minute. */
  readonly timeout: number | undefined
}

/** Ask the providers for their models, and write down what they say. */
export async function runUpdate(context: CommandContext, wish: UpdateWish): Promise<Report> {
  const { session, paint, quiet } = context
  const { timeout, ...request } = wish
  const patience = patienceFor(timeout)
  const progress = startProgress(context)
  const updated = await updateLock(session, {
    ...request,
    patience,
    onProgress: progress.tell,
  }).finally(progress.end)
  const { decisions, trusted, notes, warnings } = updated
  const open = decisions.length === 0 ? '' : `\n${renderDecisions(decisions, paint)}\n`
  const said = notes.map((note) => `opgen: note: ${note}\n`).join('')
  return {
    exitCode: exitCodeOf(updated, request.check),
    text: renderUpdate(context, updated, {
      lock: displayPath(session.system.machine, updated.lock),
      check: request.check,
    }),
    notes: (quiet ? '' : renderTrusted(trusted) + said) + open,
    warnings,
    json: {
      manifest: updated.manifest,
      lock: updated.lock,
      providers: updated.providers.map(providerJson),
      changed: updated.isChanged,
      written: updated.isChanged && !request.check,
      decisions: decisions.map((decision) => decisionJson(decision, undefined)),
      notes,
    },
  }
}

function exitCodeOf({ providers, decisions, isChanged }: Updated, check: boolean): number {
  if (providers.some(({ state }) => state === 'failed')) return ExitCode.failure
  if (decisions.length > 0) return ExitCode.decision
  return check && isChanged ? ExitCode.differences : ExitCode.ok
}

function providerJson(provider: UpdatedProvider): Readonly<Record<string, unknown>> {
  const { id, baseURL, state, change, missed, notes, words, server } = provider
  return {
    id,
    baseURL: baseURL ?? null,
    state,
    models: server === undefined ? null : server.models.size,
    added: change.added,
    removed: change.removed,
    changed: change.changed.map(({ model, field, before, after, origin }) => ({
      model,
      field,
      before: before ?? null,
      after: after ?? null,
      source: origin ?? null,
    })),
    missed,
    notes,
    ...(words === undefined ? {} : { reason: words.message, hint: words.hint }),
  }
}
