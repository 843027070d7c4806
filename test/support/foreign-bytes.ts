import { isDeepStrictEqual } from 'node:util'
import { fromPointer, toPointer } from '../../src/core/json.ts'
import type { Path, Pointer } from '../../src/core/json.ts'
import type { RecordedFile, RecordedValue } from '../../src/core/state/recorded.ts'
import { compareTexts } from './compare-texts.ts'
import { outlineAt, outlineOf, pairItems, valueIn } from './json-outline.ts'
import type { Item, ItemsIn, Outline } from './json-outline.ts'

/** One target file before and after a step, and what of it was recorded as opgen's. */
export interface Rewrite {
  readonly before: string | undefined
  readonly after: string | undefined
  readonly ownedBefore: RecordedFile | undefined
  readonly ownedAfter: RecordedFile | undefined
  readonly target: 'config' | 'auth'
  /** Whether the user forces a provider, or a top-level field (`/model`). */
  readonly isForced: (unit: string) => boolean
  /** To tell whether a key is the recorded one; without it every recorded key counts as such. */
  readonly fingerprintOf?: (key: string) => string
}

/**
 * Look for anything that a step did to a file outside of what is recorded as opgen's, before or after.
 *
 * @returns complaints, each with a pointer; none when all that is foreign has its old bytes
 */
export function findHarm(rewrite: Rewrite): readonly string[] {
  const { before, after } = rewrite
  if (before === after) return []
  const check: Check = {
    rewrite,
    old: claimsOf(standing(rewrite)),
    now: claimsOf(rewrite.ownedAfter),
    harm: [],
    added: [],
    onlyAdds: true,
  }
  if (before === undefined || before === '') checkCreated(check, after ?? '')
  else if (after === undefined) checkRemoved(check, before)
  else {
    compareOutlines(check, [], outlineOf(before), outlineOf(after))
    check.harm.push(...compareTexts(before, after, check.onlyAdds ? check.added : undefined))
  }
  return check.harm
}

/** What a record says is opgen's. */
interface Claims {
  /** Values opgen answers for with all that is in them; not those that were left to their writer. */
  readonly values: ReadonlyMap<Pointer, 'written' | 'adopted'>
  /** Objects and lists that are opgen's, but not what others put into them. */
  readonly containers: ReadonlySet<Pointer>
  readonly elements: ReadonlyMap<Pointer, ReadonlySet<string>>
}

interface Check {
  readonly rewrite: Rewrite
  readonly old: Claims
  readonly now: Claims
  readonly harm: string[]
  /** Outermost new items, as they stand in the text after. */
  readonly added: Item[]
  /** Whether everything that was there is still there as it was. */
  onlyAdds: boolean
}

/** Of what is recorded, that which is there: a value that somebody changed is theirs, unless forced. */
function standing(rewrite: Rewrite): RecordedFile | undefined {
  const { before, ownedBefore } = rewrite
  if (before === undefined || before === '' || ownedBefore === undefined) return ownedBefore
  const root = outlineOf(before)
  const values = Object.entries(ownedBefore.values).filter(
    ([pointer, { unit, value }]) => rewrite.isForced(unit) || stands(rewrite, root, pointer, value),
  )
  return { ...ownedBefore, values: Object.fromEntries(values) }
}

/** Whether a recorded value is what stands at its place. */
export function stands(
  { fingerprintOf }: Pick<Rewrite, 'fingerprintOf'>,
  root: Outline,
  pointer: Pointer,
  recorded: RecordedValue,
): boolean {
  const outline = outlineAt(root, fromPointer(pointer))
  if (outline === undefined) return false
  if ('json' in recorded) {
    const isUrl = /^\/provider\/[^/]+\/options\/baseURL$/.test(pointer)
    const plain = (value: unknown): unknown =>
      isUrl && typeof value === 'string' ? value.replace(/\/+$/, '') : value
    const isAnyObject = isDeepStrictEqual(recorded.json, {})
    if (isAnyObject) return outline.kind === 'object'
    return isDeepStrictEqual(plain(valueIn(outline)), plain(recorded.json))
  }
  if (outline.kind !== 'plain' || typeof outline.value !== 'string') return false
  return fingerprintOf === undefined || fingerprintOf(outline.value) === recorded.fingerprint
}

