import { describe, expect, test } from 'vitest'
import { absolute, displayPath, variable, xdgFolder } from '../../../src/app/paths.ts'
import type { Machine } from '../../../src/system/system.ts'
import { memoryWorld } from '../../support/memory-system.ts'

/** Ana in `/home/ana/dotfiles`. */
function machine(more: Partial<Machine> = {}): Machine {
  return { ...memoryWorld().system.machine, ...more }
}

describe('a variable', () => {
  test('that is empty counts as unset', () => {
    const ana = machine({ env: { SET: 'x', BLANK: ' ', EMPTY: '' } })
    expect(['SET', 'BLANK', 'EMPTY', 'UNSET'].map((name) => variable(ana, name))).toEqual([
      'x',
      ' ',
      undefined,
      undefined,
    ])
  })
})

describe('a path that a person gives', () => {
  test.each([
    ['a/b.yaml', '/home/ana/dotfiles/a/b.yaml'],
    ['../b.yaml', '/home/ana/b.yaml'],
    ['/etc/b.yaml', '/etc/b.yaml'],
    ['/etc/x/../b.yaml', '/etc/b.yaml'],
    ['~', '/home/ana'],
    ['~/b.yaml', '/home/ana/b.yaml'],
    ['~bob/b.yaml', '/home/ana/dotfiles/~bob/b.yaml'],
    ['a/~/b.yaml', '/home/ana/dotfiles/a/~/b.yaml'],
    ['.', '/home/ana/dotfiles'],
  ])('%s is %s', (given, expected) => {
    expect(absolute(machine(), given)).toBe(expected)
  })
})

describe('an XDG folder', () => {
  test.each([
    ['CONFIG', '/home/ana/.config'],
    ['DATA', '/home/ana/.local/share'],
    ['STATE', '/home/ana/.local/state'],
  ] as const)('%s is %s, on every system', (kind, folder) => {
    expect(xdgFolder(machine(), kind)).toBe(folder)
    expect(xdgFolder(machine({ os: 'darwin' }), kind)).toBe(folder)
    expect(xdgFolder(machine({ env: { [`XDG_${kind}_HOME`]: '' } }), kind)).toBe(folder)
    expect(xdgFolder(machine({ env: { [`XDG_${kind}_HOME`]: '/x' } }), kind)).toBe('/x')
  })
})

describe('a path in a message', () => {
  test.each([
    ['/home/ana/dotfiles/providers.yaml', 'providers.yaml'],
    ['/home/ana/dotfiles/a/b.yaml', 'a/b.yaml'],
    ['/home/ana/dotfiles', '~/dotfiles'],
    ['/home/ana/dotfiles-old/b.yaml', '~/dotfiles-old/b.yaml'],
    ['/home/ana/.config/opencode/opencode.jsonc', '~/.config/opencode/opencode.jsonc'],
    ['/home/ana', '~'],
    ['/home/anabel/b.yaml', '/home/anabel/b.yaml'],
    ['/home', '/home'],
    ['/etc/b.yaml', '/etc/b.yaml'],
  ])('of %s is %s', (file, shown) => {
    expect(displayPath(machine(), file)).toBe(shown)
  })

  test('is not made relative to the root', () => {
    const atRoot = machine({ cwd: '/' })
    expect(displayPath(atRoot, '/etc/b.yaml')).toBe('/etc/b.yaml')
    expect(displayPath(atRoot, '/home/ana/b.yaml')).toBe('~/b.yaml')
  })

  test.each(['/home/ana/dotfiles/..b/x', '/home/ana/..c'])(
    'means the same file when a person gives it back: %s',
    (file) => {
      expect(absolute(machine(), displayPath(machine(), file))).toBe(file)
    },
  )
})
