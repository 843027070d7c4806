import type { LadderStep, VerifiedProvider } from '../app/verify-providers.ts'
import { harmless } from '../core/format-diagnostic.ts'
import { quote } from '../core/manifest/words.ts'
import type { CommandContext } from './command.ts'
import { COLUMNS } from './cut.ts'
import { wrapped } from './wrapped.ts'

/** The ladder of each provider, and how many of them work. With `--quiet` only what does not. */
export function renderLadders(
  context: Pick<CommandContext, 'paint' | 'quiet'>,
  providers: readonly VerifiedProvider[],
): string {
  if (providers.length === 0) return 'The manifest has no providers on this machine.\n'
  const shown = providers.filter(({ state }) => !context.quiet || isWrong(state))
  const ladders = shown.map((provider) => `${renderLadder(context, provider)}\n`)
  return `${ladders.join('')}${closing(providers)}\n`
}

function isWrong(state: VerifiedProvider['state']): boolean {
  return state === 'failed' || state === 'undecided'
}

function renderLadder(
  context: Pick<CommandContext, 'paint' | 'quiet'>,
  { id, baseURL, steps, models }: VerifiedProvider,
): string {
  const { paint } = context
  const where = baseURL === undefined ? '' : `  ${paint.dim(harmless(baseURL))}`
  const columns: Columns = {
    step: Math.max(...steps.map(({ step }) => step.length)),
    ms: Math.max(...steps.map((step) => msOf(step).length)),
  }
  const lines = steps.flatMap((step) => [
    ...renderStep(context, step, columns),
    ...(step.step === 'models' && !step.ok ? renderMissing(models) : []),
  ])
  return [`${paint.bold(id)}${where}`, ...lines].map((line) => `${line}\n`).join('')
}

interface Columns {
  readonly step: number
  readonly ms: number
}

/** Behind this the text of what is below a step begins. */
const INDENT = ' '.repeat(8)

function renderStep(
  { paint }: Pick<CommandContext, 'paint'>,
  step: LadderStep,
  columns: Columns,
): readonly string[] {
  const { detail, hint, ok, skipped } = step
  const mark = ok ? (skipped === true ? '--' : 'ok') : 'FAIL'
  const shade = ok ? (skipped === true ? paint.dim : paint.green) : paint.red
  const head = `  ${mark.padEnd(4)}  ${step.step.padEnd(columns.step)}  ${msOf(step).padStart(columns.ms)}  `
  const [first = '', ...others] = wrapped(harmless(detail), COLUMNS - head.length)
  const hints =
    hint === undefined ? [] : wrapped(`hint: ${harmless(hint)}`, COLUMNS - INDENT.length)
  return [
    `  ${shade(mark.padEnd(4))}${head.slice(6)}${first}`.trimEnd(),
    ...others.map((line) => `${' '.repeat(head.length)}${line}`),
    ...hints.map((line) => `${INDENT}${paint.dim(line)}`),
  ]
}

/** What was not measured took no time. */
function msOf({ ms }: LadderStep): string {
  return ms === 0 ? '' : `${ms} ms`
}

/** Nobody reads on. */
const MOST_NAMED = 20

function renderMissing(models: VerifiedProvider['models']): readonly string[] {
  const missing = models.filter(({ offered }) => offered === false)
  const named = missing.slice(0, MOST_NAMED).flatMap(({ apiId, suggestion }) => {
    const guess = suggestion === undefined ? '' : `; did you mean ${quote(suggestion)}?`
    return wrapped(harmless(`${quote(apiId)}${guess}`), COLUMNS - INDENT.length)
  })
  const left = missing.length - MOST_NAMED
  const more = left > 0 ? [`and ${left} more`] : []
  return [...named, ...more].map((line) => `${INDENT}${line}`)
}

function closing(providers: readonly VerifiedProvider[]): string {
  const count = (wanted: VerifiedProvider['state']): number =>
    providers.filter(({ state }) => state === wanted).length
  const known = providers.length - count('unknown')
  const unknown = count('unknown') === 0 ? [] : [`${count('unknown')} could not be asked`]
  const works = count('works')
  if (known === 0) return `${unknown.join('')}.`
  const what = `${works} of ${known} ${known === 1 ? 'provider' : 'providers'}`
  return `${[`${what} ${works === 1 ? 'works' : 'work'}`, ...unknown].join('; ')}.`
}
