import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { readGit } from '../../../src/app/git-state.ts'
import { realFiles } from '../../../src/system/real-files.ts'
import { memoryWorld } from '../../support/memory-system.ts'
import { git } from '../../support/git.ts'
import { freshFolder } from '../../support/real-folder.ts'

const system = { ...memoryWorld().system, files: realFiles }

function place(folder: string, ...names: readonly string[]): void {
  for (const name of names) {
    const file = path.join(folder, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, name)
  }
}

function init(folder: string): void {
  fs.mkdirSync(folder, { recursive: true })
  git(folder, 'init', '--quiet')
}

/** What is known of files, by their names from a folder. */
async function statesIn(folder: string, ...names: readonly string[]): Promise<object> {
  const found = await readGit(
    system,
    names.map((name) => path.join(folder, name)),
  )
  return Object.fromEntries([...found].map(([file, state]) => [path.relative(folder, file), state]))
}

describe('whether git tracks a file', () => {
  test('in a work tree, at its root and below', async () => {
    const folder = freshFolder()
    init(folder)
    place(folder, 'opencode.json', 'a/b/opencode.json', 'a/auth.json')
    git(folder, 'add', 'opencode.json', 'a/b')
    expect(await statesIn(folder, 'opencode.json', 'a/b/opencode.json', 'a/auth.json')).toEqual({
      'opencode.json': 'tracked',
      'a/b/opencode.json': 'tracked',
      'a/auth.json': 'inside',
    })
  })

  test('nothing is said of what is in no work tree, is not there, or is no path', async () => {
    const folder = freshFolder()
    init(path.join(folder, 'tree'))
    place(folder, 'opencode.json')
    expect(await statesIn(folder, 'opencode.json', 'tree/gone.json', 'gone/gone.json')).toEqual({})
    expect(await readGit(system, ['OPENCODE_CONFIG_CONTENT'])).toEqual(new Map())
  })

  test('a repository without a first commit and without an index tracks nothing', async () => {
    const folder = freshFolder()
    init(folder)
    place(folder, 'a')
    expect(await statesIn(folder, 'a')).toEqual({ a: 'inside' })
  })

  test('through links to the file and to its folder', async () => {
    const folder = freshFolder()
    init(path.join(folder, 'dotfiles'))
    place(folder, 'dotfiles/opencode/opencode.json', 'dotfiles/auth.json', 'share/other')
    git(path.join(folder, 'dotfiles'), 'add', '.')
    fs.mkdirSync(path.join(folder, 'config'))
    fs.symlinkSync('../dotfiles/opencode', path.join(folder, 'config/opencode'))
    fs.symlinkSync('../dotfiles/auth.json', path.join(folder, 'share/auth.json'))
    expect(await statesIn(folder, 'config/opencode/opencode.json', 'share/auth.json')).toEqual({
      'config/opencode/opencode.json': 'tracked',
      'share/auth.json': 'tracked',
    })
  })

  test('a link in a work tree to a file outside of it counts for the file', async () => {
    const folder = freshFolder()
    const tree = path.join(folder, 'tree')
    init(tree)
    place(folder, 'outside.json')
    fs.symlinkSync('../outside.json', path.join(tree, 'link.json'))
    git(tree, 'add', '.')
    expect(await statesIn(folder, 'tree/link.json')).toEqual({})
  })

  test('in a repository within another, the inner one counts', async () => {
    const folder = freshFolder()
    init(folder)
    init(path.join(folder, 'inner'))
    place(folder, 'outer.json', 'inner/inner.json')
    git(folder, 'add', 'outer.json')
    expect(await statesIn(folder, 'outer.json', 'inner/inner.json')).toEqual({
      'outer.json': 'tracked',
      'inner/inner.json': 'inside',
    })
    git(path.join(folder, 'inner'), 'add', 'inner.json')
    expect(await statesIn(folder, 'inner/inner.json')).toEqual({ 'inner/inner.json': 'tracked' })
  })

  test('in a further work tree of a repository, whose `.git` is a file', async () => {
    const folder = freshFolder()
    const main = path.join(folder, 'main')
    init(main)
    place(main, 'a', 'b')
    git(main, 'add', 'a')
    git(main, 'commit', '--quiet', '--message', 'first')
    git(main, 'worktree', 'add', '--quiet', '../further')
    place(folder, 'further/b')
    expect(await statesIn(folder, 'main/a', 'main/b', 'further/a', 'further/b')).toEqual({
      'main/a': 'tracked',
      'main/b': 'inside',
      'further/a': 'tracked',
      'further/b': 'inside',
    })
  })

  test('in a submodule, whose `.git` is a file with a relative path', async () => {
    const folder = freshFolder()
    const module = path.join(folder, 'module')
    init(module)
    place(module, 'a')
    git(module, 'add', 'a')
    git(module, 'commit', '--quiet', '--message', 'first')
    const outer = path.join(folder, 'outer')
    init(outer)
    git(
      outer,
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'add',
      '../module',
      'sub',
    )
    place(outer, 'sub/b')
    expect(fs.statSync(path.join(outer, 'sub/.git')).isFile()).toBe(true)
    expect(await statesIn(outer, 'sub/a', 'sub/b')).toEqual({
      'sub/a': 'tracked',
      'sub/b': 'inside',
    })
  })

  test('what is called `.git` and is of no repository counts for nothing', async () => {
    const folder = freshFolder()
    init(folder)
    place(folder, 'a/opencode.json', 'b/opencode.json', 'b/.git')
    fs.mkdirSync(path.join(folder, 'a/.git'))
    fs.writeFileSync(path.join(folder, 'b/.git'), 'gitdir: ../gone\n')
    expect(await statesIn(folder, 'a/opencode.json', 'b/opencode.json')).toEqual({
      'a/opencode.json': 'inside',
      'b/opencode.json': 'inside',
    })
  })

  test.each([
    ['damaged', (index: string) => fs.writeFileSync(index, 'DIRC')],
    [
      'a folder',
      (index: string) => {
        fs.rmSync(index)
        fs.mkdirSync(index)
      },
    ],
    ['very large', (index: string) => fs.truncateSync(index, 65 * 1024 * 1024)],
  ])('an index that is %s tells nothing but that there is a work tree', async (_, spoil) => {
    const folder = freshFolder()
    init(folder)
    place(folder, 'a')
    git(folder, 'add', 'a')
    spoil(path.join(folder, '.git/index'))
    expect(await statesIn(folder, 'a')).toEqual({ a: 'inside' })
  })

  test('no program of a repository is run', async () => {
    const folder = freshFolder()
    init(folder)
    place(folder, 'a')
    git(folder, 'add', 'a')
    const trace = path.join(folder, 'trace')
    git(folder, 'config', 'core.fsmonitor', `touch ${trace}; false`)
    expect(await statesIn(folder, 'a')).toEqual({ a: 'tracked' })
    expect(fs.existsSync(trace)).toBe(false)
  })
})
