import { isDeepStrictEqual } from 'node:util'
import { fromPointer } from '../../src/core/json.ts'
import { compareTexts } from './compare-texts.ts'
import { outlineOf, valueIn } from './json-outline.ts'
import type { Item, ObjectOutline } from './json-outline.ts'

/** What may be different in a text after its keys were moved. */
export interface Moves {
  /** Pointers of members that are gone. */
  readonly gone: readonly string[]
  /** Pointers of texts in whose place a reference to a key file stands. */
  readonly replaced: readonly string[]
}

/**
 * Look for anything that is different in two JSON texts beside these members: each is gone with at most one comma
 * and blanks, and nothing else changed, or its text is another one, which refers to a file.
 *
 * @returns complaints
 */
export function differenceBeside(
  before: string,
  after: string,
  { gone, replaced }: Moves,
): readonly string[] {
  if (gone.length === 0 && replaced.length === 0) {
    return before === after ? [] : ['the text changed']
  }
  const complaints: string[] = []
  const text = withReferences(before, after, replaced, complaints)
  const members = gone.map((pointer) => memberAt(text, pointer))
  const rest = members.reduce((length, { start, end }) => length - (end - start), text.length)
  if (after.length > rest) complaints.push('more is there than without the members')
  if (!isSubsequence(after, text)) complaints.push('there is something new')
  const wanted = structuredClone(valueIn(outlineOf(text)))
  for (const pointer of gone) removeAt(wanted, fromPointer(pointer))
  if (!isDeepStrictEqual(valueIn(outlineOf(after)), wanted)) {
    complaints.push('there are other values')
  }
  const lost = lettersOf(text)
  take(lost, lettersOf(after))
  for (const { start, end } of members) take(lost, lettersOf(text.slice(start, end)))
  for (const [letter, count] of lost) {
    const most = letter === ',' ? members.length : 0
    if (letter.trim() !== '' && count > most) complaints.push(`"${letter}" is gone, too`)
  }
  return [...complaints, ...compareTexts(text, after, undefined)]
}

/** The text before with the references of the text after. */
function withReferences(
  before: string,
  after: string,
  pointers: readonly string[],
  complaints: string[],
): string {
  let text = before
  for (const pointer of pointers) {
    const { value: old } = memberAt(text, pointer)
    const { value: now } = memberAt(after, pointer)
    const value = now.kind === 'plain' && typeof now.value === 'string' ? now.value : ''
    if (!/^(?:Bearer )?\{file:[^{}]+\}$/.test(value)) complaints.push(`${pointer}: no reference`)
    text = text.slice(0, old.start) + JSON.stringify(value) + text.slice(old.end)
  }
  return text
}

function memberAt(text: string, pointer: string): Item {
  let parent: ObjectOutline = outlineOf(text)
  const path = fromPointer(pointer)
  for (const [index, name] of path.entries()) {
    const item = parent.items.findLast((one) => one.name === name)
    if (item === undefined) break
    if (index === path.length - 1) return item
    if (item.value.kind !== 'object') break
    parent = item.value
  }
  throw new Error(`${pointer}: nothing is there`)
}

function removeAt(value: unknown, [name, ...rest]: readonly string[]): void {
  if (typeof value !== 'object' || value === null || name === undefined) return
  if (rest.length === 0) Reflect.deleteProperty(value, name)
  else removeAt(Reflect.get(value, name), rest)
}

function lettersOf(text: string): Map<string, number> {
  const letters = new Map<string, number>()
  for (const letter of text) letters.set(letter, (letters.get(letter) ?? 0) + 1)
  return letters
}

function take(from: Map<string, number>, letters: ReadonlyMap<string, number>): void {
  for (const [letter, count] of letters) from.set(letter, (from.get(letter) ?? 0) - count)
}

function isSubsequence(part: string, whole: string): boolean {
  let found = 0
  for (let at = 0; at < whole.length && found < part.length; at += 1) {
    if (whole[at] === part[found]) found += 1
  }
  return found === part.length
}
