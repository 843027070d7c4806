import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readDatabase } from '../../../src/system/opencode-database.ts'
import { columnNames } from '../../../src/system/sqlite-tables.ts'
import { freshFolder } from '../../support/real-folder.ts'

/*
 * Databases that SQLite made; `make.sh` beside them says how. The real OpenCode 1.18.33 makes one of 20 tables in
 * pages of 4096 bytes, 0644, in WAL mode, with most of it in the log until another program opens it; `credential`
 * is one of them, and empty.
 */
const MADE = path.join(import.meta.dirname, '../../databases')
const LOGGED = ['logged.db', 'logged.db-wal']
const SMALL = ['small-pages.db']

/** Copies of these files, in a folder with nothing else; the path of the first. */
function copied([main = '', ...others]: readonly string[]): string {
  const folder = freshFolder()
  for (const name of [main, ...others]) {
    fs.copyFileSync(path.join(MADE, name), path.join(folder, name))
  }
  return path.join(folder, main)
}

describe('what a database holds', () => {
  const logged = {
    tables: ['session', 'filler', 'credential', 'session_v2'],
    credentials: [
      { id: 'acme', label: 'second', isActive: true },
      { id: 'imported', label: 'default', isActive: true },
      { id: 'other', label: 'spare', isActive: false },
    ],
  }

  test('is what its log has up to the last commit, and nothing of earlier rounds', () => {
    expect(readDatabase(copied(LOGGED))).toEqual(logged)
  })

  test("is what its file has where there is no log, or one that is nobody's", () => {
    const before = {
      tables: ['session', 'filler', 'credential'],
      credentials: [
        { id: 'acme', label: 'first', isActive: true },
        { id: 'gone', label: 'default', isActive: true },
      ],
    }
    expect(readDatabase(copied(['logged.db']))).toEqual(before)
    const file = copied(LOGGED)
    for (const damage of [Buffer.alloc(40), Buffer.from('no log')]) {
      fs.writeFileSync(`${file}-wal`, damage)
      expect(readDatabase(file)).toEqual(before)
    }
  })

  test('is found through pages that lead to others, and through chains of them', () => {
    const found = readDatabase(copied(SMALL))
    expect(found?.tables.toSorted()).toEqual(
      [
        ...Array.from({ length: 12 }, (_, index) => `before_${index + 1}`),
        'credential',
        'session',
      ].toSorted(),
    )
    const expected = Array.from({ length: 40 }, (_, index) => index + 1).map((number) => {
      return {
        id: `provider-${number}`,
        label: `label ${number}`,
        isActive: number % 2 === 1,
      }
    })
    expect(found?.credentials).toEqual(expected)
  })

  test('is found through a symlink, whose log is beside the file itself', () => {
    const link = path.join(freshFolder(), 'link.db')
    fs.symlinkSync(copied(LOGGED), link)
    expect(readDatabase(link)).toEqual(logged)
  })

  test('takes as long in a file of two gigabytes', () => {
    const file = copied(SMALL)
    fs.truncateSync(file, 2 ** 31)
    expect(readDatabase(file)?.credentials).toHaveLength(40)
  })

  test('leaves nothing behind and changes nothing', () => {
    const file = copied(LOGGED)
    const folder = path.dirname(file)
    const facts = (): readonly unknown[] =>
      fs.readdirSync(folder).map((name) => {
        const { size, mtimeMs, mode } = fs.statSync(path.join(folder, name))
        return [name, size, mtimeMs, mode]
      })
    const before = facts()
    readDatabase(file)
    expect(facts()).toEqual(before)
  })

  test('is nothing where there are no bytes yet', () => {
    const file = path.join(freshFolder(), 'opencode.db')
    fs.writeFileSync(file, '')
    expect(readDatabase(file)).toEqual({ tables: [], credentials: [] })
    // SQLite removes such a log.
    fs.copyFileSync(path.join(MADE, 'logged.db-wal'), `${file}-wal`)
    expect(readDatabase(file)).toEqual({ tables: [], credentials: [] })
  })

  test('cannot be told of a folder, a pipe, or what is no database', () => {
    const folder = freshFolder()
    expect(readDatabase(folder)).toBeUndefined()
    expect(readDatabase(path.join(folder, 'absent.db'))).toBeUndefined()
    const file = path.join(folder, 'opencode.db')
    fs.writeFileSync(file, 'no database')
    expect(readDatabase(file)).toBeUndefined()
    fs.writeFileSync(file, Buffer.alloc(4096))
    expect(readDatabase(file)).toBeUndefined()
    if (process.platform === 'win32') return
    const pipe = path.join(folder, 'pipe.db')
    execFileSync('mkfifo', [pipe])
    expect(readDatabase(pipe)).toBeUndefined()
  })
})

