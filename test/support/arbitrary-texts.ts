import { isJsonObject, toPointer } from '../../src/core/json.ts'
import type { JsonValue, Path } from '../../src/core/json.ts'
import type { Syntax } from '../../src/core/jsonc/parse.ts'
import type { WantedProvider } from '../../src/core/wanted.ts'
import {
  AUTH,
  CONFIGS,
  ELEMENTS,
  fieldsOf,
  IDS,
  KEY_FILES,
  keyFieldsOf,
  LISTS,
  TOP,
} from './merge-places.ts'
import type { Field, Texts } from './merge-places.ts'
import { anyStyle, frame, oddText } from './odd-text.ts'
import type { Choices } from './odd-text.ts'

/** Config files with these fields, auth.json and key files, some of which are there. */
export function anyTexts(choose: Choices, fields: () => readonly Field[]): Texts {
  const config = CONFIGS.map((file, index) => {
    // The one that is usual is there most of the time.
    const exists = index === 2 ? !choose.sometimes(4) : choose.sometimes(4)
    const strict = index < 2 && !choose.sometimes(3)
    return [file, exists ? anyConfig(choose, fields(), strict ? 'strict' : 'jsonc') : undefined]
  })
  const auth = choose.sometimes(4) ? undefined : textOf(choose, 'strict', anyAuth(choose))
  const keyFiles = IDS.map((id) => {
    const text = choose.pick([`test-key-${id}-0`, ' test-key-other\n'])
    return [`${KEY_FILES}/${id}`, choose.sometimes(3) ? text : undefined]
  })
  return { ...Object.fromEntries([...config, ...keyFiles]), [AUTH]: auth }
}

function textOf(choose: Choices, syntax: Syntax, value: JsonValue): string {
  const style = anyStyle(choose, syntax)
  return frame(choose, style, oddText(choose, style, value))
}

function anyConfig(choose: Choices, fields: readonly Field[], syntax: Syntax): string {
  let value: JsonValue = choose.sometimes(2) ? { theme: 'system', ratio: 1000 } : {}
  for (const { path, values } of fields) {
    value = put(value, path, choose.pick(values))
  }
  return textOf(choose, syntax, value)
}

/** Values of others, and such as opgen writes; at times where an object is needed. */
export function anyFields(choose: Choices, providers: readonly WantedProvider[]): readonly Field[] {
  const chosen = providers.flatMap(({ values }) =>
    values.map(({ path, value }) => ({ path, values: [value] })),
  )
  const blocks = IDS.filter(() => choose.sometimes(2)).flatMap((id) => [
    ...[...fieldsOf(id), ...keyFieldsOf(id), ...foreignFields(id)].filter(() =>
      choose.sometimes(4),
    ),
    ...obstacles(id).filter(() => choose.sometimes(16)),
  ])
  const lists = LISTS.map((name) => ({
    path: [name],
    values: [ELEMENTS.filter(() => choose.sometimes(2)), [], ['x', 5, 'x', { id: 'one' }], 'none'],
  }))
  return [
    ...chosen.filter(() => choose.sometimes(4)),
    ...blocks,
    ...[...TOP, ...lists].filter(() => choose.sometimes(4)),
    ...[{ path: ['provider'], values: ['all', {}] }].filter(() => choose.sometimes(16)),
  ]
}

/** The same without any value that a manifest could want. */
export function handWritten(choose: Choices): readonly Field[] {
  const values = ['by hand', 7, { by: ['hand', 1000] }]
  return anyFields(choose, []).map((field) => (isWantable(field) ? { ...field, values } : field))
}

function isWantable({ path }: Field): boolean {
  return [...IDS.flatMap((id) => [...fieldsOf(id), ...keyFieldsOf(id)]), ...TOP].some(
    (field) => toPointer(field.path) === toPointer(path),
  )
}

function foreignFields(id: string): readonly Field[] {
  const block = ['provider', id]
  return [
    { path: [...block, 'mine'], values: [{ deep: [1, { x: 2000 }], '': null }] },
    { path: [...block, 'options', 'mine'], values: ['a/b', 3000] },
    { path: [...block, 'models', 'mine'], values: [{}, { name: 'Mine' }] },
    { path: [...block, 'models', 'm', 'mine'], values: [true] },
    { path: ['provider', `${id}-lab`], values: [{ name: 'Lab' }] },
  ]
}

function obstacles(id: string): readonly Field[] {
  const block = ['provider', id]
  return [
    { path: block, values: ['text', {}] },
    { path: [...block, 'options'], values: ['text', {}, null] },
    { path: [...block, 'models'], values: [['m'], {}] },
    { path: [...block, 'models', 'm'], values: ['m', {}] },
    { path: [...block, 'models', 'm', 'limit'], values: [1000, {}] },
  ]
}

function anyAuth(choose: Choices): JsonValue {
  const entries = [...IDS, 'mine'].filter(() => choose.sometimes(2))
  return Object.fromEntries(
    entries.map((id) => [
      id,
      choose.pick<JsonValue>([
        { type: 'api', key: `test-key-${id}-0` },
        { type: 'api', key: 'test-key-other' },
        { type: 'api', key: `test-key-${id}-1`, metadata: { x: 1 } },
        { type: 'oauth', refresh: 'test-key-r', access: 'test-key-a', expires: 5000 },
        { key: `test-key-${id}-0` },
        'text',
        {},
      ]),
    ]),
  )
}

/** Put a value in, with objects around it in the place of whatever is in the way. */
function put(value: JsonValue, path: Path, item: JsonValue): JsonValue {
  const [name, ...rest] = path
  if (name === undefined) return item
  const object = isJsonObject(value) ? value : {}
  return { ...object, [name]: put(object[name] ?? {}, rest, item) }
}
