import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { realFiles } from '../../../src/system/real-files.ts'
import { freshFile, freshFolder, modeOf, namesBeside, reasonOf } from '../../support/real-folder.ts'

const PRIVATE = { mode: 0o600, folderMode: 0o700, existing: 'tighten' } as const
const SHARED = { mode: 0o644, folderMode: 0o755, existing: 'keep' } as const

/** A user that owns nothing, whatever the system calls it. */
const NOBODY = 65_534

/** Go on as a user without any rights, until the test is over. */
function becomeNobody(): void {
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0]
  process.setegid?.(NOBODY)
  process.seteuid?.(NOBODY)
  onTestFinished(() => {
    process.seteuid?.(uid)
    process.setegid?.(gid)
  })
}

/** A pid that no process has: that of one which has just ended. */
function deadPid(): number {
  return spawnSync('true').pid
}

describe.skipIf(process.getuid?.() !== 0)('for root', () => {
  test("a user's file stays the user's", async () => {
    const file = freshFile('old', 0o640)
    fs.chownSync(file, NOBODY, NOBODY)
    await realFiles.replace(file, 'new', SHARED)
    const { uid, gid } = fs.statSync(file)
    expect({ uid, gid, mode: modeOf(file) }).toEqual({ uid: NOBODY, gid: NOBODY, mode: 0o640 })
  })

  test("a user's private file stays the user's and is narrowed", async () => {
    const file = freshFile('old')
    fs.chownSync(file, NOBODY, NOBODY)
    await realFiles.replace(file, 'new', PRIVATE)
    expect([fs.statSync(file).uid, modeOf(file)]).toEqual([NOBODY, 0o600])
  })
})

describe.skipIf(process.getuid?.() !== 0)('for a user without rights (tested as root)', () => {
  test.each([
    ['in a folder that is read-only', 0o755],
    ['in a folder that is closed', 0o700],
  ])('a write %s changes nothing', async (_, mode) => {
    const file = freshFile('old')
    fs.chmodSync(path.dirname(file), mode)
    becomeNobody()
    expect(await reasonOf(realFiles.replace(file, 'new', SHARED))).toBe('not-permitted')
    process.seteuid?.(0)
    expect(fs.readFileSync(file, 'utf8')).toBe('old')
    expect(namesBeside(file)).toEqual([path.basename(file)])
  })

  test("a write over another user's file leaves it, and nothing beside it", async () => {
    const file = freshFile('old')
    // Everybody may write here, but only the owner may replace a file (sticky, as /tmp is).
    fs.chmodSync(path.dirname(file), 0o1777)
    becomeNobody()
    expect(await reasonOf(realFiles.replace(file, 'new', SHARED))).toBe('not-permitted')
    expect(fs.readFileSync(file, 'utf8')).toBe('old')
    expect(namesBeside(file)).toEqual([path.basename(file)])
  })

  test('a file that may not be read, looked at, narrowed or removed is named', async () => {
    const file = freshFile('old', 0o600)
    becomeNobody()
    expect(await reasonOf(realFiles.read(file))).toBe('not-permitted')
    expect(await reasonOf(realFiles.look(file))).toBe('not-permitted')
    expect(await reasonOf(realFiles.resolve(file))).toBe('not-permitted')
    expect(await reasonOf(realFiles.tighten(file, 0o600))).toBe('not-permitted')
    expect(await reasonOf(realFiles.remove(file))).toBe('not-permitted')
  })

  test('what a running process of somebody else left stays', async () => {
    const folder = freshFolder()
    fs.chmodSync(folder, 0o777)
    // Process 1 runs always, and nobody may signal it.
    fs.writeFileSync(path.join(folder, '.auth.json.1.0a1b2c.opgen-tmp'), '')
    becomeNobody()
    await realFiles.sweep(path.join(folder, 'auth.json'))
    expect(fs.readdirSync(folder)).toEqual(['.auth.json.1.0a1b2c.opgen-tmp'])
  })
})

describe('a sweep', () => {
  test('takes away only what a dead process left of this very file', async () => {
    const folder = freshFolder()
    const dead = deadPid()
    const stays = [
      'auth.json',
      `.auth.json.${process.ppid}.0a1b2c.opgen-tmp`,
      `.auth.json.${dead}.0a1b2c.tmp`,
      `.auth.json.old.opgen-tmp`,
      `.opencode.jsonc.${dead}.0a1b2c.opgen-tmp`,
      `auth.json.${dead}.0a1b2c.opgen-tmp`,
    ]
    const goes = [`.auth.json.${dead}.0a1b2c.opgen-tmp`, `.auth.json.${dead}.3d4e5f.opgen-tmp`]
    for (const name of [...stays, ...goes]) fs.writeFileSync(path.join(folder, name), 'text')
    await realFiles.sweep(path.join(folder, 'auth.json'))
    expect(fs.readdirSync(folder).toSorted()).toEqual(stays.toSorted())
  })

  test('takes away what a process left that had the number of this one', async () => {
    const folder = freshFolder()
    // As in containers: opgen is the same number there each time.
    fs.writeFileSync(path.join(folder, `.auth.json.${process.pid}.0a1b2c.opgen-tmp`), 'text')
    await realFiles.sweep(path.join(folder, 'auth.json'))
    expect(fs.readdirSync(folder)).toEqual([])
  })

  test('of a folder that is not there does nothing', async () => {
    const folder = freshFolder()
    await realFiles.sweep(path.join(folder, 'gone', 'auth.json'))
    expect(fs.readdirSync(folder)).toEqual([])
  })
})

describe('a mode is narrowed', () => {
  test.each([
    ['0644 to 0600', 0o644, 0o600, 0o600],
    ['0666 to 0600', 0o666, 0o600, 0o600],
    ['0755 to 0700', 0o755, 0o700, 0o700],
    ['0440 to 0400: it gains nothing', 0o440, 0o600, 0o400],
  ])('from %s', async (_, before, mode, after) => {
    const file = freshFile('text', before)
    expect(await realFiles.tighten(file, mode)).toBe(true)
    expect(modeOf(file)).toBe(after)
  })

  test.each([
    ['0600', 0o600],
    ['0400', 0o400],
    ['0000', 0o000],
  ])('not when it is narrow already: %s', async (_, mode) => {
    const file = freshFile('text', mode)
    expect(await realFiles.tighten(file, 0o600)).toBe(false)
    expect(modeOf(file)).toBe(mode)
  })

  test('of the file behind a link, and of nothing where nothing is', async () => {
    const file = freshFile('text', 0o644)
    fs.symlinkSync(file, `${file}.link`)
    expect(await realFiles.tighten(`${file}.link`, 0o600)).toBe(true)
    expect(modeOf(file)).toBe(0o600)
    expect(await realFiles.tighten(`${file}.gone`, 0o600)).toBe(false)
  })
})

describe('a file that is removed', () => {
  test('is gone, alone', async () => {
    const file = freshFile('text')
    fs.writeFileSync(`${file}.other`, '')
    await realFiles.remove(file)
    expect(namesBeside(file)).toEqual([`${path.basename(file)}.other`])
  })

  test('may be gone already, with its folder', async () => {
    const file = freshFile('text')
    await realFiles.remove(`${file}.gone`)
    await realFiles.remove(path.join(path.dirname(file), 'gone', 'file'))
    expect(namesBeside(file)).toEqual([path.basename(file)])
  })

  test('is never a folder', async () => {
    const file = freshFile('text')
    expect(await reasonOf(realFiles.remove(path.dirname(file)))).not.toContain('no refusal')
    expect(fs.existsSync(file)).toBe(true)
  })
})
