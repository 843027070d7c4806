/**
 * Find which of some paths are entries of a git index: git's gitformat-index(5), versions 2 to 4. What the index
 * says of their content is not looked at.
 *
 * @param paths relative to the root of the work tree, divided by slashes
 * @returns undefined where it cannot be told: the index is damaged, or is one of the kinds that git keeps in two
 *   files, or that nobody knew when this was written
 */
export function trackedIn(
  index: Uint8Array,
  paths: readonly string[],
): ReadonlySet<string> | undefined {
  const wanted = byLength(paths)
  for (const hash of HASH_LENGTHS) {
    const found = readIndex(index, hash, wanted)
    if (found !== undefined) return found
  }
  return undefined
}

/** SHA-1 and SHA-256, in bytes. An index does not say which it has; with the wrong one it ends somewhere else. */
const HASH_LENGTHS = [20, 32] as const

interface WantedPath {
  readonly path: string
  readonly bytes: Uint8Array
}

/** By the length in bytes, so that hardly any entry has to be compared. */
type WantedPaths = ReadonlyMap<number, readonly WantedPath[]>

function byLength(paths: readonly string[]): WantedPaths {
  const encoder = new TextEncoder()
  const found = new Map<number, WantedPath[]>()
  for (const path of paths) {
    const bytes = encoder.encode(path)
    const same = found.get(bytes.length)
    if (same === undefined) found.set(bytes.length, [{ path, bytes }])
    else same.push({ path, bytes })
  }
  return found
}

interface Index {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly version: number
  readonly hash: number
  /** Where the checksum begins, after all else. */
  readonly end: number
}

const HEADER = 12
const SIGNATURE = 0x44495243

function readIndex(
  bytes: Uint8Array,
  hash: number,
  wanted: WantedPaths,
): ReadonlySet<string> | undefined {
  const end = bytes.length - hash
  if (end < HEADER) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const version = view.getUint32(4)
  if (view.getUint32(0) !== SIGNATURE || version < 2 || version > 4) return undefined
  const index = { bytes, view, version, hash, end }
  const found = new Set<string>()
  const look = (source: Uint8Array, { start, length }: Name): void => {
    for (const { path, bytes: name } of wanted.get(length) ?? []) {
      if (name.every((byte, at) => source[start + at] === byte)) found.add(path)
    }
  }
  const after = version === 4 ? readShortened(index, look) : readPadded(index, look)
  return after !== undefined && isExtended(index, after) ? found : undefined
}

/** A name of an entry, within the bytes that it comes with. */
interface Name {
  readonly start: number
  readonly length: number
}

type Look = (source: Uint8Array, name: Name) => void

/** Names of this length or more do not say how long they are. */
const LONG_NAME = 0xfff

interface EntryHead {
  /** Of the name, as the entry has it. */
  readonly length: number
  readonly nameAt: number
}

/** What stands before a name: times, numbers and the size of the file, its hash, and flags. */
function headAt({ view, version, hash, end }: Index, start: number): EntryHead | undefined {
  const flagsAt = start + 40 + hash
  if (flagsAt + 4 > end) return undefined
  const flags = view.getUint16(flagsAt)
  const hasMore = (flags & 0x4000) !== 0
  if (hasMore && version === 2) return undefined
  return { length: flags & LONG_NAME, nameAt: flagsAt + (hasMore ? 4 : 2) }
}

/**
 * Versions 2 and 3: whole names, with one to eight zeros after each, up to a multiple of eight.
 *
 * @returns where the entries end; undefined: the index is damaged
 */
function readPadded(index: Index, look: Look): number | undefined {
  const { bytes, view, end } = index
  let at = HEADER
  for (let left = view.getUint32(8); left > 0; left -= 1) {
    const head = headAt(index, at)
    if (head === undefined) return undefined
    const nameEnd = head.length < LONG_NAME ? head.nameAt + head.length : zeroAt(index, head.nameAt)
    if (nameEnd >= end || bytes[nameEnd] !== 0) return undefined
    look(bytes, { start: head.nameAt, length: nameEnd - head.nameAt })
    at += Math.floor((nameEnd - at + 8) / 8) * 8
  }
  return at
}

/**
 * Version 4: of each name how much of the one before is to go from its end, and what comes after that.
 *
 * @returns where the entries end; undefined: the index is damaged
 */
function readShortened(index: Index, look: Look): number | undefined {
  const { bytes, view, end } = index
  let name = new Uint8Array(256)
  let length = 0
  let at = HEADER
  for (let left = view.getUint32(8); left > 0; left -= 1) {
    const head = headAt(index, at)
    const cut = head === undefined ? undefined : numberAt(index, head.nameAt)
    if (head === undefined || cut === undefined || cut.value > length) return undefined
    const suffixEnd = zeroAt(index, cut.after)
    if (suffixEnd >= end) return undefined
    const kept = length - cut.value
    length = kept + suffixEnd - cut.after
    if (length > name.length) {
      const longer = new Uint8Array(length * 2)
      longer.set(name.subarray(0, kept))
      name = longer
    }
    name.set(bytes.subarray(cut.after, suffixEnd), kept)
    if (head.length !== Math.min(length, LONG_NAME)) return undefined
    look(name, { start: 0, length })
    at = suffixEnd + 1
  }
  return at
}

function zeroAt({ bytes, end }: Index, from: number): number {
  const found = bytes.indexOf(0, from)
  return found === -1 ? end : found
}

/** More bytes than any name has, so that a damaged number is not read on and on. */
const LARGEST_NUMBER = 2 ** 24

/** A number as packs have offsets: seven bits in a byte, the highest first, each further byte adding one. */
function numberAt(
  { bytes, end }: Index,
  start: number,
): { readonly value: number; readonly after: number } | undefined {
  let value = -1
  for (let at = start; at < end && value < LARGEST_NUMBER; at += 1) {
    const byte = bytes[at] ?? 0
    value = (value + 1) * 128 + (byte & 127)
    if (byte < 128) return { value, after: at + 1 }
  }
  return undefined
}

/** Whether nothing but known extensions stands between the entries and the checksum. */
function isExtended({ view, end }: Index, start: number): boolean {
  let at = start
  while (at + 8 <= end) {
    if (isNeeded(view.getUint32(at))) return false
    at += 8 + view.getUint32(at + 4)
  }
  return at === end
}

/** `sdir`: some entries are folders. Files in them are not on the disk, as a rule. */
const SPARSE_FOLDERS = 0x73646972

/**
 * Whether the entries cannot be understood without an extension: its name begins with a small letter. `link` has
 * the others in another file.
 */
function isNeeded(signature: number): boolean {
  const isCapital = signature >>> 24 >= 0x41 && signature >>> 24 <= 0x5a
  return !isCapital && signature !== SPARSE_FOLDERS
}
