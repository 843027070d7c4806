import { toPointer } from '../../src/core/json.ts'
import type { JsonValue, Path } from '../../src/core/json.ts'
import { Secret } from '../../src/core/secret.ts'
import { emptyFile, emptyState } from '../../src/core/state/recorded.ts'
import type {
  OwnedValue,
  RecordedFile,
  RecordedState,
  RecordedValue,
} from '../../src/core/state/recorded.ts'
import type { Wanted } from '../../src/core/wanted.ts'
import { outlineAt, outlineOf, valueIn } from './json-outline.ts'
import {
  AUTH,
  CONFIG_CONTAINERS,
  CONFIG_FIELDS,
  CONFIGS,
  ELEMENTS,
  fingerprintOf,
  IDS,
  KEY_FILES,
  LISTS,
  MANIFEST,
  unitOf,
} from './merge-places.ts'
import type { Texts } from './merge-places.ts'
import type { Choices } from './odd-text.ts'

interface World {
  readonly wanted: Wanted
  readonly files: Texts
}

/** A record that may or may not have to do with what is there and what is wanted. */
export function anyRecord(choose: Choices, world: World): RecordedState {
  const files = CONFIGS.map((path) => [path, anyConfigRecord(choose, world, path)] as const)
  const all: readonly (readonly [string, RecordedFile])[] = [
    ...files.filter(() => !choose.sometimes(4)),
    [AUTH, anyAuthRecord(choose, world)],
    ...IDS.filter(() => choose.sometimes(3)).map(
      (id) => [`${KEY_FILES}/${id}`, keyFileRecord(choose, id)] as const,
    ),
  ]
  return { ...emptyState, generation: 1, files: Object.fromEntries(all) }
}

function anyConfigRecord(choose: Choices, world: World, file: string): RecordedFile {
  const there = valueFinder(world.files[file])
  const wanted = new Map(
    world.wanted.providers.flatMap(({ values }) =>
      values.map(({ path, value }) => [toPointer(path), value] as const),
    ),
  )
  const values = CONFIG_FIELDS.flatMap(({ path, values: known }) => {
    const pointer = toPointer(path)
    const actual = there(path)
    // What is there, or wanted, is recorded more often than what is neither.
    const odds = actual !== undefined || wanted.has(pointer) ? 2 : 12
    if (!choose.sometimes(odds)) return []
    const some = choose.pick(known)
    const json = choose.pick([actual ?? some, wanted.get(pointer) ?? some, some])
    return [[pointer, anyOwned(choose, unitOf(path), { json })] as const]
  })
  return {
    ...emptyFile,
    manifest: MANIFEST,
    created: choose.sometimes(3),
    values: Object.fromEntries(values),
    containers: anyContainers(choose, CONFIG_CONTAINERS, unitOf),
    elements: Object.fromEntries(LISTS.map((name) => [`/${name}`, anyElements(choose, name)])),
    opened: anyOpened(choose),
  }
}

/** What stands at a path of a text. */
function valueFinder(text: string | undefined): (path: Path) => JsonValue | undefined {
  const root = text === undefined ? undefined : outlineOf(text)
  return (path) => {
    const outline = root && outlineAt(root, path)
    return outline && valueIn(outline)
  }
}

function anyOwned(choose: Choices, unit: string, value: RecordedValue): OwnedValue {
  const before = choose.pick<RecordedValue | null>([null, { json: 'before' }, { json: {} }])
  return choose.pick<OwnedValue>([
    { unit, origin: 'written', value, before },
    { unit, origin: 'adopted', value, before: value },
    { unit, origin: 'kept', value, before: null },
  ])
}

function anyContainers(
  choose: Choices,
  paths: readonly Path[],
  unit: (path: Path) => string,
): RecordedFile['containers'] {
  const chosen = paths.filter(() => choose.sometimes(3))
  return Object.fromEntries(
    chosen.map((path) => {
      const origin = choose.pick<'written' | 'adopted'>(['written', 'adopted'])
      const before = choose.sometimes(6) ? { before: { json: 'before' } } : {}
      return [toPointer(path), { unit: unit(path), origin, ...before }]
    }),
  )
}

function anyElements(choose: Choices, name: string): Readonly<Record<string, { unit: string }>> {
  const owned = ELEMENTS.filter(() => choose.sometimes(3))
  return Object.fromEntries(
    owned.map((element) => [element, { unit: choose.pick([`/${name}`, 'one', 'two']) }]),
  )
}

function anyOpened(choose: Choices): RecordedFile['opened'] {
  const chosen = CONFIG_CONTAINERS.filter(() => choose.sometimes(12))
  return Object.fromEntries(
    chosen.map((path) => [toPointer(path), choose.pick([' ', '', '\n', ' /* x */ '])]),
  )
}

function anyAuthRecord(choose: Choices, world: World): RecordedFile {
  const there = valueFinder(world.files[AUTH])
  const ids = IDS.filter(() => choose.sometimes(2))
  const values = ids.flatMap((id) => {
    const actual = there([id, 'key'])
    const some = `test-key-${id}-${choose.below(2)}`
    const key = typeof actual === 'string' && choose.sometimes(2) ? actual : some
    const owned = anyOwned(choose, id, { fingerprint: fingerprintOf(new Secret(key)) })
    const type: OwnedValue = { ...owned, value: { json: 'api' } }
    const both = [
      [toPointer([id, 'type']), type] as const,
      [toPointer([id, 'key']), owned] as const,
    ]
    return both.filter(() => !choose.sometimes(6))
  })
  return {
    ...emptyFile,
    manifest: MANIFEST,
    created: choose.sometimes(3),
    values: Object.fromEntries(values),
    containers: anyContainers(
      choose,
      ids.map((id) => [id]),
      ([id = '']) => id,
    ),
  }
}

function keyFileRecord(choose: Choices, id: string): RecordedFile {
  const key = new Secret(`test-key-${id}-${choose.below(2)}`)
  const owned = anyOwned(choose, id, { fingerprint: fingerprintOf(key) })
  return { ...emptyFile, manifest: MANIFEST, created: true, values: { '': owned } }
}
