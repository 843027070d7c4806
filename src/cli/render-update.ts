import type { UpdatedProvider, Updated } from '../app/update-lock.ts'
import { counted } from '../core/doctor/name-some.ts'
import { harmless } from '../core/format-diagnostic.ts'
import { isJsonObject } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'
import type { ServerChange, ValueChange } from '../core/lock/compare-locks.ts'
import type { LockedModel } from '../core/lock/lock.ts'
import { showLocked, showPrice, showTokens } from '../core/lock/show-values.ts'
import type { CommandContext } from './command.ts'
import { COLUMNS, fitting } from './cut.ts'
import type { Paint } from './paint.ts'
import { wrapped } from './wrapped.ts'

/** Models of one kind of change that are shown, unless all are asked for. */
const MOST_SHOWN = 20

/** What an update found, provider by provider: one line a change, and a closing line. */
export function renderUpdate(
  { paint, verbose }: Pick<CommandContext, 'paint' | 'verbose'>,
  { providers, isChanged }: Updated,
  { lock, check }: { readonly lock: string; readonly check: boolean },
): string {
  const shown = providers.filter(
    ({ state, notes }) => verbose || state !== 'skipped' || notes.length > 0,
  )
  const blocks = shown.map((provider) => renderProvider(provider, paint, verbose))
  const closing = closingLine(providers, isChanged, { lock, check })
  return [...blocks, `${blocks.length === 0 ? '' : '\n'}${closing}\n`].join('')
}

function closingLine(
  providers: readonly UpdatedProvider[],
  isChanged: boolean,
  { lock, check }: { readonly lock: string; readonly check: boolean },
): string {
  if (!isChanged) return providers.some(isSilent) ? 'Nothing was written.' : 'Nothing to change.'
  const counts = countsOf(providers)
  const what = counts === '' ? '' : `: ${counts}`
  return check ? `${lock} is out of date${what}.` : `Wrote ${lock}${what}.`
}

function isSilent({ state }: UpdatedProvider): boolean {
  return state === 'failed' || state === 'undecided'
}

function countsOf(providers: readonly UpdatedProvider[]): string {
  const sum = (count: (provider: UpdatedProvider) => number): number =>
    providers.reduce((total, provider) => total + count(provider), 0)
  const added = sum(({ change }) => change.added.length)
  const removed = sum(({ change }) => change.removed.length)
  const changed = sum(({ change }) => new Set(change.changed.map(({ model }) => model)).size)
  const missed = sum((provider) => provider.missed.length)
  return [
    ...(added > 0 ? [`+${counted(added, 'model')}`] : []),
    ...(changed > 0 ? [`~${counted(changed, 'model')}`] : []),
    ...(removed > 0
      ? [`-${counted(removed, 'model')}${missed > 0 ? ` (${missed} used as default!)` : ''}`]
      : []),
  ].join(', ')
}

function renderProvider(provider: UpdatedProvider, paint: Paint, verbose: boolean): string {
  const { id, baseURL, state, words, notes, server, change, missed } = provider
  const title = `${paint.bold(id)}${baseURL === undefined ? '' : `  ${paint.dim(baseURL)}`}`
  const lines = [
    ...stateLines(state, words, paint),
    ...limited(change.added, verbose, (model, width) => {
      return (
        row(paint.green('+'), model, width) +
        fits(summarise(server?.models.get(model)), model, width)
      )
    }),
    ...limited([...changesByModel(change)], verbose, ([model, changes], width) => {
      const told = wrapped(harmless(changes.map(showChange).join(', ')), COLUMNS - 6 - width)
      return row(paint.yellow('~'), model, width) + told.join(`\n${' '.repeat(width + 6)}`)
    }),
    ...limited(change.removed, verbose, (model, width) => {
      const fields = missed.filter((one) => one.model === model).map(({ field }) => field)
      const used = fields.length === 0 ? '' : paint.red(`used as default! (${fields.join(', ')})`)
      return row(paint.red('-'), model, width) + used
    }),
    ...limited(notes, verbose, (note) => hanging(note, '    ').map(paint.dim).join('\n')),
  ]
  return [title, ...lines].map((text) => `${text.trimEnd()}\n`).join('')
}

function row(sign: string, model: string, width: number): string {
  return `  ${sign} ${harmless(model).padEnd(width)}  `
}

/** As much as there is room for behind the name of a model. */
function fits(parts: readonly string[], model: string, width: number): string {
  return harmless(fitting(parts, COLUMNS - 6 - Math.max(width, model.length)))
}

function stateLines(
  state: UpdatedProvider['state'],
  words: UpdatedProvider['words'],
  paint: Paint,
): readonly string[] {
  if (state === 'failed' || state === 'undecided') {
    const why = words === undefined ? [] : hanging(words.message, '  ')
    const hint = words === undefined ? [] : hanging(`hint: ${words.hint}`, '  ').map(paint.dim)
    return [...why.map(paint.red), ...hint]
  }
  if (state === 'unchanged') return [`  ${paint.dim('unchanged')}`]
  return words === undefined ? [] : hanging(words.message, '  ').map(paint.dim)
}

function hanging(text: string, indent: string): readonly string[] {
  return wrapped(harmless(text), COLUMNS - indent.length).map((part) => `${indent}${part}`)
}

/** Columns that a short name is filled up to. */
const NAMES = 40

/** The first items, unless all are asked for. @param render is also told how wide the names are */
function limited<T extends string | readonly [string, unknown]>(
  items: readonly T[],
  verbose: boolean,
  render: (item: T, width: number) => string,
): readonly string[] {
  const shown = verbose ? items : items.slice(0, MOST_SHOWN)
  const left = items.length - shown.length
  const widest = shown.reduce((most, item) => Math.max(most, nameOf(item).length), 0)
  return [
    ...shown.map((item) => render(item, Math.min(NAMES, widest))),
    ...(left > 0 ? [`    and ${left} more; \`--verbose\` shows all`] : []),
  ]
}

function nameOf(item: string | readonly [string, unknown]): string {
  return typeof item === 'string' ? item : item[0]
}

function changesByModel({ changed }: ServerChange): ReadonlyMap<string, readonly ValueChange[]> {
  const byModel = new Map<string, ValueChange[]>()
  for (const change of changed) {
    const known = byModel.get(change.model)
    if (known === undefined) byModel.set(change.model, [change])
    else known.push(change)
  }
  return byModel
}

function showChange({ field, before, after, origin }: ValueChange): string {
  const name = field.replace(/^limit\./, '').replace(/^cost\./, 'cost ')
  const from = origin === undefined ? '' : ` (${origin})`
  return `${name} ${showLocked(field, before)} -> ${showLocked(field, after)}${from}`
}

/** What counts about a new model. */
function summarise(model: LockedModel | undefined): readonly string[] {
  const { limit, cost } = model?.values ?? {}
  if (!isJsonObject(limit)) return ['no limit known']
  const { context, output } = limit
  return [
    ...(typeof context === 'number' ? [`context ${showTokens(context)}`] : []),
    ...(typeof output === 'number' ? [`output ${showTokens(output)}`] : []),
    ...(isJsonObject(cost) ? [pricesOf(cost)] : []),
  ]
}

function pricesOf({ input, output }: JsonObject): string {
  return typeof input === 'number' && typeof output === 'number'
    ? `${showPrice(input)} in, ${showPrice(output)} out`
    : ''
}
