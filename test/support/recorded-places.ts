import { fromPointer, toPointer } from '../../src/core/json.ts'
import { Secret } from '../../src/core/secret.ts'
import type { RecordedFile } from '../../src/core/state/recorded.ts'
import type { Merge } from './arbitrary-merges.ts'
import { stands } from './foreign-bytes.ts'
import { outlineAt, outlineOf } from './json-outline.ts'
import type { Outline } from './json-outline.ts'
import { CONFIGS, fingerprintOf, KEY_FILES } from './merge-places.ts'

const FINGERPRINTS = { fingerprintOf: (key: string) => fingerprintOf(new Secret(key)) }

/**
 * What is recorded as opgen's and does not stand there, as `file pointer`.
 *
 * @param isLeftAlone whether a unit was left as it is, recorded or not
 */
export function recordedInVain(
  { files, recorded }: Merge,
  isLeftAlone: (unit: string) => boolean,
): readonly string[] {
  return Object.entries(recorded.files).flatMap(([file, record]) => {
    const text = files[file]
    const places = file.startsWith(KEY_FILES)
      ? vainKeys(text, record, isLeftAlone)
      : vainPlaces(outlineOf(text ?? '{}'), record, isLeftAlone)
    return places.map((place) => `${file} ${place}`)
  })
}

function vainKeys(
  text: string | undefined,
  { values }: RecordedFile,
  isLeftAlone: (unit: string) => boolean,
): readonly string[] {
  return Object.values(values).flatMap(({ unit, origin, value }) => {
    if (origin === 'kept' || isLeftAlone(unit)) return []
    const found = FINGERPRINTS.fingerprintOf((text ?? '').trim())
    return 'fingerprint' in value && value.fingerprint === found ? [] : ['holds another key']
  })
}

function vainPlaces(
  root: Outline,
  { values, containers, elements }: RecordedFile,
  isLeftAlone: (unit: string) => boolean,
): readonly string[] {
  const vainValues = Object.entries(values).filter(
    ([pointer, { unit, origin, value }]) =>
      origin !== 'kept' && !isLeftAlone(unit) && !stands(FINGERPRINTS, root, pointer, value),
  )
  const vainContainers = Object.entries(containers).filter(([pointer, { unit }]) => {
    const kind = outlineAt(root, fromPointer(pointer))?.kind
    return (kind === undefined || kind === 'plain') && !isLeftAlone(unit)
  })
  const vainElements = Object.entries(elements).flatMap(([pointer, owners]) => {
    const list = outlineAt(root, fromPointer(pointer))
    const names = new Set(list?.kind === 'list' ? list.items.map(({ name }) => name) : [])
    return Object.entries(owners)
      .filter(([element, { unit }]) => !names.has(element) && !isLeftAlone(unit))
      .map(([element]) => `${pointer}/${element}`)
  })
  return [...[...vainValues, ...vainContainers].map(([pointer]) => pointer), ...vainElements]
}

/** Values that are wanted in config files and neither effective there nor kept otherwise. */
export function unfulfilled({ files, wanted, recorded, keys }: Merge): readonly string[] {
  const outlines = CONFIGS.map((file) => outlineOf(files[file] ?? '{}'))
  const kept = CONFIGS.flatMap((file) =>
    Object.entries(recorded.files[file]?.values ?? {}).flatMap(([pointer, { origin }]) =>
      origin === 'kept' ? [pointer] : [],
    ),
  )
  // What is kept may be a header with the key, for which the object around it is wanted no more.
  const isKept = (pointer: string): boolean =>
    kept.some((other) => other === pointer || other.startsWith(`${pointer}/`))
  return wanted.providers.flatMap(({ id, values }) => {
    if (keys.get(id)?.state === 'missing') return []
    const pointers = values.map(({ path, value }) => ({ path, value, pointer: toPointer(path) }))
    return pointers.flatMap(({ path, value, pointer }) => {
      const root = outlines.findLast((outline) => outlineAt(outline, path) !== undefined)
      const there = root !== undefined && stands({}, root, pointer, { json: value })
      return there || isKept(pointer) ? [] : [pointer]
    })
  })
}
