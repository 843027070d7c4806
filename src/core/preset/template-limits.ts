/**
 * What a preset may cost. A template comes out of somebody's repository, and the engine that fills it in
 * recurses, and takes time quadratic in what it is given: ten thousand levels would keep it busy for
 * minutes.
 */

/** UTF-16 units of a template, and of what it comes out as. */
export const LONGEST_TEMPLATE = 200_000

/** Rounds of all loops, over one filling in. */
export const MOST_ROUNDS = 100_000

const MOST_EXPRESSIONS = 5000

/** Blocks in blocks, `else if` after `else if`, and parentheses in parentheses. */
const DEEPEST = 100

export interface TemplateProblem {
  readonly message: string
  /** 1-based. */
  readonly line: number
  readonly column: number
}

/** The first reason not to compile a template; whether it is one at all is for the engine to say. */
export function findTemplateProblem(text: string): TemplateProblem | undefined {
  if (text.length > LONGEST_TEMPLATE) {
    const message = `the template has more than ${LONGEST_TEMPLATE} characters`
    return { message, line: 1, column: 1 }
  }
  const blocks: number[] = []
  let depth = 0
  let count = 0
  for (const { offset, body } of expressions(text)) {
    count += 1
    const kind = kindOf(body)
    if (kind === 'open') blocks.push(1)
    if (kind === 'chain') blocks.push((blocks.pop() ?? 0) + 1)
    if (kind === 'open' || kind === 'chain') depth += 1
    if (kind === 'close') depth -= blocks.pop() ?? 0
    const message = complaint(kind, count, depth + parentheses(body))
    if (message !== undefined) return { message, ...placeAt(text, offset) }
  }
  return undefined
}

function complaint(kind: Kind, count: number, depth: number): string | undefined {
  if (kind === 'partial') return 'a template cannot include another one'
  if (count > MOST_EXPRESSIONS) return `the template has more than ${MOST_EXPRESSIONS} expressions`
  return depth > DEEPEST ? `nested more than ${DEEPEST} levels deep` : undefined
}

/** Every `{{…}}` but comments: where it starts, and what stands between the braces. */
function* expressions(
  text: string,
): Generator<{ readonly offset: number; readonly body: string }, void> {
  let offset = text.indexOf('{{')
  while (offset >= 0) {
    const inside = pastBraces(text, offset)
    const end = text[inside] === '!' ? endOfComment(text, inside) : text.indexOf('}}', inside)
    // What is never closed is for the engine to refuse.
    if (end < 0) return
    const isText = text[offset - 1] === '\\' && text[offset - 2] !== '\\'
    if (text[inside] !== '!' && !isText) yield { offset, body: text.slice(inside, end) }
    offset = text.indexOf('{{', isText ? inside : end)
  }
}

function pastBraces(text: string, offset: number): number {
  let at = offset + 2
  while (/[{~\s]/.test(text[at] ?? '')) at += 1
  return at
}

function endOfComment(text: string, start: number): number {
  if (!text.startsWith('!--', start)) return text.indexOf('}}', start)
  const ends = ['--}}', '--~}}'].map((end) => text.indexOf(end, start + 1))
  const found = ends.filter((end) => end >= 0)
  return found.length === 0 ? -1 : Math.min(...found)
}

type Kind = 'open' | 'chain' | 'close' | 'partial' | 'other'

function kindOf(body: string): Kind {
  if (/^[#^]?[>*]/.test(body)) return 'partial'
  if (/^(?:#|\^\s*[^\s~])/.test(body)) return 'open'
  if (/^else\s+[^\s~]/.test(body)) return 'chain'
  return body.startsWith('/') ? 'close' : 'other'
}

function parentheses(body: string): number {
  let open = 0
  let deepest = 0
  for (const [character] of body.matchAll(/[()]/g)) {
    open += character === '(' ? 1 : -1
    deepest = Math.max(deepest, open)
  }
  return deepest
}

function placeAt(text: string, offset: number): Pick<TemplateProblem, 'line' | 'column'> {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}
