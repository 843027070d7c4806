import { isMap, isScalar, isSeq } from 'yaml'
import { isJsonObject } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { applySplices } from '../jsonc/splice.ts'
import type { Splice } from '../jsonc/splice.ts'
import type { ManifestText } from '../manifest/manifest-file.ts'
import { appendBelow, appendInside } from './append.ts'
import type { Appended } from './append.ts'
import { blockEntry, braces, fieldsOf, flowEntry, scalar } from './entry-text.ts'
import type { NewProvider } from './entry-text.ts'
import { columnOf } from './layout.ts'
import { aliasesInto, contentEndBefore, isFlow, lineOf, membersOf, outlineOf } from './outline.ts'
import type { Collection, Member, Outline } from './outline.ts'
import { notEditable, proveEdit } from './prove.ts'
import { firstStep, styleOf } from './style.ts'
import type { Style } from './style.ts'

export interface AddedProvider {
  readonly text: string
  /** Lines of the new text that the provider takes up, 1-based. */
  readonly line: number
  readonly lastLine: number
  /** Line of the list that it was added to as well, in the new text. */
  readonly enabledLine: number | undefined
}

/** Columns beyond which a provider on one line is written over several. */
const WIDEST = 100

/**
 * Add a provider at the end of `providers`, in the way in which the file is written, and to the list
 * `enabled_providers` where there is one. Every other byte stays.
 *
 * @param file of which `readYaml` has no errors to tell; a provider of this id is not in it
 * @throws InvalidInput `not-editable` where one place of the text stands for several
 */
export function addProvider(file: ManifestText, provider: NewProvider): AddedProvider {
  const outline = outlineOf(file.path, file.text)
  const fields = membersOf(outline, outline.root, outline.end)
  const provided = intoProviders(outline, fields, provider)
  const list = fields.find(({ name, value }) => name === 'enabled_providers' && isSeq(value))
  const enabled = list === undefined ? undefined : intoList(outline, list, provider.id)
  const splices = [...provided.splices, ...(enabled?.splices ?? [])]
  const text = outline.bom + applySplices(outline.original, splices)
  proveEdit(file, text, { expect: (tree) => withProvider(tree, provider), removed: [], outline })
  const after = outlineOf(file.path, text)
  const entry = memberAt(after, ['providers', provider.id])
  const enabledAt = enabled === undefined ? undefined : memberAt(after, ['enabled_providers'])
  return {
    text,
    line: lineOf(after, entry.start),
    lastLine: lineOf(after, Math.max(entry.start, entry.end - 1)),
    enabledLine: enabledAt === undefined ? undefined : lineOf(after, enabledAt.start),
  }
}

function memberAt(outline: Outline, path: readonly string[]): Member {
  let node: Collection = outline.root
  let limit = outline.end
  let found: Member | undefined
  for (const name of path) {
    found = membersOf(outline, node, limit).find((member) => member.name === name)
    limit = found?.limit ?? limit
    if (isMap(found?.value)) node = found.value
  }
  if (found === undefined) throw new Error('what was added is not there')
  return found
}

function withProvider(tree: JsonObject, { id, ...rest }: NewProvider): JsonObject {
  const { providers, enabled_providers: enabled } = tree
  const before = isJsonObject(providers) ? providers : {}
  const listed: JsonObject = Array.isArray(enabled) ? { enabled_providers: [...enabled, id] } : {}
  const isListed = Array.isArray(enabled) && enabled.includes(id)
  const added = { ...before, [id]: fieldsOf({ id, ...rest }) }
  return { ...tree, providers: added, ...(isListed ? {} : listed) }
}

function intoProviders(
  outline: Outline,
  fields: readonly Member[],
  provider: NewProvider,
): Appended {
  const field = fields.find(({ name }) => name === 'providers')
  if (field === undefined) return asNewField(outline, fields, provider)
  const { value } = field
  const outer = columnOf(outline, field.start)
  if (value === null || (isScalar(value) && value.value === null)) {
    refuseBare(outline, field)
    return instead(outline, { field, outer }, provider)
  }
  if (!isMap(value)) throw notEditable(outline, field.start, '"providers" is an alias')
  refuseShared(outline, field, value)
  const members = membersOf(outline, value, field.limit)
  const style = styleOf(outline, members, outer)
  if (isFlow(value)) {
    const isEmptyInBlock = members.length === 0 && !isFlow(outline.root)
    const inner = outline.text.slice(value.range[0] + 1, value.range[1] - 1)
    if (isEmptyInBlock && inner.trim() === '') return instead(outline, { field, outer }, provider)
    return appendInside(outline, { node: value, members, ...style }, flowEntry(provider, style))
  }
  const last = members.at(-1) ?? field
  const column = columnOf(outline, members[0]?.start ?? field.start)
  const lines = linesOf(provider, style, column)
  return appendBelow(outline, { above: last, column, outer, isSpaced: style.isSpaced }, lines)
}

