import path from 'node:path'
import type { RecordedFile } from '../../src/core/state/recorded.ts'
import { findHarm } from './foreign-bytes.ts'
import type { MemoryWorld } from './memory-system.ts'
import { AUTH, KEYS, STATE } from './run-opgen.ts'

const OWN_FOLDERS = [KEYS, path.dirname(STATE)]

/** All files of a world at one time. */
interface Look {
  readonly texts: ReadonlyMap<string, string>
  /** What is recorded as opgen's, by target. */
  readonly owned: Readonly<Record<string, RecordedFile>>
}

export function lookAt({ files }: MemoryWorld): Look {
  const texts = new Map([...files].map(([file, { text }]) => [file, text]))
  const state = texts.get(STATE)
  return { texts, owned: state === undefined ? {} : JSON.parse(state).files }
}

/**
 * What a command did between two looks to anything that is not recorded as opgen's, in any file but
 * those that are opgen's as a whole: its state and the key files.
 *
 * @param written files that the command is there to write; what becomes of them is for the caller to judge
 */
export function harmDone(
  before: Look,
  after: Look,
  isForced: (unit: string) => boolean,
  written: readonly string[] = [],
): readonly string[] {
  const files = new Set([...before.texts.keys(), ...after.texts.keys()])
  return [...files].flatMap((file) => {
    if (OWN_FOLDERS.some((folder) => file.startsWith(`${folder}/`))) return []
    const texts = { before: before.texts.get(file), after: after.texts.get(file) }
    if (texts.before === texts.after || written.includes(file)) return []
    const owned = { ownedBefore: before.owned[file], ownedAfter: after.owned[file] }
    if (owned.ownedBefore === undefined && owned.ownedAfter === undefined) {
      return [`${file}: is no target and changed`]
    }
    const target = file === AUTH ? 'auth' : 'config'
    const harm = findHarm({ ...texts, ...owned, target, isForced })
    return harm.map((complaint) => `${file}: ${complaint}`)
  })
}

/** Which providers and fields a command line forces. */
export function forcedBy(line: string): (unit: string) => boolean {
  const words = line.split(' ').filter((word) => word !== '')
  const named = (flag: string): readonly string[] =>
    words.flatMap((word, index) => (word === flag ? [words[index + 1] ?? ''] : []))
  const forced = named('--force')
  const isForAll = forced.some((word) => word === '' || word.startsWith('--'))
  return (unit) => forced.includes(unit) || (isForAll && !named('--keep').includes(unit))
}
