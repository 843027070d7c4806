/** A word of a command line as the program would be given it, as far as that can be known without running it. */
export interface ShellWord {
  readonly text: string
  /** Where it begins in the line, in UTF-16 units. */
  readonly start: number
}

/** A command line up to the cursor. */
export interface ShellLine {
  readonly words: readonly ShellWord[]
  /** The word at the cursor, which may be empty. */
  readonly current: CurrentWord
}

/** Quotes that are open at the end of a line. */
export type OpenQuote = '' | '"' | "'"

export interface CurrentWord extends ShellWord {
  readonly quote: OpenQuote
  /** How much of `text` readline leaves alone: what it puts in begins behind it. */
  readonly kept: number
  /** Whether the shell opens a file of this name. */
  readonly isRedirection: boolean
}

export interface ShellOptions {
  /** Characters behind which readline lets a word begin (`COMP_WORDBREAKS`). */
  readonly breaks: string
  readonly env: Readonly<Record<string, string | undefined>>
}

const PARTS: readonly (readonly [PartKind, RegExp])[] = [
  ['nested', /[$<>]\([^)]*\)?|`[^`]*`?/],
  ['redirection', /\d*(?:>>|>\||>&|<>|<<<|<<|<&|>|<)|&>>?/],
  ['blank', /[ \t\n]+/],
  ['escaped', /\\[^]?/],
  ['single', /'[^']*'?/],
  ['double', /"(?:\\[^]|[^"\\])*(?:"|\\?$)/],
  ['variable', /\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})/],
  ['plain', /[^]/],
]
type PartKind =
  | 'nested'
  | 'redirection'
  | 'blank'
  | 'escaped'
  | 'single'
  | 'double'
  | 'variable'
  | 'plain'

const PART = new RegExp(PARTS.map(([kind, { source }]) => `(?<${kind}>${source})`).join('|'), 'g')

const NO_WORD: Omit<CurrentWord, 'start'> = { text: '', quote: '', kept: 0, isRedirection: false }

/** Take a line apart by the rules that shells share. Variables are put in; commands are not run, and stay as text. */
export function readShellLine(line: string, options: ShellOptions): ShellLine {
  const words: ShellWord[] = []
  let word: CurrentWord | undefined
  let isRedirection = false
  for (const { index, groups = {} } of line.matchAll(PART)) {
    const [kind, part] = partOf(groups)
    if (kind !== 'blank' && kind !== 'redirection') {
      word = extended(word ?? { ...NO_WORD, start: index, isRedirection }, [kind, part], options)
      continue
    }
    // A word that names a file of the shell's is none of the program's.
    if (word?.isRedirection === false) words.push({ text: word.text, start: word.start })
    if (word !== undefined) isRedirection = false
    if (kind === 'redirection') isRedirection = true
    word = undefined
  }
  return { words, current: word ?? { ...NO_WORD, start: line.length, isRedirection } }
}

/** The text of one word, quotes taken off. */
export function unquoted(word: string, env: ShellOptions['env']): string {
  const { words, current } = readShellLine(word, { breaks: '', env })
  return [...words, current].map(({ text }) => text).join(' ')
}

function partOf(groups: Readonly<Record<string, string | undefined>>): readonly [PartKind, string] {
  for (const [kind] of PARTS) {
    const part = groups[kind]
    if (part !== undefined) return [kind, part]
  }
  return ['plain', '']
}

function extended(
  word: CurrentWord,
  [kind, part]: readonly [PartKind, string],
  { breaks, env }: ShellOptions,
): CurrentWord {
  const text = `${word.text}${textOf(kind, part, env)}`
  if (kind === 'plain')
    return { ...word, text, kept: breaks.includes(part) ? text.length : word.kept }
  const mark = kind === 'single' ? "'" : kind === 'double' ? '"' : undefined
  if (mark === undefined) return { ...word, text }
  const isOpen = part.length === 1 || !part.endsWith(mark)
  if (isOpen) return { ...word, text, quote: mark, kept: word.text.length }
  // Behind quotes that are closed readline begins within them: there is no good word to give it.
  return { ...word, text, kept: breaks.includes(mark) ? Infinity : word.kept }
}

function textOf(kind: PartKind, part: string, env: ShellOptions['env']): string {
  switch (kind) {
    case 'escaped':
      return part.slice(1)
    case 'single':
      return part.slice(1, part.length > 1 && part.endsWith("'") ? -1 : undefined)
    case 'double': {
      const inside = /^"(?<inside>(?:\\[^]|[^"\\])*)/.exec(part)?.[1] ?? ''
      return inside.replaceAll(VARIABLE, (name) => valueOf(name, env)).replaceAll(ESCAPED, '$1')
    }
    case 'variable':
      return valueOf(part, env)
    case 'nested':
    case 'redirection':
    case 'blank':
    case 'plain':
      return part
  }
}

const VARIABLE = /(?<!\\)\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})/g
const ESCAPED = /\\([$`"\\\n])/g

function valueOf(variable: string, env: ShellOptions['env']): string {
  return env[variable.replaceAll(/[${}]/g, '')] ?? variable
}

/** What a shell reads as this text; undefined where it cannot stand in such quotes. */
export function quotedFor(quote: OpenQuote, text: string): string | undefined {
  switch (quote) {
    case '':
      return text.replaceAll(/[\s!"#$&'()*;<>?[\\\]^`{|}~]/g, String.raw`\$&`)
    case "'":
      return text.replaceAll("'", String.raw`'\''`)
    case '"':
      // Between these nothing keeps bash from looking for `!` in its history.
      return text.includes('!') ? undefined : text.replaceAll(/["$\\`]/g, String.raw`\$&`)
  }
}