function claimsOf(file: RecordedFile | undefined): Claims {
  const values = new Map<Pointer, 'written' | 'adopted'>()
  const containers = new Set(Object.keys(file?.containers ?? {}))
  for (const [pointer, { origin, value }] of Object.entries(file?.values ?? {})) {
    if (origin === 'kept') continue
    // `{}` is wanted where any object will do: what is in it may be anybody's.
    if ('json' in value && isDeepStrictEqual(value.json, {})) containers.add(pointer)
    else values.set(pointer, origin)
  }
  const elements = new Map(
    Object.entries(file?.elements ?? {}).map(([list, owners]) => [
      list,
      new Set(Object.keys(owners)),
    ]),
  )
  return { values, containers, elements }
}

const SCHEMA = '"$schema": "https://opencode.ai/config.json"'

function checkCreated(check: Check, after: string): void {
  for (const item of outlineOf(after).items) {
    if (after.slice(item.start, item.end) === SCHEMA) continue
    if (!isOwn(check.now, [item.name], item.value)) complain(check, [item.name], 'was made up')
  }
}

function checkRemoved(check: Check, before: string): void {
  const { rewrite } = check
  if (rewrite.ownedBefore?.created !== true) complain(check, [], 'opgen did not make this file')
  for (const item of outlineOf(before).items) {
    if (before.slice(item.start, item.end) === SCHEMA) continue
    checkGone(check, [item.name], item.value)
  }
  if (/\/\/|\/\*/.test(before.replaceAll(/"(?:[^"\\]|\\.)*"/g, ''))) {
    complain(check, [], 'a comment went with the file')
  }
}

function complain({ harm }: Check, path: Path, what: string): void {
  harm.push(`${toPointer(path) === '' ? 'the file' : toPointer(path)}: ${what}`)
}

/** Whether everything at a path is opgen's, and not only some of what is in it. */
function isOwn(claims: Claims, path: Path, value: Outline): boolean {
  const pointer = toPointer(path)
  if (claims.values.has(pointer)) return true
  if (!claims.containers.has(pointer)) return false
  if (value.kind === 'list') return isFilled(claims, path, value)
  return (
    value.kind === 'object' &&
    value.items.every((item) => isOwn(claims, [...path, item.name], item.value))
  )
}

/** Whether a list holds nothing but elements of opgen's, whoever's it is itself. */
function isFilled({ elements }: Claims, path: Path, value: Outline): boolean {
  const owners = elements.get(toPointer(path))
  return value.kind === 'list' && value.items.every(({ name }) => owners?.has(name) === true)
}

function checkGone(check: Check, path: Path, value: Outline): void {
  check.onlyAdds = false
  if (!mayGo(check, path, value)) complain(check, path, 'is gone')
}

/** Whether everything at a path is opgen's, or forced: a block goes as a whole, of a login its fields. */
function mayGo(check: Check, path: Path, value: Outline): boolean {
  const { target } = check.rewrite
  const isBlock = target === 'auth' ? path.length <= 2 : path.length === 2 && path[0] === 'provider'
  if (isOwn(check.old, path, value) || (isBlock && isForced(check, path))) return true
  return (
    value.kind === 'object' &&
    check.old.containers.has(toPointer(path)) &&
    value.items.every((item) => mayGo(check, [...path, item.name], item.value))
  )
}

function isForced({ rewrite }: Check, path: Path): boolean {
  if (rewrite.target === 'config' && path.length === 1 && path[0] === 'provider') {
    // What stands where the blocks belong is in the way of all of them.
    return Object.values(rewrite.ownedAfter?.values ?? {}).some(({ unit }) =>
      rewrite.isForced(unit),
    )
  }
  const inBlock = rewrite.target === 'auth' ? path[0] : path[1]
  const isField = rewrite.target === 'config' && path[0] !== 'provider'
  const unit = isField ? `/${path[0]}` : inBlock
  return unit !== undefined && rewrite.isForced(unit)
}