function linesOf(provider: NewProvider, style: Style, column: number): readonly string[] {
  const line = flowEntry(provider, style)
  return style.oneLine && column + line.length <= WIDEST ? [line] : blockEntry(provider, style)
}

/** A name without a colon cannot be given a value as it stands, nor can a tag that says null. */
function refuseBare(outline: Outline, { value, start, end }: Member): void {
  if (value === null && outline.text[end - 1] !== ':') {
    throw notEditable(outline, start, '"providers" has no colon')
  }
  if (value?.tag !== undefined) throw notEditable(outline, start, '"providers" has a tag')
}

/** A block, or braces within braces, in the place of nothing, of `{}` or of `null`. */
function instead(
  outline: Outline,
  { field, outer }: { readonly field: Member; readonly outer: number },
  provider: NewProvider,
): Appended {
  const style = styleOf(outline, [], outer)
  const column = outer + style.step
  const { start, end } = valueSpan(outline, field)
  if (isFlow(outline.root)) {
    const parting = outline.text[start - 1] === ' ' ? '' : ' '
    const flow = braces(flowEntry(provider, style), style)
    return { splices: [{ start, end, text: parting + flow }], at: start }
  }
  const empty: Splice = { start, end, text: '' }
  const above = {
    start: field.start,
    end: contentEndBefore(outline, Math.max(start, field.start + 1)),
  }
  const lines = linesOf(provider, style, column)
  const added = appendBelow(outline, { above, column, outer, isSpaced: false }, lines)
  // Below the line that the value was in.
  const isAbove = added.at < end
  const at = isAbove ? end : added.at
  const moved = added.splices.map((splice) =>
    isAbove ? { ...splice, start: at, end: at } : splice,
  )
  return { splices: start === end ? moved : [empty, ...moved], at }
}

/** Of an empty value and the blanks before it; of none at all, where it would be. */
function valueSpan(outline: Outline, { value, end }: Member): { start: number; end: number } {
  if (value === null || (isScalar(value) && value.source === '')) return { start: end, end }
  const start = value.range[0]
  const blanks = /(?:\r?\n)?[ \t]*$/.exec(outline.text.slice(0, start))?.[0].length ?? 0
  return { start: start - blanks, end: value.range[1] }
}

/** `providers` itself, at the end of a manifest that has only those of others. */
function asNewField(outline: Outline, fields: readonly Member[], provider: NewProvider): Appended {
  const style = styleOf(outline, [], 0)
  const { root } = outline
  if (isFlow(root)) {
    const flow = `${scalar('providers', style, 'flow')}: ${braces(flowEntry(provider, style), style)}`
    return appendInside(outline, { node: root, members: fields, ...style }, flow)
  }
  const last = fields.at(-1)
  if (last === undefined) throw new Error('a manifest without any field was to be edited')
  const step = firstStep(outline) ?? style.step
  const inner = blockEntry(provider, { ...style, step }).map((line) => ' '.repeat(step) + line)
  const isSpaced = /\n[^\S\n]*\r?\n/.test(outline.text.slice(fields[0]?.start, last.start))
  const where = { above: last, column: columnOf(outline, last.start), outer: undefined, isSpaced }
  return appendBelow(outline, where, [`${scalar('providers', style, 'block')}:`, ...inner])
}

function intoList(outline: Outline, field: Member, id: string): Appended | undefined {
  const { value } = field
  if (!isSeq(value)) return undefined
  const isThere = value.items.some((item) => isScalar(item) && item.value === id)
  if (isThere) return undefined
  refuseShared(outline, field, value)
  const members = membersOf(outline, value, field.limit)
  const style = styleOf(outline, [], 0)
  const element = scalar(id, style, isFlow(value) ? 'flow' : 'block')
  if (isFlow(value)) {
    return appendInside(outline, { node: value, members, pads: false }, element)
  }
  const last = members.at(-1)
  if (last === undefined) return undefined
  const column = columnOf(outline, last.start)
  const where = { above: last, column, outer: undefined, isSpaced: false }
  return appendBelow(outline, where, [`- ${element}`])
}

/** What stands for several places of the manifest cannot be changed in one of them. */
function refuseShared(outline: Outline, field: Member, node: Collection): void {
  const at = node.range[0]
  const [alias] = aliasesInto(outline, node, { start: at, end: at + 1 })
  if (alias === undefined) return
  const what = `"${field.name ?? ''}" is what the alias on line ${lineOf(outline, alias.range[0])} stands for`
  throw notEditable(outline, field.start, what)
}
