import type { LadderStep, VerifiedProvider } from '../app/ladder-steps.ts'
import { harmless } from '../core/format-diagnostic.ts'
import { quote } from '../core/manifest/words.ts'
import type { CommandContext } from './command.ts'
import { COLUMNS } from './cut.ts'
import type { Paint } from './paint.ts'
import { wrapped } from './wrapped.ts'

/** The ladder of each provider, and how many of them work. With `--quiet` only what does not. */
export function renderLadders(context: Look, providers: readonly VerifiedProvider[]): string {
  if (providers.length === 0) return 'The manifest has no providers on this machine.\n'
  const shown = providers.filter(({ state }) => !context.quiet || isWrong(state))
  const ladders = shown.map((provider) => `${renderLadder(context, provider)}\n`)
  return `${ladders.join('')}${closing(providers)}\n`
}

function isWrong(state: VerifiedProvider['state']): boolean {
  return state === 'failed' || state === 'undecided'
}

type Look = Pick<CommandContext, 'paint' | 'quiet' | 'verbose'>

function renderLadder(context: Look, provider: VerifiedProvider): string {
  const { paint, verbose } = context
  const { id, baseURL, steps, models } = provider
  const where = baseURL === undefined ? '' : `  ${paint.dim(harmless(baseURL))}`
  // That numbers are no name is news to nobody.
  const shown = steps.filter(
    ({ step, skipped }) => verbose || step !== 'name' || skipped !== true || steps.length === 1,
  )
  const columns: Columns = {
    step: Math.max(...shown.map(({ step }) => step.length)),
    ms: Math.max(...shown.map((step) => msOf(step).length)),
  }
  const lines = shown.flatMap((step) => [
    renderStep(paint, step, columns),
    ...(step.step === 'models' && !step.ok ? below(missingLines(models)) : []),
    ...(step.hint === undefined ? [] : below(hintLines(step.hint)).map(paint.dim)),
  ])
  return [`${paint.bold(id)}${where}`, ...lines].map((line) => `${line}\n`).join('')
}

interface Columns {
  readonly step: number
  readonly ms: number
}

function renderStep(paint: Paint, step: LadderStep, columns: Columns): string {
  const { mark, shade } = markOf(step, paint)
  const rest = `  ${step.step.padEnd(columns.step)}  ${msOf(step).padStart(columns.ms)}  `
  const indent = ' '.repeat(2 + MARK_WIDTH + rest.length)
  const lines = wrapped(harmless(step.detail), COLUMNS - indent.length)
  return `  ${shade(mark.padEnd(MARK_WIDTH))}${rest}${lines.join(`\n${indent}`)}`
}

const MARK_WIDTH = 'FAIL'.length

function markOf(
  { ok, skipped }: LadderStep,
  { red, green, dim }: Paint,
): { readonly mark: string; readonly shade: Paint['red'] } {
  if (!ok) return { mark: 'FAIL', shade: red }
  return skipped === true ? { mark: '--', shade: dim } : { mark: 'ok', shade: green }
}

/** What was not measured took no time. */
function msOf({ ms }: LadderStep): string {
  return ms === 0 ? '' : `${ms} ms`
}

/** What is below a step begins behind its mark. */
const INDENT = ' '.repeat(2 + MARK_WIDTH + 2)

function below(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `${INDENT}${line}`)
}

function hintLines(hint: string): readonly string[] {
  const label = 'hint: '
  const lines = wrapped(harmless(hint), COLUMNS - INDENT.length - label.length)
  return lines.map((line, index) => `${index === 0 ? label : ' '.repeat(label.length)}${line}`)
}

/** Nobody reads on. */
const MOST_NAMED = 20

function missingLines(models: VerifiedProvider['models']): readonly string[] {
  const missing = models.filter(({ offered }) => offered === false)
  const named = missing.slice(0, MOST_NAMED).flatMap(({ apiId, suggestion }) => {
    const guess = suggestion === undefined ? '' : `; did you mean ${quote(suggestion)}?`
    return wrapped(harmless(`${quote(apiId)}${guess}`), COLUMNS - INDENT.length)
  })
  const left = missing.length - MOST_NAMED
  return left > 0 ? [...named, `and ${left} more`] : named
}

function closing(providers: readonly VerifiedProvider[]): string {
  const count = (wanted: VerifiedProvider['state']): number =>
    providers.filter(({ state }) => state === wanted).length
  const known = providers.length - count('unknown')
  const unknown = count('unknown') === 0 ? [] : [`${count('unknown')} could not be asked`]
  const works = count('works')
  if (known === 0) return `${unknown.join('')}.`
  const what = `${works} of ${known} ${known === 1 && works === 1 ? 'provider' : 'providers'}`
  return `${[`${what} ${works === 1 ? 'works' : 'work'}`, ...unknown].join('; ')}.`
}