function checkNew(check: Check, path: Path, item: Item): void {
  check.added.push(item)
  if (isOwn(check.now, path, item.value) || comesBack(check, path, item.value)) return
  complain(check, path, 'was made up')
}

/** Whether a value is recorded as what opgen replaced; of an entry of auth.json only that there was one. */
function comesBack({ rewrite }: Check, path: Path, value: Outline): boolean {
  const { values = {}, gone = {} } = rewrite.ownedBefore ?? {}
  if (rewrite.target === 'auth') {
    const [id = ''] = path
    const wasThere = ['type', 'key'].some((name) => values[toPointer([id, name])]?.before != null)
    return wasThere || gone[toPointer([id])] !== undefined
  }
  const before = gone[toPointer(path)]?.before
  return before !== undefined && 'json' in before && isDeepStrictEqual(valueIn(value), before.json)
}

/** Compare two values that stand at the same path. */
function compareOutlines(check: Check, path: Path, before: Outline, after: Outline): void {
  const { old, now, rewrite } = check
  const pointer = toPointer(path)
  const same = textOf(rewrite.before, before) === textOf(rewrite.after, after)
  if (same) return
  const origin = now.values.get(pointer)
  if (origin === 'adopted') {
    check.onlyAdds = false
    return complain(check, path, 'was adopted and has other bytes')
  }
  const isWhole = origin !== undefined || old.values.has(pointer)
  const pair = isWhole ? undefined : containersOf(rewrite, before, after)
  if (pair !== undefined) return compareItems(check, path, pair)
  check.onlyAdds = false
  const wasOwn = isOwn(old, path, before)
  if (!wasOwn && !isForced(check, path)) return complain(check, path, 'has other bytes')
  // What is opgen's no more may be what it once replaced.
  if (!wasOwn && !isOwn(now, path, after) && !isFilled(now, path, after))
    complain(check, path, 'was made up')
}

function textOf(text: string | undefined, { start, end }: Outline | Item): string {
  return (text ?? '').slice(start, end)
}

interface Containers {
  readonly before: ItemsIn
  readonly after: ItemsIn
}

/** Two objects, or two lists. */
function containersOf(
  { before = '', after = '' }: Rewrite,
  old: Outline,
  now: Outline,
): Containers | undefined {
  if (old.kind === 'plain' || now.kind === 'plain' || old.kind !== now.kind) return undefined
  return {
    before: { text: before, kind: old.kind, items: old.items },
    after: { text: after, kind: now.kind, items: now.items },
  }
}

function compareItems(check: Check, path: Path, { before, after }: Containers): void {
  const left = new Set(after.items)
  let last = -1
  for (const { before: item, after: now } of pairItems(before, after)) {
    const at = [...path, item.name]
    if (now === undefined) {
      checkItemGone(check, path, item)
      continue
    }
    left.delete(now)
    if (after.items.indexOf(now) < last) complain(check, at, 'stands elsewhere')
    last = after.items.indexOf(now)
    if (spelling(before.text, item, now) !== spelling(after.text, now, item)) {
      complain(check, at, 'has another spelling of its name')
    }
    compareOutlines(check, at, item.value, now.value)
  }
  for (const item of left) checkItemNew(check, path, item)
}

/**
 * The name of a member, and what stands between it and its value: there the comments go that were in a
 * value of another kind.
 */
function spelling(text: string, item: Item, partner: Item): string {
  const isReplaced = item.value.kind !== partner.value.kind
  return text.slice(item.start, isReplaced ? item.nameEnd : item.value.start)
}

function checkItemGone(check: Check, path: Path, item: Item): void {
  if (check.old.elements.get(toPointer(path))?.has(item.name) === true) check.onlyAdds = false
  else checkGone(check, [...path, item.name], item.value)
}

function checkItemNew(check: Check, path: Path, item: Item): void {
  if (check.now.elements.get(toPointer(path))?.has(item.name) === true) check.added.push(item)
  else checkNew(check, [...path, item.name], item)
}
