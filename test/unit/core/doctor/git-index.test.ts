import fs from 'node:fs'
import path from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { trackedIn } from '../../../../src/core/doctor/git-index.ts'
import { indexOf } from '../../../support/git-index.ts'
import { git } from '../../../support/git.ts'
import { freshFolder } from '../../../support/real-folder.ts'

const LONG = `${'a-long-folder-name/'.repeat(12)}${'b'.repeat(200)}.json`
const VERY_LONG = `${`${'c'.repeat(200)}/`.repeat(21)}opencode.json`
const NAMES = [
  'opencode.jsonc',
  'opencode/auth.json',
  'opencode/opencode.json',
  'ümläut/opencode.json',
  'x',
  LONG,
]

/** A repository with these files in its index. */
function repository(names: readonly string[], ...options: readonly string[]): string {
  const folder = freshFolder()
  git(folder, 'init', '--quiet', ...options)
  for (const name of names) {
    const file = path.join(folder, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, name)
  }
  if (names.length > 0) git(folder, 'add', '.')
  return folder
}

function indexIn(folder: string): Uint8Array {
  return fs.readFileSync(path.join(folder, '.git', 'index'))
}

function versionOf(index: Uint8Array): number {
  return index[7] ?? 0
}

/** What is not in the index, though it nearly is. */
const OTHERS = ['opencode.json', 'auth.json', 'opencode', 'opencode/', 'opencode/auth.jsonc', '']

describe('an index that git wrote', () => {
  test.each([2, 4])('of version %i', (version) => {
    const folder = repository(NAMES)
    git(folder, 'update-index', '--index-version', String(version))
    const index = indexIn(folder)
    expect(versionOf(index)).toBe(version)
    expect(trackedIn(index, [...NAMES, ...OTHERS])).toEqual(new Set(NAMES))
  })

  test('of version 3, which says more of its entries', () => {
    const folder = repository(NAMES)
    git(folder, 'update-index', '--skip-worktree', 'x')
    fs.writeFileSync(path.join(folder, 'meant'), '')
    git(folder, 'add', '--intent-to-add', 'meant')
    const index = indexIn(folder)
    expect(versionOf(index)).toBe(3)
    expect(trackedIn(index, [...NAMES, 'meant', ...OTHERS])).toEqual(new Set([...NAMES, 'meant']))
    git(folder, 'update-index', '--index-version', '4')
    expect(trackedIn(indexIn(folder), [...NAMES, 'meant'])).toEqual(new Set([...NAMES, 'meant']))
  })

  test.each([2, 4])('of version %i, with extensions after the entries', (version) => {
    const folder = repository(NAMES)
    git(folder, 'commit', '--quiet', '--message', 'first')
    git(folder, 'update-index', '--index-version', String(version))
    git(folder, 'update-index', '--force-untracked-cache')
    git(folder, 'status', '--short')
    const index = indexIn(folder)
    expect(Buffer.from(index).includes('TREE')).toBe(true)
    expect(trackedIn(index, [...NAMES, ...OTHERS])).toEqual(new Set(NAMES))
  })

  test.each([2, 4])('of version %i, with SHA-256', (version) => {
    const folder = repository(NAMES, '--object-format=sha256')
    git(folder, 'update-index', '--index-version', String(version))
    expect(trackedIn(indexIn(folder), [...NAMES, ...OTHERS])).toEqual(new Set(NAMES))
  })

  test.each([2, 4])('of version %i, with a name that is too long for its length', (version) => {
    const folder = repository(['a'])
    git(folder, 'update-index', '--index-version', String(version))
    const hash = git(folder, 'hash-object', '-w', 'a').trim()
    git(folder, 'update-index', '--add', '--cacheinfo', `100644,${hash},${VERY_LONG}`)
    git(folder, 'update-index', '--add', '--cacheinfo', `100644,${hash},z`)
    expect(trackedIn(indexIn(folder), [VERY_LONG, 'a', 'z', 'c'])).toEqual(
      new Set([VERY_LONG, 'a', 'z']),
    )
  })

  test('in the middle of a merge', () => {
    const folder = repository(['a', 'both'])
    git(folder, 'commit', '--quiet', '--message', 'first')
    for (const branch of ['one', 'other']) {
      git(folder, 'checkout', '--quiet', '-b', branch, 'HEAD')
      fs.writeFileSync(path.join(folder, 'both'), branch)
      git(folder, 'commit', '--quiet', '--all', '--message', branch)
      if (branch === 'one') git(folder, 'checkout', '--quiet', 'HEAD~')
    }
    expect(() => git(folder, 'merge', '--quiet', 'one')).toThrow('Command failed')
    expect(trackedIn(indexIn(folder), ['both', 'a'])).toEqual(new Set(['both', 'a']))
  })

  test('without an entry', () => {
    const folder = repository(['a'])
    git(folder, 'rm', '--quiet', '--cached', 'a')
    expect(trackedIn(indexIn(folder), ['a'])).toEqual(new Set())
  })
})

describe('an index that cannot be told', () => {
  test('is one of two files', () => {
    const folder = repository(NAMES)
    git(folder, 'update-index', '--split-index')
    expect(trackedIn(indexIn(folder), NAMES)).toBeUndefined()
  })

  test('has an extension that nobody knows', () => {
    const index = Buffer.from(indexOf(['a']))
    const extension = (name: string): Buffer =>
      Buffer.concat([
        index.subarray(0, -20),
        Buffer.from(name),
        Buffer.alloc(4),
        index.subarray(-20),
      ])
    expect(trackedIn(extension('ABCD'), ['a'])).toEqual(new Set(['a']))
    expect(trackedIn(extension('abcd'), ['a'])).toBeUndefined()
  })

  test('is cut off anywhere', () => {
    const folder = repository(NAMES)
    for (const version of [2, 4]) {
      git(folder, 'update-index', '--index-version', String(version))
      const index = indexIn(folder)
      for (let length = 0; length < index.length; length += 1) {
        expect(trackedIn(index.subarray(0, length), NAMES)).toBeUndefined()
      }
    }
  })

  test('is of no version that there is', () => {
    const index = Buffer.from(indexOf(['a']))
    expect(trackedIn(index, ['a'])).toEqual(new Set(['a']))
    for (const version of [0, 1, 5]) {
      index.writeUInt32BE(version, 4)
      expect(trackedIn(index, ['a'])).toBeUndefined()
    }
  })

  test('is damaged, and is read to an end without a fault', () => {
    const folder = repository(NAMES)
    const indexes = [2, 4].map((version) => {
      git(folder, 'update-index', '--index-version', String(version))
      return indexIn(folder)
    })
    const byte = fc.tuple(fc.nat({ max: 2000 }), fc.nat({ max: 255 }))
    const damaged = fc
      .tuple(fc.constantFrom(...indexes), fc.array(byte, { minLength: 1, maxLength: 20 }))
      .map(([index, bytes]) => {
        const copy = Uint8Array.from(index)
        for (const [at, value] of bytes) copy[at % copy.length] = value
        return copy
      })
    const header = fc
      .tuple(fc.constantFrom(2, 3, 4), fc.uint8Array({ maxLength: 400 }))
      .map(([version, rest]) =>
        Uint8Array.from([68, 73, 82, 67, 0, 0, 0, version, 0, 0, 255, 255, ...rest]),
      )
    fc.assert(
      fc.property(fc.oneof(damaged, header, fc.uint8Array({ maxLength: 200 })), (index) => {
        const found = trackedIn(index, NAMES)
        for (const name of found ?? []) expect(NAMES).toContain(name)
      }),
      { numRuns: 1000 },
    )
  })
})
