import type { Diagnostic } from '../diagnostic.ts'
import type { Source } from '../source.ts'
import { keysIn } from './key-forms.ts'
import type { YamlText } from './read-yaml.ts'

/**
 * Find what looks like a key anywhere in a file that is to be shared: in values, names and comments. Every
 * find has the place of its first character, in the order of the file; a PEM block is one.
 *
 * A line that ends with `# opgen:allow`, or comes after one with nothing else, is passed over.
 */
export function findKeys({ path, text }: YamlText): readonly Diagnostic[] {
  const lines = linesOf(text)
  const diagnostics: Diagnostic[] = []
  let inBlock = false
  for (const [index, line] of lines.entries()) {
    inBlock = inBlock && PEM_BODY.test(line)
    if (inBlock) continue
    const places = isAllowed(lines, index) ? [] : keysIn(line)
    inBlock = line.includes('-----BEGIN ')
    for (const { start } of places) {
      diagnostics.push(keyFoundAt({ file: path, line: index + 1, column: start + 1 }))
    }
  }
  return diagnostics
}

/** A line within a PEM block, also one in a comment. */
const PEM_BODY = /^[\s#]*[A-Za-z0-9+/=]+\s*$/

/** The diagnostic for what has the form of a key, wherever it is found. */
export function keyFoundAt(source: Source): Diagnostic {
  return {
    code: 'looks-like-key',
    severity: 'error',
    message: 'this looks like an API key, and the file is one to share',
    source,
    hint: `store it with \`opgen key set\`, and replace it, for git history keeps it; if it is none, write \`${ALLOW}\` at the end of the line, or alone on the line above`,
  }
}

const ALLOW = '# opgen:allow'

/**
 * The diagnostics of a file, without those by {@link keyFoundAt} on lines where the file allows them.
 */
export function withoutAllowed(
  { path, text }: YamlText,
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  if (!diagnostics.some(({ code }) => code === 'looks-like-key')) return diagnostics
  const lines = linesOf(text)
  return diagnostics.filter(
    ({ code, source }) =>
      code !== 'looks-like-key' || source?.file !== path || !isAllowed(lines, source.line - 1),
  )
}

/**
 * The diagnostics of a file, and the keys that are found in its text. A line that is known to hold one is
 * not told of again.
 */
export function withFoundKeys(
  file: YamlText,
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  const told = new Set(
    diagnostics
      .filter(({ code, source }) => source?.file === file.path && TELLS_OF_KEY.has(code))
      .map(({ source }) => source?.line),
  )
  return [...diagnostics, ...findKeys(file).filter(({ source }) => !told.has(source?.line))]
}

const TELLS_OF_KEY: ReadonlySet<string> = new Set([
  'key-in-manifest',
  'looks-like-key',
  'url-user-info',
])

function linesOf(text: string): readonly string[] {
  // A byte order mark takes no column.
  return text.replace(/^\uFEFF/, '').split(/\r?\n/)
}

function isAllowed(lines: readonly string[], index: number): boolean {
  return ENDS_WITH_ALLOW.test(lines[index] ?? '') || IS_ALLOW.test(lines[index - 1] ?? '')
}

const ENDS_WITH_ALLOW = /(?:^|\s)# ?opgen:allow\s*$/
const IS_ALLOW = /^\s*# ?opgen:allow\s*$/
