import type { UpdatedProvider, Updated } from '../app/update-lock.ts'
import { counted } from '../core/doctor/name-some.ts'
import { harmless } from '../core/format-diagnostic.ts'
import { isJsonObject } from '../core/json.ts'
import type { ValueChange } from '../core/lock/compare-locks.ts'
import type { LockedModel } from '../core/lock/lock.ts'
import { showLocked, showPrice, showTokens } from '../core/lock/show-values.ts'
import type { CommandContext } from './command.ts'
import { COLUMNS } from './cut.ts'
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
  const { id, baseURL, state, words, notes, server, change } = provider
  const title = `${paint.bold(id)}${baseURL === undefined ? '' : `  ${paint.dim(baseURL)}`}`
  const lines = [
    ...stateLines(state, words, paint),
    ...limited(change.added, verbose, (model) => {
      return `  ${paint.green('+')} ${line(model, summarise(server?.models.get(model)), widest(change.added))}`
    }),
    ...limited(groups(change.changed), verbose, ([model, changes]) => {
      return `  ${paint.yellow('~')} ${line(model, changes.map(showChange).join(', '), widest(change.changed.map((one) => one.model)))}`
    }),
    ...limited(change.removed, verbose, (model) => {
      const fields = provider.missed.filter((one) => one.model === model).map(({ field }) => field)
      const used = fields.length === 0 ? '' : paint.red(`used as default! (${fields.join(', ')})`)
      return `  ${paint.red('-')} ${line(model, used, widest(change.removed))}`
    }),
    ...limited(notes, verbose, (note) => hanging(note, '    ').map(paint.dim).join('\n')),
  ]
  return [title, ...lines].map((text) => `${text.trimEnd()}\n`).join('')
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

function limited<T>(
  items: readonly T[],
  verbose: boolean,
  render: (item: T) => string,
): readonly string[] {
  const shown = verbose ? items : items.slice(0, MOST_SHOWN)
  const left = items.length - shown.length
  return [
    ...shown.map(render),
    ...(left > 0 ? [`    and ${left} more; \`--verbose\` shows all`] : []),
  ]
}

function line(model: string, text: string, width: number): string {
  return `${harmless(model).padEnd(width)}  ${harmless(text)}`
}

function widest(models: readonly string[]): number {
  return Math.min(
    40,
    models.slice(0, MOST_SHOWN).reduce((most, { length }) => Math.max(most, length), 0),
  )
}

function groups(
  changes: readonly ValueChange[],
): readonly (readonly [string, readonly ValueChange[]])[] {
  const byModel = new Map<string, ValueChange[]>()
  for (const change of changes) {
    const known = byModel.get(change.model)
    if (known === undefined) byModel.set(change.model, [change])
    else known.push(change)
  }
  return [...byModel]
}

function showChange({ field, before, after, origin }: ValueChange): string {
  const name = field.replace(/^limit\./, '').replace(/^cost\./, 'cost ')
  const from = origin === undefined ? '' : ` (${origin})`
  return `${name} ${showLocked(field, before)} -> ${showLocked(field, after)}${from}`
}

/** What counts about a new model. */
function summarise(model: LockedModel | undefined): string {
  const { limit, cost } = model?.values ?? {}
  if (!isJsonObject(limit)) return 'no limit known'
  const { context, output } = limit
  const parts = [
    ...(typeof context === 'number' ? [`context ${showTokens(context)}`] : []),
    ...(typeof output === 'number' ? [`output ${showTokens(output)}`] : []),
    ...(isJsonObject(cost) &&
    typeof cost['input'] === 'number' &&
    typeof cost['output'] === 'number'
      ? [`${showPrice(cost['input'])} in, ${showPrice(cost['output'])} out`]
      : []),
  ]
  return parts.join(', ')
}
