import { createHash } from 'node:crypto'

/** An index of version 2 with nothing but names, in the order that git wants. */
export function indexOf(names: readonly string[]): Uint8Array {
  const sorted = names.map((name) => Buffer.from(name)).toSorted((a, b) => a.compare(b))
  const header = Buffer.alloc(12)
  header.write('DIRC')
  header.writeUInt32BE(2, 4)
  header.writeUInt32BE(sorted.length, 8)
  const body = Buffer.concat([header, ...sorted.map(entryOf)])
  return Buffer.concat([body, createHash('sha1').update(body).digest()])
}

function entryOf(name: Buffer): Buffer {
  const length = 62 + name.length
  const entry = Buffer.alloc(length + 8 - (length % 8))
  entry.writeUInt32BE(0o100644, 24)
  entry.writeUInt16BE(Math.min(name.length, 0xfff), 60)
  name.copy(entry, 62)
  return entry
}
