import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { realFiles } from '../../../src/system/real-files.ts'
import { freshFile, freshFolder, namesBeside } from '../../support/real-folder.ts'

const LONG_AGO = new Date('2026-01-01T00:00:00Z')

describe('a file that is touched', () => {
  test('looks new, and is as it was otherwise', async () => {
    const file = freshFile('{}\n', 0o640)
    fs.utimesSync(file, LONG_AGO, LONG_AGO)
    const before = fs.statSync(file)
    await realFiles.touch(file)
    const after = fs.statSync(file)
    expect(after.mtimeMs).toBeGreaterThan(LONG_AGO.getTime())
    expect([after.ino, after.mode]).toEqual([before.ino, before.mode])
    expect(fs.readFileSync(file, 'utf8')).toBe('{}\n')
  })

  test('looks new behind a link, and so does the link', async () => {
    const file = freshFile('{}\n')
    const link = path.join(freshFolder(), 'opencode.jsonc')
    fs.symlinkSync(file, link)
    fs.utimesSync(file, LONG_AGO, LONG_AGO)
    fs.lutimesSync(link, LONG_AGO, LONG_AGO)
    await realFiles.touch(link)
    expect(fs.statSync(file).mtimeMs).toBeGreaterThan(LONG_AGO.getTime())
    expect(fs.lstatSync(link).mtimeMs).toBeGreaterThan(LONG_AGO.getTime())
    expect(fs.readlinkSync(link)).toBe(file)
  })

  test('is not made where there is none', async () => {
    const folder = freshFolder()
    const file = path.join(folder, 'opencode.jsonc')
    await realFiles.touch(file)
    await realFiles.touch(path.join(folder, 'no', 'folder'))
    expect(namesBeside(file)).toEqual([])
  })
})
