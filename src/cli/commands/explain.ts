import { explainProvider } from '../../app/explain-provider.ts'
import type { ExplainedValue, Explanation } from '../../core/explain/explanation.ts'
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

/** Of models, which may be thousands, the values that say something; all of them with `--verbose`. */
export function isShown({ path, shadows, manifest }: ExplainedValue): boolean {
  if (path[0] !== 'models') return true
  return shadows.length > 0 || (manifest !== undefined && manifest.state !== 'same')
}

function jsonOf(explanation: Explanation, all: boolean): Readonly<Record<string, unknown>> {
  const { values, models, modelsOrigin, managed, ...rest } = explanation
  return {
    ...rest,
    values: values
      .filter((one) => all || isShown(one))
      .map(({ path: _, manifest, ...one }) => {
        return { ...one, manifest: manifest ?? null }
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
