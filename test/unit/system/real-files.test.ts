import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { realFiles } from '../../../src/system/real-files.ts'
import type { ReplaceOptions } from '../../../src/system/system.ts'
import { freshFile, freshFolder, modeOf, namesBeside, reasonOf } from '../../support/real-folder.ts'

const PRIVATE = { mode: 0o600, folderMode: 0o700, existing: 'tighten' } as const
const SHARED = { mode: 0o644, folderMode: 0o755, existing: 'keep' } as const

/** The umask of the process for the rest of a test. */
function setUmask(mask: number): void {
  const before = process.umask(mask)
  onTestFinished(() => void process.umask(before))
}

describe('a folder that is listed', () => {
  test('gives the names in it, in order', async () => {
    const folder = freshFolder()
    for (const name of ['b', 'a', '.hidden']) fs.writeFileSync(path.join(folder, name), '')
    fs.mkdirSync(path.join(folder, 'c'))
    expect(await realFiles.list(folder)).toEqual(['.hidden', 'a', 'b', 'c'])
  })

  test('is empty when it is not there, and refused when it is a file', async () => {
    expect(await realFiles.list(path.join(freshFolder(), 'gone'))).toEqual([])
    expect(await reasonOf(realFiles.list(freshFile('{}')))).toBe('no-folder')
  })
})

describe('a file that is read', () => {
  test.each([
    ['a byte order mark and CRLF', '\uFEFF{\r\n  "a": 1\r\n}\r\n'],
    ['no final newline', '{}'],
    ['nothing', ''],
    ['every kind of character', '{ "ключ": "模型 😀 \u2028 \u0000" }\n'],
    ['five megabytes', `{ "a": "${'x'.repeat(5_000_000)}" }\n`],
  ])('and written again is the same to the byte, with %s', async (_, text) => {
    const file = freshFile(text)
    const before = fs.readFileSync(file)
    await realFiles.replace(file, (await realFiles.read(file)) ?? 'gone', SHARED)
    expect(fs.readFileSync(file).equals(before)).toBe(true)
  })

  test('as bytes is whatever it holds', async () => {
    const file = freshFile('')
    fs.writeFileSync(file, Uint8Array.of(0xff, 0, 10))
    expect([...((await realFiles.readBytes(file)) ?? [])]).toEqual([0xff, 0, 10])
    expect(await realFiles.readBytes(`${file}.gone`)).toBeUndefined()
    expect(await reasonOf(realFiles.readBytes(path.dirname(file)))).toBe('is-a-folder')
  })

  test('is undefined when it is not there, and when its folder is not', async () => {
    const folder = freshFolder()
    expect(await realFiles.read(path.join(folder, 'a'))).toBeUndefined()
    expect(await realFiles.read(path.join(folder, 'a', 'b', 'c'))).toBeUndefined()
    fs.symlinkSync('nowhere', path.join(folder, 'dangling'))
    expect(await realFiles.read(path.join(folder, 'dangling'))).toBeUndefined()
  })

  test.each([
    ['Latin-1', Buffer.from('{ "a": "\u00E9" }', 'latin1')],
    ['UTF-16', Buffer.from('\uFEFF{}', 'utf16le')],
    ['half a character', Buffer.from([0x7b, 0xe2, 0x82])],
  ])('is refused when it is %s', async (_, bytes) => {
    expect(await reasonOf(realFiles.read(freshFile(bytes)))).toBe('not-utf8')
  })

  test('is refused when it is a folder, or lies below a file', async () => {
    const file = freshFile('{}')
    expect(await reasonOf(realFiles.read(path.dirname(file)))).toBe('is-a-folder')
    expect(await reasonOf(realFiles.read(path.join(file, 'below')))).toBe('no-folder')
  })
})

describe('what a path is', () => {
  test('is told without following a link', async () => {
    const file = freshFile('four', 0o640)
    const link = `${file}.link`
    fs.symlinkSync(file, link)
    expect(await realFiles.look(file)).toMatchObject({ kind: 'file', mode: 0o640, size: 4 })
    expect(await realFiles.look(path.dirname(file))).toMatchObject({ kind: 'folder', mode: 0o700 })
    expect(await realFiles.look(link)).toMatchObject({ kind: 'link' })
    expect(await realFiles.look('/dev/null')).toMatchObject({ kind: 'other' })
    expect(await realFiles.look(`${file}.gone`)).toBeUndefined()
  })
})

describe('a new file', () => {
  test.each([
    ['000', 0o000],
    ['022', 0o022],
    ['077', 0o077],
  ])('that is private has its mode exactly, under umask %s', async (_, umask) => {
    const file = path.join(freshFolder(), 'opencode', 'auth.json')
    setUmask(umask)
    await realFiles.replace(file, '{}', PRIVATE)
    expect(modeOf(file)).toBe(0o600)
    expect(modeOf(path.dirname(file))).toBe(0o700)
  })

  test.each([
    ['000', 0o000, 0o644],
    ['022', 0o022, 0o644],
    ['077', 0o077, 0o600],
  ])('that is no secret obeys umask %s', async (_, umask, mode) => {
    const file = path.join(freshFolder(), 'opencode.jsonc')
    setUmask(umask)
    await realFiles.replace(file, '{}', SHARED)
    expect(modeOf(file)).toBe(mode)
  })

  test('leaves folders that exist as they are', async () => {
    const folder = freshFolder()
    fs.chmodSync(folder, 0o755)
    await realFiles.replace(path.join(folder, 'auth.json'), '{}', PRIVATE)
    expect(modeOf(folder)).toBe(0o755)
  })
})

