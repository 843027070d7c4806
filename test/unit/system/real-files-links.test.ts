import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { realFiles } from '../../../src/system/real-files.ts'
import { freshFolder, reasonOf } from '../../support/real-folder.ts'

/** A fresh folder with these symlinks in it, and `real/file`. */
function folderWith(links: Readonly<Record<string, string>>): string {
  const folder = freshFolder()
  fs.mkdirSync(path.join(folder, 'real'))
  fs.writeFileSync(path.join(folder, 'real', 'file'), 'text')
  for (const [name, target] of Object.entries(links)) {
    fs.symlinkSync(target, path.join(folder, name))
  }
  return folder
}

describe('a path with symlinks in it is resolved', () => {
  test.each([
    ['a file without any', {}, 'real/file', 'real/file'],
    ['a relative link', { link: 'real/file' }, 'link', 'real/file'],
    ['a link to a folder', { link: 'real' }, 'link/file', 'real/file'],
    ['a chain of links', { a: 'b', b: './c', c: 'real/file' }, 'a', 'real/file'],
    ['a link to a link to a folder', { a: 'b', b: 'real' }, 'a/file', 'real/file'],
    ['a link that goes up', { 'real/up': '../real/file' }, 'real/up', 'real/file'],
    ['dots that follow a link to a folder', { link: 'real' }, 'link/../real/file', 'real/file'],
    ['a file that is not there', {}, 'real/new', 'real/new'],
    ['folders that are not there', {}, 'new/folder/file', 'new/folder/file'],
    ['a new file below a link to a folder', { link: 'real' }, 'link/a/b', 'real/a/b'],
    ['a dangling link', { link: 'real/new' }, 'link', 'real/new'],
    ['a dangling link in a chain', { a: 'b', b: 'real/new' }, 'a', 'real/new'],
    ['a link that dangles below a link', { a: 'b/new', b: 'real' }, 'a', 'real/new'],
    ['a link to folders that are not there', { link: 'x/y/z' }, 'link', 'x/y/z'],
  ])('of %s', async (_, links, given, real) => {
    const folder = folderWith(links)
    const resolved = await realFiles.resolve(`${folder}/${given}`)
    expect(resolved).toBe(path.join(folder, real))
  })

  test('of a link with an absolute target', async () => {
    const folder = folderWith({})
    fs.symlinkSync(path.join(folder, 'real', 'file'), path.join(folder, 'link'))
    expect(await realFiles.resolve(path.join(folder, 'link'))).toBe(path.join(folder, 'real/file'))
  })

  test('up to the root', async () => {
    expect(await realFiles.resolve('/')).toBe('/')
    expect(await realFiles.resolve('/no-such-folder/file')).toBe('/no-such-folder/file')
  })

  test.each([
    ['that leads to itself', { a: 'a' }, 'a'],
    ['that leads back', { a: 'b', b: 'c', c: 'a' }, 'a'],
    ['that leads back in the middle of a path', { a: 'b', b: 'a' }, 'a/file'],
    ['that leads into itself', { a: 'a/deeper' }, 'a'],
  ])('unless there is a loop: a link %s', async (_, links, given) => {
    const folder = folderWith(links)
    expect(await reasonOf(realFiles.resolve(path.join(folder, given)))).toBe('link-loop')
    expect(await reasonOf(realFiles.read(path.join(folder, given)))).toBe('link-loop')
  })

  test('also when it comes to be there meanwhile', async () => {
    const folder = folderWith({})
    const file = path.join(folder, 'new')
    const { native } = fs.realpathSync
    onTestFinished(() => void Object.assign(fs.realpathSync, { native }))
    const beforehand = (given: string): string => {
      Object.assign(fs.realpathSync, { native })
      fs.writeFileSync(file, 'by another program')
      throw Object.assign(new Error(given), { code: 'ENOENT' })
    }
    Object.assign(fs.realpathSync, { native: beforehand })
    expect(await realFiles.resolve(file)).toBe(file)
  })

  test('unless it leads through a file', async () => {
    const folder = folderWith({ link: 'real/file' })
    expect(await reasonOf(realFiles.resolve(path.join(folder, 'link', 'below')))).toBe('no-folder')
  })
})

describe('a link that is read', () => {
  test('gives the text behind it', async () => {
    expect(await realFiles.read(path.join(folderWith({ a: 'b', b: 'real/file' }), 'a'))).toBe(
      'text',
    )
  })

  test('gives nothing when nothing is behind it', async () => {
    expect(await realFiles.read(path.join(folderWith({ a: 'nowhere' }), 'a'))).toBeUndefined()
  })
})

describe('a link that is removed', () => {
  test('goes, and the file behind it stays', async () => {
    const folder = folderWith({ link: 'real/file' })
    await realFiles.remove(path.join(folder, 'link'))
    expect(fs.readdirSync(folder)).toEqual(['real'])
    expect(fs.readdirSync(path.join(folder, 'real'))).toEqual(['file'])
  })
})
