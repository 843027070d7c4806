import type { Diagnostic } from './diagnostic.ts'
import type { SourceLine, SourceText } from './source-text.ts'

export interface DiagnosticContext {
  /** Text of the file the diagnostic points into; undefined when it is not at hand. */
  readonly sourceText: SourceText | undefined
  /** The file as the user would name it. */
  readonly displayFile: string
  readonly style?: DiagnosticStyle
}

/** How parts are made to stand out, e.g. by colour. Each gets and gives text without line ends. */
export interface DiagnosticStyle {
  readonly severity: (text: string, severity: Diagnostic['severity']) => string
  readonly place: (text: string) => string
  readonly caret: (text: string, severity: Diagnostic['severity']) => string
  readonly hint: (text: string) => string
}

const PLAIN: DiagnosticStyle = {
  severity: (text) => text,
  place: (text) => text,
  caret: (text) => text,
  hint: (text) => text,
}

/** Columns of a source line that are shown. */
const WIDEST = 100

/** The diagnostic of a key that may stand anywhere in its line. */
const WHOLE_LINE_IS_SECRET = 'key-in-config'

/** Diagnostics at whose place, and after it, stands what must not be seen. */
const ABOUT_SECRETS: ReadonlySet<string> = new Set([
  'bad-key-in',
  'key-in-manifest',
  'looks-like-key',
  'url-user-info',
])

/**
 * A diagnostic as text, without a final newline:
 *
 * ```text
 * providers.yaml:4:5: error: unknown preset "olama" [unknown-preset]
 *     preset: olama
 *             ^
 *   hint: did you mean "ollama"?
 * ```
 *
 * What could be a key is masked in the source line, whatever the diagnostic is about.
 */
export function formatDiagnostic(diagnostic: Diagnostic, context: DiagnosticContext): string {
  const { severity, code, message, source, hint } = diagnostic
  const style = context.style ?? PLAIN
  const place =
    source === undefined
      ? harmless(context.displayFile)
      : `${harmless(context.displayFile)}:${source.line}:${source.column}`
  const lines = [
    `${style.place(`${place}:`)} ${style.severity(`${severityWord(severity)}:`, severity)} ${harmless(message)} [${code}]`,
  ]
  const isShown = source !== undefined && code !== WHOLE_LINE_IS_SECRET
  const line = isShown ? context.sourceText?.line(source.line) : undefined
  if (source !== undefined && line !== undefined) {
    const { shown, before } = excerpt(line, source.column, ABOUT_SECRETS.has(code))
    lines.push(`  ${shown}`, `  ${before}${style.caret('^', severity)}`)
  }
  if (hint !== undefined) lines.push(style.hint(`  hint: ${harmless(hint)}`))
  return lines.join('\n')
}

/** How a severity is called in a line for people. */
export function severityWord(severity: Diagnostic['severity']): string {
  return severity === 'info' ? 'note' : severity
}

/**
 * File by file as they first come up, and in the order of each file; those without a place come
 * first. Equal ones are given once.
 */
export function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const unique = new Map<string, Diagnostic>()
  const files = new Map<string | undefined, number>([[undefined, 0]])
  for (const diagnostic of diagnostics) {
    const { code, message, source } = diagnostic
    const name = JSON.stringify([code, message, source?.file, source?.line, source?.column])
    if (!unique.has(name)) unique.set(name, diagnostic)
    if (!files.has(source?.file)) files.set(source?.file, files.size)
  }
  const rank = ({ source }: Diagnostic): readonly [number, number, number] => [
    files.get(source?.file) ?? 0,
    source?.line ?? 0,
    source?.column ?? 0,
  ]
  return [...unique.values()].toSorted((a, b) => {
    const [first, second] = [rank(a), rank(b)]
    return first[0] - second[0] || first[1] - second[1] || first[2] - second[2]
  })
}

const MASK = '***'

/** The part of a line to show, and what to print below it so that a caret falls on `column`. */
function excerpt(
  line: SourceLine,
  column: number,
  secret: boolean,
): { readonly shown: string; readonly before: string } {
  const named = secret ? secretStart(line.text, column) : Infinity
  const end = Math.min(line.hiddenFrom, named, line.text.length)
  const mask = end < line.text.length ? MASK : ''
  // Only what is shown is copied: a line can be a million characters long.
  const part = (from: number, to: number): string =>
    line.text.slice(from, Math.min(to, end)) +
    mask.slice(Math.max(from - end, 0), Math.max(to - end, 0))
  const length = end + mask.length
  const caret = Math.min(column - 1, length)
  const start = caret > WIDEST - 20 ? caret - Math.floor(WIDEST / 2) : 0
  const lead = start > 0 ? '…' : ''
  const tail = start + WIDEST < length ? '…' : ''
  return {
    shown: harmless(`${lead}${part(start, start + WIDEST)}${tail}`),
    before: blank(`${lead}${part(start, caret)}`),
  }
}

/** At a name the value after it is hidden, at a value the value itself. */
function secretStart(line: string, column: number): number {
  const name = /^["']?[\w.-]+["']?\s*:(?:\s+|$)/.exec(line.slice(column - 1))
  return name === null ? column - 1 : column - 1 + name[0].length
}

/** As wide as the text: tabs stay tabs, wide characters become two blanks, marks none. */
function blank(text: string): string {
  return Array.from(text, (character) => {
    if (character === '\t') return '\t'
    if (MARK.test(character)) return ''
    return WIDE.test(character) ? '  ' : ' '
  }).join('')
}

/** Characters that terminals draw over the one before. Made once: the build makes it a call. */
const MARK = /\p{Mn}/u

/** Characters that terminals draw two columns wide: East Asian wide forms and emoji. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Extended_Pictographic}/u

/** What a terminal would obey: control characters, and changes of the writing direction. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const OBEYED = /[\0-\u0008\u000A-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g

/** A text without what a terminal would obey: names in files of others may hold anything. */
export function harmless(text: string): string {
  return text.replaceAll(OBEYED, '\uFFFD')
}