describe('a file that is replaced', () => {
  test.each<readonly [string, ReplaceOptions, number, number]>([
    ['keeps a narrower mode', SHARED, 0o600, 0o600],
    ['keeps a wider mode', SHARED, 0o666, 0o666],
    ['keeps an executable one', SHARED, 0o755, 0o755],
    ['is narrowed when it holds keys', PRIVATE, 0o644, 0o600],
    ['is widened for its owner when it holds keys', PRIVATE, 0o400, 0o600],
  ])('%s', async (_, options, before, after) => {
    const file = freshFile('old', before)
    setUmask(0o022)
    await realFiles.replace(file, 'new', options)
    expect([fs.readFileSync(file, 'utf8'), modeOf(file)]).toEqual(['new', after])
    expect(namesBeside(file)).toEqual([path.basename(file)])
  })

  test('is a new file: who has the old one open still sees the old text', async () => {
    const file = freshFile('old')
    const handle = fs.openSync(file, 'r')
    onTestFinished(() => fs.closeSync(handle))
    await realFiles.replace(file, 'new', SHARED)
    expect(fs.readFileSync(handle, 'utf8')).toBe('old')
  })

  test('leaves a hard link to it alone', async () => {
    const file = freshFile('old')
    fs.linkSync(file, `${file}.other`)
    await realFiles.replace(file, 'new', SHARED)
    expect(fs.readFileSync(`${file}.other`, 'utf8')).toBe('old')
  })

  test('replaces a link itself, which is why callers resolve it first', async () => {
    const file = freshFile('old')
    const link = `${file}.link`
    fs.symlinkSync(file, link)
    await realFiles.replace(await realFiles.resolve(link), 'new', SHARED)
    expect(fs.readFileSync(file, 'utf8')).toBe('new')
    expect(fs.lstatSync(link).isSymbolicLink()).toBe(true)
    await realFiles.replace(link, 'newer', SHARED)
    expect(fs.lstatSync(link).isFile()).toBe(true)
    expect(fs.readFileSync(file, 'utf8')).toBe('new')
  })
})

describe('a write that cannot be done', () => {
  test('because a folder or a special file is in the way changes nothing', async () => {
    const folder = path.join(freshFolder(), 'auth.json')
    fs.mkdirSync(folder)
    expect(await reasonOf(realFiles.replace(folder, '{}', PRIVATE))).toBe('is-a-folder')
    const pipe = path.join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    expect(await reasonOf(realFiles.replace(pipe, '{}', PRIVATE))).toBe('is-a-folder')
    expect(namesBeside(pipe)).toEqual(['pipe'])
  })

  test('because the path leads through a file says so', async () => {
    const file = freshFile('old')
    for (const below of ['a', 'a/b']) {
      const attempt = realFiles.replace(path.join(file, below), '{}', SHARED)
      expect(await reasonOf(attempt)).toBe('no-folder')
    }
    expect(fs.readFileSync(file, 'utf8')).toBe('old')
  })

  test.each(['renameSync', 'fsyncSync', 'writeFileSync', 'fchmodSync'] as const)(
    'because %s fails leaves the old file, and nothing beside it',
    async (step) => {
      const file = freshFile('old', 0o600)
      failing(step, 'ENOSPC')
      expect(await reasonOf(realFiles.replace(file, 'new', PRIVATE))).toBe('disk-full')
      expect(fs.readFileSync(file, 'utf8')).toBe('old')
      expect(namesBeside(file)).toEqual([path.basename(file)])
    },
  )

  test.each([
    ['EROFS', 'read-only'],
    ['EACCES', 'not-permitted'],
    ['EDQUOT', 'disk-full'],
    ['EIO', 'other'],
  ])('with %s is told as %s', async (code, reason) => {
    const file = freshFile('old')
    failing('openSync', code)
    expect(await reasonOf(realFiles.replace(file, 'new', SHARED))).toBe(reason)
  })
})

/** Make one function of the disk fail for the rest of a test. */
function failing(
  step: 'renameSync' | 'fsyncSync' | 'writeFileSync' | 'fchmodSync' | 'openSync',
  code: string,
): void {
  const original = fs[step]
  onTestFinished(() => void Object.assign(fs, { [step]: original }))
  const fail = (): never => {
    throw Object.assign(new Error(code), { code })
  }
  Object.assign(fs, { [step]: fail })
}

describe('a folder', () => {
  test('is removed when it is empty, and stays without a word otherwise', async () => {
    const folder = freshFolder()
    const empty = path.join(folder, 'empty')
    const full = path.join(folder, 'full')
    for (const made of [empty, full]) fs.mkdirSync(made)
    fs.writeFileSync(path.join(full, 'file'), '')
    fs.symlinkSync(empty, path.join(folder, 'link'))
    for (const name of ['link', 'empty', 'full', 'absent']) {
      await realFiles.removeEmptyFolder(path.join(folder, name))
    }
    expect(fs.readdirSync(folder).toSorted()).toEqual(['full', 'link'])
  })
})
