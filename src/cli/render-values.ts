import { harmless } from '../core/format-diagnostic.ts'
import type { ExplainedValue, Explanation, Origin } from '../core/explain/explanation.ts'
import { saysSomething } from '../core/explain/values.ts'
import type { JsonValue, Path } from '../core/json.ts'
import { COLUMNS } from './cut.ts'
import type { View } from './names-of-files.ts'

/** Every value with its place, what it replaces, and what the manifest says of it. */
export function valueLines(
  { values, models, modelsOrigin }: Explanation,
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
  ]
  return [...table(rows, view), ...moreLine(left, view)]
}

/** Values of the manifest that stand in no file. */
export function pendingLines({ pending }: Explanation, view: View): readonly string[] {
  const most = view.verbose ? pending.length : MOST_PENDING
  const rows = pending.slice(0, most).map(({ path, value, origin }): Row => {
    return { name: nameOf(path), value: textOf(value), origin, below: [] }
  })
  return [...table(rows, view), ...moreLine(pending.length - most, view)]
}

function moreLine(left: number, { paint }: View): readonly string[] {
  return left > 0 ? [paint.dim(`  and ${left} more; --verbose shows all`)] : []
}

const MOST_PENDING = 12
const MOST_OF_MODELS = 8

function summary(models: readonly string[]): string {
  return `${models.length}: ${listed(models.map(harmless), 30)}`
}

/**
 * As many items as fit into so many columns, each whole: of a key that is cut in two nobody would know that it is one.
 * The first is always there.
 */
function listed(items: readonly string[], width: number): string {
  const kept: string[] = []
  let length = 0
  for (const item of items) {
    length += item.length + 2
    if (kept.length > 0 && length - 2 > width) break
    kept.push(item)
  }
  const left = items.length - kept.length
  return `${kept.join(', ')}${left === 0 ? '' : ` and ${left} more`}`
}

/** A value in a table. */
export interface Row {
  readonly name: string
  readonly value: string
  readonly origin: Origin | undefined
  /** Stands behind the place where there is room, and below it otherwise. */
  readonly from?: string
  /** Lines below it, indented like the value. */
  readonly below: readonly Below[]
}

interface Below {
  readonly text: string
  /** Behind the text, which is cut to leave it room. */
  readonly place?: string
  readonly shade: (text: string) => string
}

function valueRow(one: ExplainedValue, { paint, names }: View): Row {
  const over = one.shadows.map(({ value, origin }): Below => {
    return { text: `over ${textOf(value)}`, place: names.place(origin), shade: paint.dim }
  })
  return {
    name: nameOf(one.path),
    value: textOf(one.value),
    origin: one.origin,
    ...declaredLines(one.manifest, { paint, names }, over),
  }
}

/** Where a value of the manifest comes from; and where it is not the one that counts, what the manifest has. */
function declaredLines(
  manifest: ExplainedValue['manifest'],
  { paint, names }: Pick<View, 'paint' | 'names'>,
  over: readonly Below[],
): Pick<Row, 'from' | 'below'> {
  if (manifest === undefined) return { below: over }
  const places = [manifest.origin, ...manifest.via].map((origin) => names.place(origin))
  const place = places.join(' with ')
  const text = saidOf(manifest)
  if (text === '') return { from: `from ${place}`, below: over }
  return { below: [...over, { text, place, shade: paint.yellow }] }
}

function saidOf({ state, value }: NonNullable<ExplainedValue['manifest']>): string {
  switch (state) {
    case 'same':
      return ''
    case 'shadowed':
      return "replaces the manifest's value"
    case 'pending':
      return `the next apply writes ${textOf(value)}`
    case 'drifted':
      return `changed since opgen wrote it: the manifest has ${textOf(value)}`
    case 'differs':
      return `not of opgen: the manifest has ${textOf(value)}`
  }
}

/** A path as people write it. */
export function nameOf(path: Path): string {
  return path.map((name) => harmless(name)).join('.')
}

/** A value in one line. */
export function textOf(value: JsonValue): string {
  if (Array.isArray(value)) {
    const items = value.map((item: JsonValue) => JSON.stringify(item))
    return harmless(`[${items.length === 0 ? '' : listed(items, 40)}]`)
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (text.length > LONGEST_TEXT) return `${text.length} characters`
  return text === '' ? '""' : harmless(text)
}

const LONGEST_TEXT = 300

/** Names, values and places in columns; what does not fit goes to the next line. */
export function table(rows: readonly Row[], { paint, names }: View): readonly string[] {
  const nameWidth = Math.min(LONGEST_NAME, Math.max(0, ...rows.map(({ name }) => name.length)))
  const places = rows.map(({ origin }) => (origin === undefined ? '' : names.place(origin)))
  const placeWidth = Math.max(0, ...places.map((place) => place.length))
  const room = COLUMNS - nameWidth - 6 - placeWidth
  const fitting = rows.map(({ value }) => value.length).filter((length) => length <= room)
  const valueWidth = Math.max(0, ...fitting)
  const indent = ' '.repeat(nameWidth + 4)
  return rows.flatMap(({ name, value, from = '', below }, index) => {
    const place = places[index] ?? ''
    const isLong = name.length > nameWidth
    const start = isLong ? [`  ${name}`] : []
    const lead = isLong ? indent : `  ${name.padEnd(nameWidth)}  `
    const fits = value.length <= valueWidth
    const shown = fits ? value.padEnd(valueWidth) : value
    const taken = fits ? indent.length + valueWidth + 2 : indent.length
    const [first, ...others] = tailLines({ place, from, width: placeWidth }, COLUMNS - taken)
    const dimmed = (line: string): string => `${indent}${paint.dim(line)}`
    const main =
      fits && first !== undefined ? `${lead}${shown}  ${paint.dim(first)}` : `${lead}${shown}`
    const rest = fits || first === undefined ? others : [first, ...others]
    return [
      ...start,
      main.trimEnd(),
      ...rest.map(dimmed),
      ...below.flatMap((one) =>
        belowLines(one, COLUMNS - indent.length).map((line) => indent + line),
      ),
    ]
  })
}

/** The place and what it comes from, in one line or two. */
function tailLines(
  { place, from, width }: { readonly place: string; readonly from: string; readonly width: number },
  room: number,
): readonly string[] {
  const both = `${place.padEnd(width)}  ${from}`
  if (place !== '' && from !== '' && both.length <= room) return [both]
  return [place, from].filter((text) => text !== '')
}

function belowLines({ text, place = '', shade }: Below, room: number): readonly string[] {
  if (place === '') return [shade(text)]
  const both = `${text}  ${place}`
  return both.length <= room ? [shade(both)] : [shade(text), shade(place)]
}

const LONGEST_NAME = 32