describe('a damaged database', () => {
  const damages = fc.record({
    files: fc.constantFrom(SMALL, LOGGED),
    isLog: fc.boolean(),
    bytes: fc.array(fc.tuple(fc.nat(70_000), fc.constantFrom(0, 1, 5, 13, 127, 128, 255)), {
      maxLength: 40,
    }),
    length: fc.option(fc.nat(70_000)),
  })

  test('never throws, and never takes without end', () => {
    const folder = freshFolder()
    fc.assert(
      fc.property(damages, ({ files, isLog, bytes, length }) => {
        const file = path.join(folder, 'opencode.db')
        fs.rmSync(`${file}-wal`, { force: true })
        for (const name of files) {
          const copy = fs.readFileSync(path.join(MADE, name))
          if (name.endsWith('-wal') === isLog || files.length === 1) {
            for (const [at, byte] of bytes) copy[at % copy.length] = byte
          }
          const suffix = name.endsWith('-wal') ? '-wal' : ''
          fs.writeFileSync(file + suffix, copy.subarray(0, length ?? copy.length))
        }
        const found = readDatabase(file)
        expect(found === undefined || Array.isArray(found.credentials)).toBe(true)
      }),
    )
  })

  /** The database with small pages, with some bytes other than they were. */
  function altered(alter: (bytes: Buffer) => void): string {
    const file = copied(SMALL)
    const bytes = fs.readFileSync(file)
    alter(bytes)
    fs.writeFileSync(file, bytes)
    return file
  }

  test('is none to tell about when its pages lead in a circle or nowhere', () => {
    for (const page of [1, 0, 4_000_000, 0xffff_ffff]) {
      const file = altered((bytes) => bytes.writeUInt32BE(page, 100 + 8))
      expect(readDatabase(file)).toBeUndefined()
    }
  })

  test('is none to tell about when it is written in another encoding', () => {
    expect(readDatabase(altered((bytes) => bytes.writeUInt32BE(2, 56)))).toBeUndefined()
  })
})

describe('the columns of a table', () => {
  test.each([
    ['CREATE TABLE a (b text, c integer)', ['b', 'c']],
    [
      'CREATE TABLE `a` (\n `b` text PRIMARY KEY,\n\t"c ""d""" text DEFAULT \'x, (y\')',
      ['b', 'c "d"'],
    ],
    ['CREATE TABLE [a b] ([c d] decimal(10, 2), e)', ['c d', 'e']],
    ['CREATE TABLE a (b /* c, d */ text, -- e, f\n g)', ['b', 'g']],
    ['CREATE TABLE a (b, c, PRIMARY KEY (b, c), FOREIGN KEY (b) REFERENCES d(e))', ['b', 'c']],
    ['CREATE TABLE a (b, CONSTRAINT c UNIQUE (b)) WITHOUT ROWID', ['b']],
    ['CREATE TABLE a (b text, "primary" text)', ['b', 'primary']],
    ['CREATE TABLE a (b "', ['b']],
    ['', []],
  ])('are those of %s', (sql, names) => {
    expect(columnNames(sql)).toEqual(names)
  })
})
