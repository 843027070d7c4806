import { explainProvider } from '../../app/explain-provider.ts'
import type { Explanation } from '../../core/explain/explanation.ts'
import { saysSomething } from '../../core/explain/values.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { renderExplanation } from '../render-explanation.ts'

/** Explain where every value of a provider and its key comes from. */
export async function runExplain(context: CommandContext, id: string): Promise<Report> {
  const explanation = await explainProvider(context.session, id)
  return {
    exitCode: ExitCode.ok,
    text: renderExplanation(context, explanation),
    json: jsonOf(explanation, context.verbose),
  }
}

function jsonOf(explanation: Explanation, all: boolean): Readonly<Record<string, unknown>> {
  const { id, name, known, managed, values, pending, models, modelsOrigin, ...rest } = explanation
  const shown = values.filter((one) => all || saysSomething(one))
  const document = {
    id,
    name,
    known,
    managed,
    values: shown.map(({ pointer, value, origin, shadows, manifest }) => {
      return { pointer, value, origin, shadows, manifest }
    }),
    pending: pending.map(({ pointer, value, origin }) => ({ pointer, value, origin })),
    models: {
      count: models.length,
      ids: all ? models : models.slice(0, FIRST_MODELS),
      origin: modelsOrigin,
    },
    ...rest,
  }
  return Object.fromEntries(Object.entries(document).map(([field, of]) => [field, withNull(of)]))
}

/** What is not there is null, so that a document has the same fields each time. */
function withNull(value: unknown): unknown {
  if (value === undefined) return null
  if (Array.isArray(value)) return value.map(withNull)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withNull(member)]))
}

const FIRST_MODELS = 10
