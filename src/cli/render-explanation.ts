import { harmless } from '../core/format-diagnostic.ts'
import type {
  ExplainedValue,
  Explanation,
  Managed,
  Origin,
  ShownValue,
} from '../core/explain/explanation.ts'
import { saysSomething } from '../core/explain/values.ts'
import type { JsonValue, Path } from '../core/json.ts'
import type { CommandContext } from './command.ts'
import { COLUMNS, cut } from './cut.ts'
import { namesOfFiles } from './names-of-files.ts'
import type { NamesOfFiles, View } from './names-of-files.ts'
import type { Paint } from './paint.ts'
import { renderDestination, renderKeys } from './render-key-chain.ts'
import { wrapped } from './wrapped.ts'

/** One provider at length, for a person. */
export function renderExplanation(
  context: Pick<CommandContext, 'session' | 'paint' | 'verbose'>,
  explanation: Explanation,
): string {
  const { paint, verbose } = context
  const names = namesOfFiles(context.session.system, explanation)
  const view: View = { paint, verbose, names }
  const sections = [
    heading(explanation, view),
    titled('Files', fileLines(view), paint),
    titled('Values', valueLines(explanation, view), paint),
    titled('OpenCode 2 has', lines2(explanation, view), paint),
    titled('Hidden', hiddenLines(explanation, view), paint),
    ...renderKeys(explanation, view).map(([title, lines]) => titled(title, lines, paint)),
    titled('Requests go to', renderDestination(explanation, view), paint),
    titled('opgen', managedLines(explanation, view), paint),
  ]
  return sections
    .filter((section) => section !== '')
    .map((section) => `${section}\n`)
    .join('\n')
}

function titled(title: string, lines: readonly string[], paint: Paint): string {
  return lines.length === 0 ? '' : [paint.bold(title), ...lines].join('\n')
}

function heading({ id, name, known, notes }: Explanation, { paint }: View): string {
  const called = name === undefined || name === id ? '' : ` "${name}"`
  const where = [
    ...(known.catalogue ? ["in OpenCode's catalogue"] : []),
    ...(known.config ? [] : ['in no config file']),
    ...(known.manifest === 'not-here' ? ['in the manifest, not for this machine'] : []),
    ...(known.manifest === 'no' ? ['not in the manifest'] : []),
  ]
  const beside = where.length === 0 ? '' : ` (${where.join(', ')})`
  const warnings = notes.flatMap((note) => {
    const [first = '', ...others] = wrapped(harmless(note), COLUMNS - 2)
    return [`${paint.yellow('!')} ${first}`, ...others.map((line) => `  ${line}`)]
  })
  return [`${paint.bold(harmless(id))}${harmless(called)}${beside}`, ...warnings].join('\n')
}

function fileLines({ names, paint }: View): readonly string[] {
  const width = Math.max(0, ...names.legend.map(([name]) => name.length))
  return names.legend.map(([name, place, kind]) => {
    const word = kind === '' ? '' : ` ${paint.dim(`(${kind})`)}`
    return `  ${name.padEnd(width)}  ${harmless(place)}${word}`
  })
}

function valueLines(
  { values, pending, models, modelsOrigin }: Explanation,
  view: View,
): readonly string[] {
  const shown = values.filter((one) => view.verbose || saysSomething(one))
  const modelRow: readonly Row[] =
    models.length === 0 || view.verbose
      ? []
      : [{ name: 'models', value: summary(models), origin: modelsOrigin, below: [] }]
  const ofModels = shown.filter(({ path }) => path[0] === 'models')
  const own = shown.filter(({ path }) => path[0] !== 'models')
  const most = view.verbose ? ofModels.length : MOST_OF_MODELS
  const left = ofModels.length - most
  const rows: readonly Row[] = [
    ...own.map((one) => valueRow(one, view)),
    ...modelRow,
    ...ofModels.slice(0, most).map((one) => valueRow(one, view)),
    ...pending.slice(0, view.verbose ? undefined : MOST_OF_MODELS).map((one) => {
      const below = [view.paint.yellow('not written yet')]
      return { name: nameOf(one.path), value: textOf(one.value), origin: one.origin, below }
    }),
  ]
  const more = left > 0 ? [view.paint.dim(`  and ${left} more values of models`)] : []
  return [...table(rows, view), ...more]
}

const MOST_OF_MODELS = 8

function summary(models: readonly string[]): string {
  const first = models.slice(0, 3).map(harmless).join(', ')
  const more = models.length > 3 ? ` and ${models.length - 3} more` : ''
  return `${models.length}: ${first}${more}`
}

interface Row {
  readonly name: string
  readonly value: string
  readonly origin: Origin | undefined
  /** Lines below it, indented like the value. */
  readonly below: readonly string[]
}

function valueRow(one: ExplainedValue, view: View): Row {
  const { paint, names } = view
  const over = one.shadows.map((shadow) => paint.dim(`over ${shadowText(shadow, view)}`))
  return {
    name: nameOf(one.path),
    value: textOf(one.value),
    origin: one.origin,
    below: [...over, ...manifestLines(one.manifest, { paint, names })],
  }
}

