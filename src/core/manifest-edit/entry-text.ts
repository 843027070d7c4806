import { Document, Scalar } from 'yaml'
import { DEFAULT_PRESET } from '../preset/preset.ts'
import type { Style } from './style.ts'

/** What a new provider of the manifest is to say. */
export interface NewProvider {
  readonly id: string
  readonly preset: string
  /** Undefined: that of the preset. */
  readonly baseURL: string | undefined
  readonly models: readonly string[]
}

/** The fields of a provider, without those that say what holds without them. */
export function fieldsOf({
  preset,
  baseURL,
  models,
}: NewProvider): Readonly<Record<string, string | readonly string[]>> {
  return {
    ...(preset === DEFAULT_PRESET ? {} : { preset }),
    ...(baseURL === undefined ? {} : { baseURL }),
    ...(models.length === 0 ? {} : { models }),
  }
}

/** The lines of a provider, the first one not indented. */
export function blockEntry(provider: NewProvider, style: Style): readonly string[] {
  const fields = Object.entries(fieldsOf(provider))
  const id = scalar(provider.id, style, 'block')
  if (fields.length === 0) return [`${id}: {}`]
  const indent = ' '.repeat(style.step)
  const dash = indent + ' '.repeat(style.listStep ?? style.step)
  const lines = fields.flatMap(([field, value]) => {
    const name = scalar(field, style, 'block')
    return typeof value === 'string'
      ? [`${indent}${name}: ${scalar(value, style, 'block')}`]
      : [`${indent}${name}:`, ...value.map((item) => `${dash}- ${scalar(item, style, 'block')}`)]
  })
  return [`${id}:`, ...lines]
}

/** A provider on one line: `id: { … }`. */
export function flowEntry(provider: NewProvider, style: Style): string {
  const fields = Object.entries(fieldsOf(provider)).map(([name, value]) => {
    const text =
      typeof value === 'string' ? scalar(value, style, 'flow') : `[${joined(value, style)}]`
    return `${scalar(name, style, 'flow')}: ${text}`
  })
  return `${scalar(provider.id, style, 'flow')}: ${braces(fields.join(', '), style)}`
}

/** A map in braces, as the file writes it. */
export function braces(content: string, { pads }: Pick<Style, 'pads'>): string {
  return pads && content !== '' ? `{ ${content} }` : `{${content}}`
}

function joined(items: readonly string[], style: Style): string {
  return items.map((item) => scalar(item, style, 'flow')).join(', ')
}

/** A text as YAML has it, on one line. */
export function scalar(text: string, style: Style, within: 'block' | 'flow'): string {
  const node = new Scalar(text)
  if (style.quotesAll) node.type = Scalar.QUOTE_DOUBLE
  // Plain, such a text is right for YAML, and one slip away from a map or a list.
  else if (needsQuotes(text, within)) {
    const fitsInSingle = style.singleQuotes && !/[\p{Cc}']/u.test(text)
    node.type = fitsInSingle ? Scalar.QUOTE_SINGLE : Scalar.QUOTE_DOUBLE
  }
  const document = new Document([node])
  const printed = document.toString({
    lineWidth: 0,
    singleQuote: style.singleQuotes,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
    blockQuote: false,
  })
  return printed.slice('- '.length).replace(/\n$/, '')
}

/** A URL outside of brackets is commonly written without. */
function needsQuotes(text: string, within: 'block' | 'flow'): boolean {
  if (/^https?:\/\/[^\s{}#]*$/.test(text)) return within === 'flow'
  return /[:#,{}[\]\p{Cc}]/u.test(text)
}
