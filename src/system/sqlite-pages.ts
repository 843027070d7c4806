import fs from 'node:fs'

/*
 * The pages of a SQLite database in its file and in its write-ahead log
 * (https://www.sqlite.org/fileformat2.html, 1.2, 1.3 and 4), without SQLite: that would take locks, and leave a
 * `-shm` behind. What is damaged, or changes while it is read, throws.
 */

/** One state of a database: what was committed last when it was opened. */
export interface Pages {
  /** Bytes at the start of a page that hold content; undefined: there is no page at all. */
  readonly usable: number | undefined
  /** @param number from 1 */
  read(number: number): Buffer
}

/** Look at a database; undefined where there is none, or `look` throws. Nothing is left behind. */
export function withPages<T>(file: string, look: (pages: Pages) => T): T | undefined {
  const handles: number[] = []
  const open = (name: string): number | undefined => {
    // To open a pipe would be to wait for somebody.
    if (fs.statSync(name, { throwIfNoEntry: false })?.isFile() !== true) return undefined
    const handle = fs.openSync(name, 'r')
    handles.push(handle)
    return handle
  }
  try {
    const real = fs.realpathSync(file)
    const main = open(real)
    return main === undefined ? undefined : look(pagesOf(main, open(`${real}-wal`)))
  } catch {
    return undefined
  } finally {
    for (const handle of handles) fs.closeSync(handle)
  }
}

/** More than the few small tables have that are looked at; less than anybody would wait for. */
const MOST_PAGES = 2000

function pagesOf(main: number, wal: number | undefined): Pages {
  const start = readAt(main, 0, 100)
  // Without a page of its own, a log beside it is nobody's.
  if (start.length === 0) return { usable: undefined, read: noPage }
  const { size } = headOf(start)
  const log = wal === undefined ? undefined : readLog(wal, size)
  let left = MOST_PAGES
  const read = (number: number): Buffer => {
    left -= 1
    if (left < 0 || number < 1) return noPage()
    const page = log?.(number) ?? readAt(main, (number - 1) * size, size)
    return page.length < size ? noPage() : page
  }
  const head = headOf(read(1))
  return { usable: head.size - head.reserved, read }
}

function noPage(): never {
  throw new Error('no such page')
}

const MAGIC = 'SQLite format 3\0'
const UTF_8 = 1

/** What a database says of itself at its beginning (1.3). */
function headOf(bytes: Buffer): { readonly size: number; readonly reserved: number } {
  const given = bytes.readUInt16BE(16)
  const size = given === 1 ? 65_536 : given
  const encoding = bytes.readUInt32BE(56)
  // Before the first table there is no encoding.
  const isKnown = encoding === UTF_8 || encoding === 0
  if (bytes.toString('latin1', 0, 16) !== MAGIC || !isKnown || !isPageSize(size)) return noPage()
  return { size, reserved: bytes.readUInt8(20) }
}

function isPageSize(size: number): boolean {
  return size >= 512 && size <= 65_536 && Number.isInteger(Math.log2(size))
}

const LOG_HEADER = 32
const FRAME_HEADER = 24
/** What the log says first; the last bit: in which order of bytes its sums are made. */
const LOG_MAGIC = 0x377f0682

/** Bytes of a log that are looked at. SQLite begins anew after some 4 MB. */
const LONGEST_LOG = 32 * 1024 * 1024

/** A page as a log has it; undefined: it has none of this number. */
type Log = (number: number) => Buffer | undefined

/** Read what a log has up to its last commit (4). What earlier rounds left behind it has other salts. */
function readLog(handle: number, size: number): Log | undefined {
  const header = readAt(handle, 0, LOG_HEADER)
  if (header.length < LOG_HEADER || header.readUInt32BE(8) !== size) return undefined
  const order = header.readUInt32BE(0) - LOG_MAGIC
  if (order !== 0 && order !== 1) return undefined
  const sum = summing(order === 1 ? 'big' : 'little')
  if (!sum(header.subarray(0, 24)).equals(header.subarray(24))) return undefined

  const length = FRAME_HEADER + size
  const salts = header.subarray(16, 24)
  const read = (at: number): Buffer => readAt(handle, at, length)
  const isOf = (frame: Buffer): boolean =>
    frame.length === length && frame.subarray(8, 16).equals(salts)
  const committed = new Map<number, number>()
  const pending = new Map<number, number>()
  for (let at = LOG_HEADER; ; at += length) {
    const frame = read(at)
    if (!isOf(frame)) break
    sum(frame.subarray(0, 8))
    if (!sum(frame.subarray(FRAME_HEADER)).equals(frame.subarray(16, FRAME_HEADER))) break
    if (at > LONGEST_LOG) return noPage()
    pending.set(frame.readUInt32BE(0), at)
    const isCommit = frame.readUInt32BE(4) !== 0
    if (!isCommit) continue
    for (const [number, offset] of pending) committed.set(number, offset)
    pending.clear()
  }
  return (number) => {
    const at = committed.get(number)
    if (at === undefined) return undefined
    const frame = read(at)
    // Somebody may have begun the log anew meanwhile.
    const isSame = isOf(frame) && frame.readUInt32BE(0) === number
    return isSame ? frame.subarray(FRAME_HEADER) : noPage()
  }
}

/** The sum of all that is given to it, one piece after the other (4.2). */
function summing(order: 'big' | 'little'): (bytes: Buffer) => Buffer {
  let [first, second] = [0, 0]
  return (bytes) => {
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    for (let at = 0; at < bytes.length; at += 8) {
      first = (first + words.getUint32(at, order === 'little') + second) >>> 0
      second = (second + words.getUint32(at + 4, order === 'little') + first) >>> 0
    }
    const sum = Buffer.alloc(8)
    sum.writeUInt32BE(first, 0)
    sum.writeUInt32BE(second, 4)
    return sum
  }
}

/** As many bytes as there are. */
function readAt(handle: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  return bytes.subarray(0, fs.readSync(handle, bytes, 0, length, position))
}
