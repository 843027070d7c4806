import { harmless } from '../core/format-diagnostic.ts'
import type { Explanation, Managed } from '../core/explain/explanation.ts'
import type { CommandContext } from './command.ts'
import { COLUMNS } from './cut.ts'
import { namesOfFiles } from './names-of-files.ts'
import type { NamesOfFiles, View } from './names-of-files.ts'
import type { Paint } from './paint.ts'
import { renderDestination, renderKeys } from './render-key-chain.ts'
import { nameOf, pendingLines, table, textOf, valueLines } from './render-values.ts'
import type { Row } from './render-values.ts'
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
    titled('Not written yet', pendingLines(explanation, view), paint),
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
  const beside = where.length === 0 ? '' : ` (${where.join('; ')})`
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

/** What OpenCode 2 makes otherwise of the same files. */
function lines2({ id: explained, opencode2, known }: Explanation, view: View): readonly string[] {
  if (!known.config) return []
  const { id, hasBlock, differences, ignored } = opencode2
  if (!hasBlock && differences.length === 0) return ['  no block for it in the files that it reads']
  const rows = differences.map(({ path, value, origin, reason }): Row => {
    const said = value === undefined ? reason : textOf(value)
    const below = value === undefined ? [] : [{ text: reason, shade: view.paint.dim }]
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
  if (known.manifest !== 'yes' && !managed.isOwned) {
    const isElsewhere = known.manifest === 'not-here'
    return [isElsewhere ? '  manages it elsewhere, not on this machine' : '  does not manage it']
  }
  return [...ownership(managed, names), ...bindingLines(managed)].flatMap((text) =>
    wrapped(text, COLUMNS - 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`),
  )
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
  const said = accepted ? 'the key may go to' : 'not trusted yet: the key would go to'
  return [`${said} ${harmless(destination)}`]
}
