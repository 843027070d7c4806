import { commentsIn, lineStartBefore, outlineAt, outlineOf, pairItems } from './json-outline.ts'
import type { Item, Outline } from './json-outline.ts'

/**
 * Compare what stands around the values of two texts: comments, blanks, commas, line endings.
 *
 * @param added the new items of the text after, where all that is old is still there
 * @returns complaints, without a place where there is none
 */
export function compareTexts(
  before: string,
  after: string,
  added: readonly Item[] | undefined,
): readonly string[] {
  const old = outlineOf(before)
  const now = outlineOf(after)
  const pair: Pair = { before, after, harm: [] }
  if (before.slice(0, old.start) !== after.slice(0, now.start)) {
    pair.harm.push('the text before the root changed')
  }
  if (before.slice(old.end) !== after.slice(now.end)) {
    pair.harm.push('the text after the root changed')
  }
  compareComments(pair, old, now)
  compareLineEndings(pair)
  compareGaps(pair, '', old, now)
  if (added !== undefined) requireOnlyAdditions(pair, added)
  return pair.harm
}

interface Pair {
  readonly before: string
  readonly after: string
  readonly harm: string[]
}

function compareComments({ before, after, harm }: Pair, old: Outline, now: Outline): void {
  const comments = commentsIn(before)
  const others = commentsIn(after)
  for (const [index, comment] of comments.entries()) {
    const other = others[index]
    if (comment.text !== other?.text) {
      harm.push(`a comment is lost, changed or moved: ${comment.text}`)
      return
    }
    const home = homeOf(old, comment.start)
    // One whose object or list is gone, or another one now, stays somewhere above.
    const stays = kindAt(now, home.path) === home.kind
    if (stays && homeOf(now, other.start).path !== home.path) {
      harm.push(`a comment went elsewhere: ${comment.text}`)
    }
    const line = lineStartBefore(before, comment.start)
    if (stays && line !== undefined && line !== lineStartBefore(after, other.start))
      harm.push(`a comment has another indentation: ${comment.text}`)
  }
  if (others.length > comments.length) harm.push('there are new comments')
}

interface Home {
  readonly path: string
  readonly kind: Outline['kind']
}

/** The innermost object around a place, or the outermost list. */
function homeOf(outline: Outline, place: number, path = ''): Home {
  const items = outline.kind === 'object' ? outline.items : []
  const around = items.find(
    ({ value }) => value.kind !== 'plain' && value.start < place && place < value.end,
  )
  if (around === undefined) return { path, kind: outline.kind }
  return homeOf(around.value, place, `${path}/${around.name}`)
}

function kindAt(root: Outline, path: string): Outline['kind'] | undefined {
  return outlineAt(root, path.split('/').slice(1))?.kind
}

function compareLineEndings({ before, after, harm }: Pair): void {
  const old = lineEndingsIn(before)
  const strange = [...lineEndingsIn(after)].filter((kind) => !old.has(kind))
  if (old.size > 0 && strange.length > 0) harm.push('there is another kind of line ending')
}

function lineEndingsIn(text: string): ReadonlySet<string> {
  return new Set(text.match(/\r\n?|\n/g))
}

/** Items that are neighbours in both texts have the same bytes between them; others keep their indentation. */
function compareGaps(pair: Pair, place: string, old: Outline, now: Outline): void {
  if (old.kind === 'plain' || now.kind === 'plain' || now.kind !== old.kind) return
  const { before, after, harm } = pair
  const pairs = pairItems({ text: before, ...old }, { text: after, ...now })
  for (const [index, { before: item, after: partner }] of pairs.entries()) {
    if (partner === undefined) continue
    const at = `${place}/${item.name}`
    const previous = pairs[index - 1]
    const left = now.items[now.items.indexOf(partner) - 1]
    if (previous?.after === left && (previous === undefined || left !== undefined)) {
      const gap = before.slice(previous?.before.end ?? old.start, item.start)
      if (gap !== after.slice(left?.end ?? now.start, partner.start))
        harm.push(`${at}: the text before it changed`)
    } else compareIndents(pair, at, item, partner)
    if (old.items.at(-1) === item && now.items.at(-1) === partner) {
      if (before.slice(item.end, old.end) !== after.slice(partner.end, now.end))
        harm.push(`${at}: the text after it changed`)
    }
    compareGaps(pair, at, item.value, partner.value)
  }
  const isTouched = old.items.length > 0 || now.items.length > 0
  if (!isTouched && before.slice(old.start, old.end) !== after.slice(now.start, now.end))
    harm.push(`${place}: the text in it changed`)
}

function compareIndents({ before, after, harm }: Pair, at: string, old: Item, now: Item): void {
  const line = lineStartBefore(before, old.start)
  if (line !== undefined && line !== lineStartBefore(after, now.start))
    harm.push(`${at}: its indentation changed`)
}

/** What was added beside the new items themselves is one comma each, and blanks. */
function requireOnlyAdditions({ before, after, harm }: Pair, added: readonly Item[]): void {
  let rest = ''
  let end = 0
  for (const item of added.toSorted((one, other) => one.start - other.start)) {
    rest += after.slice(end, item.start)
    ;({ end } = item)
  }
  rest += after.slice(end)
  if (!isSubsequence(before, rest)) harm.push('the old text is not all in the new one')
  const extra = new Map<string, number>()
  for (const letter of rest) extra.set(letter, (extra.get(letter) ?? 0) + 1)
  for (const letter of before) extra.set(letter, (extra.get(letter) ?? 0) - 1)
  for (const [letter, count] of extra) {
    const most = letter === ',' ? added.length : 0
    if (letter.trim() !== '' && count > most) harm.push(`"${letter}" was added beside a value`)
  }
}

function isSubsequence(part: string, whole: string): boolean {
  let found = 0
  for (let at = 0; at < whole.length && found < part.length; at += 1) {
    if (whole[at] === part[found]) found += 1
  }
  return found === part.length
}
