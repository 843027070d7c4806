import type { ImportOptions, PreparedImport } from '../app/import-setup.ts'
import { displayPath } from '../app/paths.ts'
import { movedPlaces } from '../app/write-import.ts'
import { toPointer } from '../core/json.ts'
import type { Machine } from '../system/system.ts'
import { describeLeft, NATIVE } from '../import-words.ts'

/** What a person should know of an import: keys that move, and what is not in the manifest. */
export function importNotes(
  machine: Machine,
  prepared: PreparedImport,
  { keepKeys }: Pick<ImportOptions, 'keepKeys'>,
): readonly string[] {
  const { imported, native, logins } = prepared
  const { left, stays, droppedComments } = imported
  const pointers = (why: (typeof stays)[number]['why']): string =>
    stays.flatMap((stay) => (stay.why === why ? [toPointer(stay.path)] : [])).join(', ')
  const secret = pointers('secret')
  const unsayable = pointers('unsayable')
  const dummy = pointers('dummy')
  const unfit = pointers('no-key')
  return [
    ...movedNotes(machine, prepared),
    ...(secret === '' ? [] : [secretNote(secret, keepKeys)]),
    ...(unfit === '' ? [] : [`${unfit} is no key as it stands; it stays`]),
    ...(dummy === '' ? [] : [`${dummy} is no secret; it stays, and is not in the manifest`]),
    ...(unsayable === ''
      ? []
      : [`a manifest cannot say ${unsayable}; it stays, on this computer alone`]),
    ...left.map(({ id, reason }) => `"${id}" ${describeLeft(reason)}: it is left alone`),
    ...native.map((id) => `"${id}" ${NATIVE}: it is left alone`),
    ...loginNotes(logins),
    ...(droppedComments === 0
      ? []
      : ['comments that may hold a key are not in the manifest; they stay where they are']),
  ]
}

function movedNotes(machine: Machine, prepared: PreparedImport): readonly string[] {
  const files = [...new Set(movedPlaces(prepared).map(({ file }) => displayPath(machine, file)))]
  const [first] = prepared.imported.providers.filter(({ moved }) => moved !== undefined)
  if (first === undefined) return []
  return [
    `keys in plain text leave ${files.join(' and ')} with the next apply; where it is in git, its history still has them: replace them, as with \`opgen key rotate ${first.id}\``,
  ]
}

function secretNote(pointers: string, keepKeys: boolean): string {
  return keepKeys
    ? `${pointers} is in plain text; it stays, and is not in the manifest`
    : `${pointers} may be another secret in plain text; it stays, and is not in the manifest`
}

function loginNotes(logins: readonly string[]): readonly string[] {
  if (logins.length === 0) return []
  const names = logins.map((id) => `"${id}"`).join(', ')
  return [`logins of auth.json that stay OpenCode's own: ${names}`]
}