function shadowText({ value, origin }: ShownValue, { names }: Pick<View, 'names'>): string {
  const place = names.place(origin)
  return `${cut(textOf(value), COLUMNS - 24 - place.length)}  ${place}`
}

const STATES = {
  pending: 'the next apply writes',
  drifted: 'changed since opgen wrote it; the manifest has',
  shadowed: 'written, and replaced here; the manifest has',
  differs: 'not of opgen; the manifest has',
} as const

function manifestLines(
  manifest: ExplainedValue['manifest'],
  { paint, names }: Pick<View, 'paint' | 'names'>,
): readonly string[] {
  if (manifest === undefined) return []
  const place = names.place(manifest.origin)
  if (manifest.state === 'same') return [paint.dim(`from ${place}`)]
  const said = `${STATES[manifest.state]} ${cut(textOf(manifest.value), 40)}`
  return [paint.yellow(said), paint.dim(`from ${place}`)]
}

function nameOf(path: Path): string {
  return path.map((name) => harmless(name)).join('.')
}

function textOf(value: JsonValue): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text === '' ? '""' : harmless(text)
}

/** Names, values and places in columns; what does not fit goes to the next line. */
function table(rows: readonly Row[], { paint, names }: View): readonly string[] {
  const nameWidth = Math.min(28, Math.max(0, ...rows.map(({ name }) => name.length)))
  const places = rows.map(({ origin }) => (origin === undefined ? '' : names.place(origin)))
  const room = COLUMNS - nameWidth - 6 - Math.max(0, ...places.map((place) => place.length))
  const lengths = rows.map(({ value }) => value.length).filter((length) => length <= room)
  const valueWidth = Math.max(0, ...lengths)
  const indent = ' '.repeat(nameWidth + 4)
  return rows.flatMap(({ name, value, below }, index) => {
    const place = places[index] ?? ''
    const isLong = name.length > nameWidth
    const fits = value.length <= valueWidth
    const start = isLong ? [`  ${cut(name, COLUMNS - 2)}`] : []
    const lead = isLong ? indent : `  ${name.padEnd(nameWidth)}  `
    const shown = fits ? value.padEnd(valueWidth) : cut(value, COLUMNS - nameWidth - 4)
    const after = place === '' ? '' : paint.dim(place)
    const main =
      fits && after !== '' ? [`${lead}${shown}  ${after}`] : [`${lead}${shown}`.trimEnd()]
    const next = fits || after === '' ? [] : [`${indent}${after}`]
    return [...start, ...main, ...next, ...below.map((line) => `${indent}${line}`)]
  })
}

/** What OpenCode 2 makes otherwise of the same files. */
function lines2({ id: explained, opencode2, known }: Explanation, view: View): readonly string[] {
  if (!known.config) return []
  const { id, hasBlock, differences, ignored } = opencode2
  if (!hasBlock && differences.length === 0) return ['  no block for it in the files that it reads']
  const rows = differences.map(({ path, value, origin, reason }): Row => {
    const said = value === undefined ? reason : textOf(value)
    const below = value === undefined ? [] : [view.paint.dim(reason)]
    return { name: nameOf(path), value: said, origin, below }
  })
  const named = id === explained ? [] : [`  the name "${id}" for it`]
  const left = ignored.length === 0 ? [] : [`  no use for ${ignored.join(', ')}`]
  return [...named, ...table(rows, view), ...left]
}

function hiddenLines({ hidden }: Explanation, { paint, names }: View): readonly string[] {
  return hidden.map(({ what, origin }) => {
    const place = origin === undefined ? '' : `  ${paint.dim(names.place(origin))}`
    return `  ${paint.yellow(what)}${place}`
  })
}

function managedLines({ managed, known }: Explanation, { names }: View): readonly string[] {
  if (known.manifest !== 'yes' && !managed.isOwned) return ['  does not manage it']
  return [...ownership(managed, names), ...bindingLines(managed)].map((line) => `  ${line}`)
}

function ownership(
  { isOwned, files, delivery, lastApply }: Managed,
  names: NamesOfFiles,
): readonly string[] {
  if (!isOwned) return ['has written nothing of it yet: run `opgen apply`']
  const where = files.map((file) => names.short(file)).join(', ')
  const key =
    delivery === undefined
      ? ''
      : `; key delivered through ${delivery === 'keyfile' ? 'a key file' : delivery}`
  const time = lastApply?.time.slice(0, 16).replace('T', ' ')
  const last = lastApply === undefined ? [] : [`last apply ${time} UTC`]
  return [`manages values in ${where}${key}`, ...last]
}

function bindingLines({ binding }: Managed): readonly string[] {
  if (binding === undefined) return []
  const { destination, accepted } = binding
  const said = accepted ? 'the key may go to' : 'the key was not accepted yet for'
  return wrapped(`${said} ${harmless(destination)}`, COLUMNS - 4).map((line, index) =>
    index === 0 ? line : `  ${line}`,
  )
}
