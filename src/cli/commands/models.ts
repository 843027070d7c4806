import { patienceFor } from '../../app/ask-offer.ts'
import { compareModels } from '../../app/compare-models.ts'
import type { CompareRequest } from '../../app/compare-models.ts'
import type { ComparedModel } from '../../core/offer/compare-offer.ts'
import { isForChats } from '../../core/offer/not-chat.ts'
import type { CommandContext, Report } from '../command.ts'
import { startProgress } from '../progress.ts'
import { renderModels } from '../render-models.ts'
import { renderTrusted } from '../render-trusted.ts'
import { reportUndecided } from '../report-undecided.ts'

export interface ModelsWish extends Pick<CompareRequest, 'id' | 'choices'> {
  /** Milliseconds for one request; undefined: as long as usual. */
  readonly timeout: number | undefined
}

/** Show which models a provider offers, beside those that the manifest declares. */
export async function runModels(context: CommandContext, wish: ModelsWish): Promise<Report> {
  const { id, choices, timeout } = wish
  const request = { id, choices, patience: patienceFor(timeout) }
  const progress = startProgress(context, 1)
  progress.tell(id, 'asking')
  const compared = await compareModels(context.session, request).finally(progress.end)
  if (compared.state === 'undecided') {
    const words = { command: `models ${id}`, asked: NOBODY }
    return reportUndecided(unattended(context), compared, words)
  }
  const { baseURL, kind, models, trusted, warnings, notes } = compared
  const said = notes.map((note) => `opgen: note: ${note}\n`).join('')
  return {
    exitCode: 0,
    text: renderModels(context, { id, baseURL, models }),
    notes: context.quiet ? '' : renderTrusted(trusted) + said,
    warnings,
    json: { id, baseURL: baseURL ?? null, kind, models: models.map(modelJson), notes },
  }
}

const NOBODY = { hasQuit: () => false, carried: () => [] }

/** What may be sent where is settled by an apply, or by `key trust`. */
function unattended(context: CommandContext): CommandContext {
  const { session } = context
  return {
    ...context,
    session: { ...session, options: { ...session.options, interactive: false } },
  }
}

function modelJson(model: ComparedModel): Readonly<Record<string, unknown>> {
  const { id, state, suggestion, key, offered, declared, differences } = model
  return {
    id,
    state,
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(key === undefined ? {} : { key }),
    offered:
      offered === undefined
        ? null
        : { ...offered.facts, chat: isForChats(offered), notes: offered.notes ?? [] },
    declared: declared ?? null,
    differences,
  }
}
