import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { realFiles } from '../../../src/system/real-files.ts'
import type { Exchange } from '../../../src/system/system.ts'
import { freshFile, freshFolder, modeOf, namesBeside } from '../../support/real-folder.ts'

const SHARED = { mode: 0o644, folderMode: 0o755, existing: 'keep' } as const

function exchanging(from: string | undefined, to: string | undefined): Exchange {
  return { from, to, options: SHARED }
}

describe('an exchange', () => {
  test('replaces the text that is expected, and keeps the former file open', async () => {
    const file = freshFile('old', 0o640)
    const done = await realFiles.exchange(file, exchanging('old', 'new'))
    expect(done.done).toBe(true)
    expect([fs.readFileSync(file, 'utf8'), modeOf(file)]).toEqual(['new', 0o640])
    expect(done.done && done.former?.read()).toBe('old')
    if (done.done) done.former?.release()
  })

  test('shows what is written into the former file afterwards', async () => {
    const file = freshFile('old')
    const writer = fs.openSync(file, 'r+')
    const done = await realFiles.exchange(file, exchanging('old', 'new'))
    fs.writeSync(writer, 'late and longer', 0)
    fs.closeSync(writer)
    expect(done.done && done.former?.read()).toBe('late and longer')
    expect(fs.readFileSync(file, 'utf8')).toBe('new')
    if (done.done) done.former?.release()
  })

  test('does nothing when another text stands there, and tells it', async () => {
    const file = freshFile('theirs')
    expect(await realFiles.exchange(file, exchanging('old', 'new'))).toEqual({
      done: false,
      found: 'theirs',
    })
    expect(fs.readFileSync(file, 'utf8')).toBe('theirs')
    expect(namesBeside(file)).toEqual([path.basename(file)])
  })

  test.each([
    ['nothing', undefined],
    ['a file of no bytes', ''],
  ])('takes %s for nothing', async (_, text) => {
    const file = path.join(freshFolder(), 'opencode.jsonc')
    if (text !== undefined) fs.writeFileSync(file, text)
    const done = await realFiles.exchange(file, exchanging(undefined, 'new'))
    expect(done.done).toBe(true)
    expect(fs.readFileSync(file, 'utf8')).toBe('new')
    if (done.done) done.former?.release()
  })

  test('never takes a file that is cut off for nothing, nor one that is gone for a text', async () => {
    const file = freshFile('')
    expect(await realFiles.exchange(file, exchanging('old', 'new'))).toEqual({
      done: false,
      found: '',
    })
    fs.rmSync(file)
    expect(await realFiles.exchange(file, exchanging('old', 'new'))).toEqual({
      done: false,
      found: undefined,
    })
    expect(fs.existsSync(file)).toBe(false)
  })

  test('takes bytes that are no text for a file that is just being written', async () => {
    const file = freshFile(new Uint8Array([0x7b, 0xff]))
    expect(await realFiles.exchange(file, exchanging(undefined, 'new'))).toEqual({
      done: false,
      found: '',
    })
    expect([...fs.readFileSync(file)]).toEqual([0x7b, 0xff])
  })

  test('removes the file that is expected, and no other', async () => {
    const file = freshFile('old')
    expect(await realFiles.exchange(file, exchanging('other', undefined))).toMatchObject({
      done: false,
    })
    const done = await realFiles.exchange(file, exchanging('old', undefined))
    expect(done.done && done.former?.read()).toBe('old')
    expect(fs.existsSync(file)).toBe(false)
    if (done.done) done.former?.release()
  })
})

test('folders that were made for a file that cannot be written go again', async () => {
  const folder = freshFolder()
  const file = path.join(folder, 'a', 'b', 'c'.repeat(300))
  await expect(realFiles.replace(file, 'text', SHARED)).rejects.toThrow('could not be')
  expect(fs.readdirSync(folder)).toEqual([])
})
