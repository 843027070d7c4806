import type { ImportOptions, PreparedImport } from '../app/import-setup.ts'
import { displayPath } from '../app/paths.ts'
import { movedPlaces, otherLogins, unusedKeys } from '../app/moved-keys.ts'
import type { Stays } from '../core/import/import-block.ts'
import type { Staying } from '../core/import/make-import.ts'
import { toPointer } from '../core/json.ts'
import { listed, quote } from '../core/manifest/words.ts'
import type { Machine } from '../system/system.ts'
import { describeLeft, NATIVE } from '../import-words.ts'

/** What a person should know of an import: keys that move, and what is not in the manifest. */
export function importNotes(
  machine: Machine,
  prepared: PreparedImport,
  { keepKeys }: Pick<ImportOptions, 'keepKeys'>,
): readonly string[] {
  const { imported, native, logins, elsewhere } = prepared
  const { left, droppedComments } = imported
  return [
    ...movedNotes(machine, prepared),
    ...unusedKeys(prepared).map(({ file, id }) => {
      return `in ${displayPath(machine, file)} something else stands for the key of "${id}", which OpenCode does not use: it goes too, and is stored nowhere`
    }),
    ...otherLogins(prepared).map((id) => {
      return `auth.json has another login for "${id}", which OpenCode does not use today: \`apply\` asks about it`
    }),
    ...stayNotes(imported.stays, keepKeys),
    ...left.map(({ id, reason }) => `"${id}" ${describeLeft(reason)}: it is left alone`),
    ...native.map((id) => `"${id}" ${NATIVE}: it is left alone`),
    ...elsewhere.map(({ file, ids }) => {
      const shown = displayPath(machine, file)
      return `${shown}, which OpenCode reads here too, has ${listed(ids.map(quote))}: nothing comes from there; \`--config FILE\` names it`
    }),
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

function stayNotes(stays: readonly Staying[], keepKeys: boolean): readonly string[] {
  const words: Readonly<Record<Stays, string>> = {
    secret: keepKeys
      ? 'in plain text, and left where it is'
      : 'perhaps another secret, in plain text, and left where it is',
    dummy: 'no secret, and left where it is',
    'no-key': 'not a key, and left where it is',
    unsayable: 'not to be said in a manifest, and left on this computer',
  }
  const silent = stays.filter(({ because }) => because === undefined)
  const kinds = [...new Set(silent.map(({ why }) => why))]
  return [
    ...kinds.map((kind) => {
      const places = silent.filter(({ why }) => why === kind).map(({ path }) => toPointer(path))
      return `${words[kind]}: ${listed(places)}`
    }),
    ...stays.flatMap(({ path, because }) =>
      because === undefined ? [] : [`"${path.join('.')}" is left where it is: ${because}`],
    ),
  ]
}

function loginNotes(logins: readonly string[]): readonly string[] {
  if (logins.length === 0) return []
  const names = logins.map((id) => `"${id}"`).join(', ')
  return [`logins of auth.json that stay OpenCode's own: ${names}`]
}
