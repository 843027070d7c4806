import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { createOpenCodePrograms } from '../../../src/system/opencode-install.ts'
import type { Machine, OpenCodePrograms } from '../../../src/system/system.ts'
import { freshFolder } from '../../support/real-folder.ts'

function machine(home: string, folders: readonly string[], os: Machine['os'] = 'linux'): Machine {
  const env = { PATH: folders.join(path.delimiter) }
  return { os, home, env, hostname: '', user: '', arch: '', cwd: home }
}

/** Write a file and the folders above it; a program unless its mode says otherwise. */
function put(file: string, text = '#!/bin/sh\necho 1.2.3\n', mode = 0o755): string {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, text, { mode })
  return file
}

function putPackage(folder: string, facts: object): void {
  put(path.join(folder, 'package.json'), JSON.stringify(facts), 0o644)
}

interface Scene {
  readonly home: string
  readonly one: string
  readonly two: string
  readonly programs: OpenCodePrograms
}

function scene(): Scene {
  const home = freshFolder()
  const [one, two] = [path.join(home, 'one'), path.join(home, 'two')]
  return { home, one, two, programs: createOpenCodePrograms(machine(home, [one, two])) }
}

async function pathsOf({ programs }: Scene, also: readonly string[] = []): Promise<unknown> {
  return (await programs.find(also)).map((found) => found.path)
}

describe('the programs that are found', () => {
  test('are all of both names on PATH and in the folder of the installer', async () => {
    const given = scene()
    const own = path.join(given.home, '.opencode', 'bin', 'opencode')
    const files = [path.join(given.one, 'opencode2'), path.join(given.two, 'opencode'), own]
    for (const file of files) put(file)
    put(path.join(given.one, 'opencode-helper'))
    expect(await pathsOf(given)).toEqual(files)
    expect(await given.programs.find([])).toContainEqual({
      path: own,
      realPath: own,
      size: fs.statSync(own).size,
      mtimeMs: fs.statSync(own).mtimeMs,
      version: undefined,
    })
  })

  test('are files that can be run', async () => {
    const given = scene()
    fs.mkdirSync(path.join(given.one, 'opencode'), { recursive: true })
    put(path.join(given.two, 'opencode'), '', 0o644)
    fs.symlinkSync('/nowhere/at/all', path.join(given.two, 'opencode2'))
    expect(await pathsOf(given)).toEqual([])
  })

  test('are none of the working folder', async () => {
    const home = freshFolder()
    put(path.join(home, 'opencode'))
    put(path.join(home, 'bin', 'opencode'))
    const relative = createOpenCodePrograms(machine(home, ['', '.', 'bin']))
    expect(await relative.find([])).toEqual([])
  })

  test('are each file once, by whatever links it is reached', async () => {
    const given = scene()
    const real = put(path.join(given.home, 'versions', 'opencode-2.0.22'))
    for (const folder of [given.one, given.two]) {
      fs.mkdirSync(folder)
      fs.symlinkSync(real, path.join(folder, 'opencode'))
    }
    const found = await given.programs.find([])
    expect(found).toMatchObject([{ path: path.join(given.one, 'opencode'), realPath: real }])
  })

  test('are each name of a program that stands for many', async () => {
    const given = scene()
    const manager = put(path.join(given.home, 'manager'))
    fs.mkdirSync(given.one)
    const names = ['opencode', 'opencode2'].map((name) => path.join(given.one, name))
    for (const name of names) fs.symlinkSync(manager, name)
    expect(await pathsOf(given)).toEqual(names)
  })

  test('are those, too, that were known and are still there', async () => {
    const given = scene()
    const known = put(path.join(given.home, 'elsewhere', 'opencode'))
    const other = put(path.join(given.home, 'elsewhere', 'other'))
    expect(await pathsOf(given, [known, other, path.join(given.home, 'gone', 'opencode')])).toEqual(
      [known],
    )
  })
})

describe('the version of a package', () => {
  test.each([
    ['opencode-ai', { bin: { opencode: './bin/opencode.exe' } }, '1.18.33'],
    ['@opencode/cli', { bin: { opencode: 'bin/opencode.exe' } }, '2.0.22'],
    ['opencode-linux-x64', {}, '1.18.33'],
    ['@opencode/cli-linux-x64', {}, '2.0.22'],
  ])('%s is that of the program in it', async (name, facts, version) => {
    const given = scene()
    const folder = path.join(given.home, 'lib', 'node_modules', name)
    const real = put(path.join(folder, 'bin', 'opencode.exe'))
    putPackage(folder, { name, version, ...facts })
    fs.mkdirSync(given.one)
    fs.symlinkSync(real, path.join(given.one, 'opencode'))
    expect(await given.programs.find([])).toMatchObject([{ realPath: real, version }])
  })

  test.each([
    ['another package', { name: 'my-dotfiles', version: '2.0.0' }],
    ['a package whose command is another file', { name: 'opencode-ai', bin: { opencode: 'x' } }],
    ['a package without a version', { name: 'opencode-ai', version: 2 }],
  ])('is not that of %s', async (_, facts) => {
    const given = scene()
    putPackage(given.one, { version: '2.0.0', ...facts })
    put(path.join(given.one, 'opencode'))
    expect(await given.programs.find([])).toMatchObject([{ version: undefined }])
  })

  test('is not read from what is no JSON object', async () => {
    const given = scene()
    put(path.join(given.one, 'opencode'))
    for (const text of ['{', 'null', '[]', '']) {
      put(path.join(given.one, 'package.json'), text, 0o644)
      expect(await given.programs.find([])).toMatchObject([{ version: undefined }])
    }
  })

  test('stands beside the script of npm on Windows, which is never started', async () => {
    const home = freshFolder()
    const folder = path.join(home, 'npm')
    const programs = createOpenCodePrograms(machine(home, [folder], 'win32'))
    const script = put(path.join(folder, 'opencode.cmd'), 'exit 1', 0o644)
    putPackage(path.join(folder, 'node_modules', '@opencode', 'cli'), {
      name: '@opencode/cli',
      version: '2.0.22',
      bin: { opencode: 'bin/opencode.exe' },
    })
    put(path.join(folder, 'opencode2.cmd'), 'exit 1', 0o644)
    const found = await programs.find([])
    expect(found).toMatchObject([{ path: script, version: '2.0.22' }, { version: undefined }])
    const [, unknown] = found
    if (unknown === undefined) throw new Error('nothing was found')
    expect(await programs.versionOf(unknown)).toEqual({ version: undefined, lasts: false })
  })
})

describe('a program that is asked', () => {
  test('is vouched for by its file only where it is no script', async () => {
    const given = scene()
    put(path.join(given.one, 'opencode'), '#!/bin/sh\necho 2.0.22\n')
    const [script] = await given.programs.find([])
    if (script === undefined) throw new Error('nothing was found')
    expect(await given.programs.versionOf(script)).toEqual({ version: '2.0.22', lasts: false })
    const program = { ...script, realPath: process.execPath }
    expect(await given.programs.versionOf(program)).toMatchObject({ lasts: false })
    const own = path.join(given.two, 'opencode')
    fs.mkdirSync(given.two)
    fs.copyFileSync('/usr/bin/true', own)
    expect(await given.programs.versionOf({ ...script, path: own, realPath: own })).toEqual({
      version: undefined,
      lasts: true,
    })
  })
})
