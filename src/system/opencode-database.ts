import fs from 'node:fs'
import type { StoredCredential } from '../core/doctor/scene.ts'
import { withPages } from './sqlite-pages.ts'
import type { Pages } from './sqlite-pages.ts'
import { columnNames, rowsOf } from './sqlite-tables.ts'
import type { Row } from './sqlite-tables.ts'
import type { DatabaseContent } from './system.ts'

/*
 * A look into the database of OpenCode (SQLite) for what only 2.x puts there: its table `session_v2`, and
 * the migration that takes over auth.json. Both are looked for as SQLite stores them, with the bytes that stand
 * before them in a record, because a conversation in the same database may well be about them.
 */

const TABLE = 'tablesession_v2session_v2'
const MIGRATION = '20260805200742_import_legacy_credentials'
// In the header of a record: a text of 40 bytes.
const TEXT_OF_40 = 13 + 2 * 40
const LONGEST_HEADER = 9

/** How much of a file is looked at: the tables of the first migrations stand at its beginning. */
const HEAD = 1024 * 1024

/** Pages of the schema that are looked at beyond the head of a large database. */
const MOST_PAGES = 64

/** Whether an OpenCode 2.x has made or changed the database. Never throws. */
export function isDatabaseOfV2(file: string): boolean {
  // What was written last may stand in the write-ahead log only.
  return [file, `${file}-wal`].some((name) => {
    let handle: number | undefined
    try {
      handle = fs.openSync(name, 'r')
      if (!fs.fstatSync(handle).isFile()) return false
      const head = readAt(handle, 0, HEAD)
      return hasMark(head) || (name === file && hasTableBeyond(handle, head))
    } catch {
      return false
    } finally {
      if (handle !== undefined) fs.closeSync(handle)
    }
  })
}

function hasMark(bytes: Buffer): boolean {
  return bytes.includes(TABLE) || hasMigration(bytes)
}

/** A text that follows a header of small numbers, as it does in a record and nowhere in what people write. */
function hasMigration(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(MIGRATION); at !== -1; at = bytes.indexOf(MIGRATION, at + 1)) {
    const header = bytes.subarray(Math.max(0, at - LONGEST_HEADER), at)
    const type = header.lastIndexOf(TEXT_OF_40)
    const rest = header.subarray(type + 1)
    if (type > 0 && rest.length > 0 && rest.every((byte) => byte <= LONGEST_HEADER)) return true
  }
  return false
}

function readAt(handle: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  return bytes.subarray(0, fs.readSync(handle, bytes, 0, length, position))
}

/**
 * The schema is a tree whose root is page 1, and new tables of a large database stand far behind
 * (https://www.sqlite.org/fileformat2.html, 1.6): its leaves are looked at wherever they are.
 */
function hasTableBeyond(handle: number, head: Buffer): boolean {
  if (!head.toString('latin1', 0, 16).startsWith('SQLite format 3')) return false
  const given = head.readUInt16BE(16)
  const size = given === 1 ? 65_536 : given
  const waiting = [1]
  for (let looked = 0; looked < MOST_PAGES; looked += 1) {
    const page = waiting.pop()
    if (page === undefined) return false
    const bytes = readAt(handle, (page - 1) * size, size)
    if (bytes.includes(TABLE)) return true
    waiting.push(...childrenOf(bytes, page === 1 ? 100 : 0))
  }
  return false
}

const INTERIOR_TABLE = 5

/** @param start where the header of the page begins */
function childrenOf(page: Buffer, start: number): readonly number[] {
  if (page[start] !== INTERIOR_TABLE) return []
  const cells = Array.from({ length: page.readUInt16BE(start + 3) }, (_, index) =>
    page.readUInt32BE(page.readUInt16BE(start + 12 + 2 * index)),
  )
  return [...cells, page.readUInt32BE(start + 8)]
}

/** What a database holds; undefined where that cannot be told. Of a credential never its value. Never throws. */
export function readDatabase(file: string): DatabaseContent | undefined {
  return withPages(file, (pages) => {
    const tables = tablesOf(pages)
    const credentials = tables.find(({ name }) => name === 'credential')
    return {
      tables: tables.map(({ name }) => name),
      credentials: credentials === undefined ? [] : credentialsOf(pages, credentials),
    }
  })
}

interface Table {
  readonly name: string
  readonly root: number
  readonly sql: string
}

/** The schema is a table at page 1: type, name, name of the table, page of its root, the text that made it. */
function tablesOf(pages: Pages): readonly Table[] {
  if (pages.usable === undefined) return []
  return rowsOf(pages, 1, [0, 1, 3, 4]).flatMap(([type, name, root, sql]): Table[] => {
    if (type !== 'table' || typeof name !== 'string' || typeof root !== 'number') return []
    return name.startsWith('sqlite_')
      ? []
      : [{ name, root, sql: typeof sql === 'string' ? sql : '' }]
  })
}

/** A text that makes a table; what is longer makes none of OpenCode's. */
const LONGEST_SQL = 4000

function credentialsOf(pages: Pages, { root, sql }: Table): readonly StoredCredential[] {
  const names = sql.length > LONGEST_SQL ? [] : columnNames(sql)
  const wanted = ['integration_id', 'label', 'active']
  const places = wanted.flatMap((name) => (names.includes(name) ? [names.indexOf(name)] : []))
  // Its columns have changed before, and are others in some builds.
  if (places.length < wanted.length) return []
  return rowsOf(pages, root, places).flatMap(credentialIn)
}

function credentialIn([id, label, active]: Row): readonly StoredCredential[] {
  if (typeof id !== 'string' || id === '') return []
  // What was taken over from auth.json says nothing, and counts.
  return [{ id, label: typeof label === 'string' ? label : '', isActive: active !== 0 }]
}
