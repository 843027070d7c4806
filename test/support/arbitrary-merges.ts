import * as fc from 'fast-check'
import type { Path } from '../../src/core/json.ts'
import type { ResolvedKey } from '../../src/core/plan/plan-key.ts'
import { Secret } from '../../src/core/secret.ts'
import type { RecordedState } from '../../src/core/state/recorded.ts'
import { NOTHING } from '../../src/core/state/wanted-of.ts'
import type { KeyIn, Wanted, WantedEnabledList, WantedProvider } from '../../src/core/wanted.ts'
import { anyRecord } from './arbitrary-records.ts'
import { anyFields, anyTexts, handWritten } from './arbitrary-texts.ts'
import { ELEMENTS, fieldsOf, fingerprintOf, IDS, MANIFEST } from './merge-places.ts'
import type { Texts } from './merge-places.ts'
import { choicesFrom } from './odd-text.ts'
import type { Choices } from './odd-text.ts'

/** All that a plan is made of, with the files as texts. */
export interface Merge {
  readonly wanted: Wanted
  readonly keys: ReadonlyMap<string, ResolvedKey>
  readonly secrets: ReadonlyMap<string, Secret>
  /** Providers that are gone only because of a passing fact. */
  readonly left: readonly string[]
  /** By path; a file that is not there has no text. */
  readonly files: Texts
  readonly recorded: RecordedState
}

const SOURCE = { file: MANIFEST, line: 1, column: 1 }

function described<T extends object>(make: (choose: Choices) => T): fc.Arbitrary<T> {
  return fc.uint8Array({ maxLength: 700, size: 'max' }).map((numbers) => {
    const made = make(choicesFrom(numbers))
    return { ...made, [fc.toStringMethod]: () => JSON.stringify(made, plainly) }
  })
}

/** What is empty, and what says nothing, is left out. */
function plainly(name: string, value: unknown): unknown {
  if (value instanceof Map) return plainly(name, Object.fromEntries(value))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).filter(
    ([key, item]) => key !== 'source' && key !== 'manifest' && !isEmpty(item),
  )
  return Object.fromEntries(entries)
}

function isEmpty(value: unknown): boolean {
  if (value instanceof Map) return value.size === 0
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

/** Any recorded, any actual and any wanted state: no history has to lead there. */
export const merges: fc.Arbitrary<Merge> = described((choose) => {
  const wish = anyWish(choose)
  const files = anyTexts(choose, () => anyFields(choose, wish.wanted.providers))
  return { ...wish, files, recorded: anyRecord(choose, { ...wish, files }) }
})

/** Files that opgen never saw, and what is wanted of them in turn. */
export interface History {
  readonly files: Texts
  readonly wishes: readonly Wish[]
}

export const histories: fc.Arbitrary<History> = described((choose) => {
  const wishes = Array.from({ length: 1 + choose.below(3) }, () => withoutRelease(anyWish(choose)))
  return { wishes, files: anyTexts(choose, () => handWritten(choose)) }
})

/** An entry of auth.json that becomes external is let go of, and not taken back. */
function withoutRelease(wish: Wish): Wish {
  const keys = [...wish.keys].map(([id, key]): [string, ResolvedKey] =>
    key.state === 'external' ? [id, { state: 'none' }] : [id, key],
  )
  return { ...wish, keys: new Map(keys) }
}

export type Wish = Pick<Merge, 'wanted' | 'keys' | 'secrets' | 'left'>

export const wantsNothing: Wanted = { ...NOTHING, delivery: 'auto' }

export const wishForNothing: Wish = {
  wanted: wantsNothing,
  keys: new Map(),
  secrets: new Map(),
  left: [],
}

function anyWish(choose: Choices): Wish {
  const ids = IDS.filter(() => choose.sometimes(2))
  const resolved = new Map(ids.map((id) => [id, anyKey(choose, id)]))
  const wanted: Wanted = {
    ...wantsNothing,
    providers: ids.map((id) => anyProvider(choose, id)),
    model: choose.sometimes(3)
      ? { value: choose.pick(['one/m', 'x/m']), source: SOURCE }
      : undefined,
    enabledProviders: anyEnabledList(choose),
    disabledProviders: choose.sometimes(3)
      ? { value: someElements(choose), source: SOURCE }
      : undefined,
    delivery: choose.pick(['auth.json', 'keyfile']),
  }
  const left = IDS.filter((id) => !ids.includes(id) && choose.sometimes(6))
  return {
    wanted,
    left,
    keys: new Map([...resolved].map(([id, { key }]) => [id, key])),
    secrets: new Map([...resolved].map(([id, { secret }]) => [id, secret])),
  }
}

interface KeyAtHand {
  readonly key: ResolvedKey
  readonly secret: Secret
}

function anyKey(choose: Choices, id: string): KeyAtHand {
  const secret = new Secret(`test-key-${id}-${choose.below(2)}`)
  const fingerprint = fingerprintOf(secret)
  const key = choose.pick<ResolvedKey>([
    { state: 'present', fingerprint, source: `env:${id}` },
    { state: 'present', fingerprint, source: `env:${id}` },
    { state: 'placeholder', fingerprint },
    { state: 'none' },
    { state: 'external' },
    { state: 'missing', tried: [] },
  ])
  return { key, secret }
}

function anyProvider(choose: Choices, id: string): WantedProvider {
  const fields = fieldsOf(id).filter(() => choose.sometimes(2))
  // What is wanted below a place makes the object that would be wanted there.
  const leaves = fields.filter(({ path }) => !fields.some((other) => isBelow(other.path, path)))
  const values = leaves.map(({ path, values: all }) => ({
    path,
    value: choose.pick(all),
    source: SOURCE,
  }))
  const keyIn = choose.pick<KeyIn>([
    { kind: 'apiKey' },
    { kind: 'apiKey' },
    { kind: 'authToken' },
    { kind: 'header', name: 'X-Key', format: 'Key {key}' },
  ])
  return {
    id,
    source: SOURCE,
    preset: '',
    values,
    key: { source: SOURCE, sources: [], placeholder: 'placeholder', keyPage: undefined },
    keyIn,
    baseURL: undefined,
    npm: undefined,
  }
}

function isBelow(path: Path, above: Path): boolean {
  return path.length > above.length && above.every((name, depth) => name === path[depth])
}

function anyEnabledList(choose: Choices): WantedEnabledList {
  return choose.pick<WantedEnabledList>([
    { mode: 'auto' },
    { mode: 'keep' },
    { mode: 'list', source: SOURCE, items: someElements(choose) },
  ])
}

function someElements(choose: Choices): readonly { value: string; source: typeof SOURCE }[] {
  return ELEMENTS.filter(() => choose.sometimes(3)).map((value) => ({ value, source: SOURCE }))
}
