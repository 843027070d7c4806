import { toPointer } from '../core/json.ts'
import type { Path } from '../core/json.ts'
import { findNode } from '../core/plan/actual.ts'
import type { JsonFile } from '../core/plan/actual.ts'
import { Secret } from '../core/secret.ts'
import type { Move, RecordedState } from '../core/state/recorded.ts'
import type { PreparedImport } from './import-setup.ts'

/* Keys in plain text that an import moves, and what else stands for them. */

export interface Recording {
  readonly manifest: string
  readonly fingerprint: (secret: Secret) => string
}

/** Every place in every file that holds a key which moves. */
export function movesOf(
  files: readonly JsonFile[],
  providers: PreparedImport['imported']['providers'],
  { manifest, fingerprint }: Recording,
): NonNullable<RecordedState['moves']> {
  const ofFile = (file: JsonFile): readonly (readonly [string, Move])[] =>
    providers.flatMap(({ id, moved }) => {
      const text = moved === undefined ? undefined : textAt(file, moved)
      if (moved === undefined || text === undefined) return []
      return [
        [toPointer(moved), { unit: id, manifest, fingerprint: fingerprint(new Secret(text)) }],
      ]
    })
  return Object.fromEntries(
    files.flatMap((file) => {
      const moves = ofFile(file)
      return moves.length === 0 ? [] : [[file.path, Object.fromEntries(moves)]]
    }),
  )
}

/**
 * The text at a place from which a key moves. Also a reference, in a file below the one with the key: it
 * would count from then on, and before what is in auth.json.
 */
function textAt(file: JsonFile, path: Path): string | undefined {
  const node = findNode(file, path)
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined
}

/** Files in which keys stand that move, each with its places. */
export function movedPlaces({
  actual,
  imported,
}: PreparedImport): readonly { readonly file: string; readonly pointer: string }[] {
  return actual.config.flatMap((file) =>
    imported.providers.flatMap(({ moved }) =>
      moved === undefined || textAt(file, moved) === undefined
        ? []
        : [{ file: file.path, pointer: toPointer(moved) }],
    ),
  )
}

/** Files with another key in a place from which one moves: OpenCode does not use it, and it goes as well. */
export function unusedKeys({
  actual,
  imported,
}: PreparedImport): readonly { readonly file: string; readonly id: string }[] {
  return imported.providers.flatMap(({ id, moved }) => {
    const texts = actual.config.flatMap((file) => {
      const text = moved === undefined ? undefined : textAt(file, moved)
      return text === undefined ? [] : [{ file: file.path, text }]
    })
    const used = texts.at(-1)?.text
    return texts.flatMap(({ file, text }) => (text === used ? [] : [{ file, id }]))
  })
}

/** Ids of the providers with a key that moves while auth.json has another one: `apply` asks which it is to be. */
export function otherLogins({
  actual: { auth },
  imported,
}: Pick<PreparedImport, 'actual' | 'imported'>): readonly string[] {
  return imported.providers.flatMap(({ id, secret, moved }) => {
    const key = findNode(auth, [id, 'key'])
    const isOther =
      secret !== undefined &&
      moved !== undefined &&
      findNode(auth, [id]) !== undefined &&
      (key?.kind !== 'scalar' || !secret.equals(new Secret(String(key.value))))
    return isOther ? [id] : []
  })
}
