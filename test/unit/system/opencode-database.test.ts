import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { isDatabaseOfV2 } from '../../../src/system/opencode-database.ts'
import { freshFolder } from '../../support/real-folder.ts'

const SIZE = 4096
const TABLE = 'tablesession_v2session_v2CREATE TABLE session_v2'
const MIGRATION = '20260805200742_import_legacy_credentials'

/** A file with these texts at these offsets, as long as it has to be. */
function database(texts: Readonly<Record<number, string | Buffer>>, name = 'opencode.db'): string {
  const file = path.join(freshFolder(), name)
  fs.writeFileSync(file, 'SQLite format 3\0')
  const handle = fs.openSync(file, 'r+')
  fs.writeSync(handle, Buffer.from([SIZE >> 8, SIZE & 0xff]), 0, 2, 16)
  for (const [offset, text] of Object.entries(texts)) {
    const bytes = Buffer.from(text)
    fs.writeSync(handle, bytes, 0, bytes.length, Number(offset))
  }
  fs.closeSync(handle)
  return file
}

/** The start of a page of the schema's tree that leads to another page. */
function leadingTo(page: number): Buffer {
  const bytes = Buffer.alloc(12)
  bytes[0] = 5
  bytes.writeUInt32BE(page, 8)
  return bytes
}

describe('a database is one of OpenCode 2.x', () => {
  test('with its table in the schema, near or far', () => {
    expect(isDatabaseOfV2(database({ 2000: TABLE }))).toBe(true)
    const far = 9_000
    const file = database({ 100: leadingTo(far), [(far - 1) * SIZE + 3000]: TABLE })
    expect(isDatabaseOfV2(file)).toBe(true)
  })

  test('with its migration among those that were run', () => {
    expect(isDatabaseOfV2(database({ 9000: `\x03]\x05${MIGRATION}` }))).toBe(true)
  })

  test('with either in the write-ahead log only', () => {
    for (const text of [TABLE, `\x03]\x09${MIGRATION}`]) {
      const file = database({})
      fs.writeFileSync(`${file}-wal`, `\0\0${text}`)
      expect(isDatabaseOfV2(file)).toBe(true)
    }
  })
})

describe('a database is none of OpenCode 2.x', () => {
  test('because somebody talks about it in a conversation', () => {
    const talk = `the table session_v2, and "${MIGRATION}" and 3]5${MIGRATION}`
    expect(isDatabaseOfV2(database({ 5000: talk }))).toBe(false)
  })

  test('when it is absent, empty, a folder, or no database', () => {
    const folder = freshFolder()
    const file = path.join(folder, 'opencode.db')
    expect(isDatabaseOfV2(file)).toBe(false)
    fs.writeFileSync(file, '')
    expect(isDatabaseOfV2(file)).toBe(false)
    fs.writeFileSync(file, 'no database')
    expect(isDatabaseOfV2(file)).toBe(false)
    expect(isDatabaseOfV2(folder)).toBe(false)
  })

  test('when its pages lead in a circle or nowhere', () => {
    expect(isDatabaseOfV2(database({ 100: leadingTo(1) }))).toBe(false)
    expect(isDatabaseOfV2(database({ 100: leadingTo(4_000_000) }))).toBe(false)
    const absurd = Buffer.alloc(12, 0xff)
    absurd[0] = 5
    expect(isDatabaseOfV2(database({ 100: absurd, 5000: 'x' }))).toBe(false)
  })
})
