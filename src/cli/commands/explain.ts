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
  const { values, models, modelsOrigin, managed, ...rest } = explanation
  return {
    ...rest,
    values: values
      .filter((one) => all || saysSomething(one))
      .map(({ pointer, value, origin, shadows, manifest }) => {
        return { pointer, value, origin, shadows, manifest: manifest ?? null }
      }),
    models: {
      count: models.length,
      ids: all ? models : models.slice(0, FIRST_MODELS),
      origin: modelsOrigin ?? null,
    },
    managed: { ...managed, binding: managed.binding ?? null, lastApply: managed.lastApply ?? null },
  }
}

const FIRST_MODELS = 10
