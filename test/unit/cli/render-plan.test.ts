import { stripVTControlCharacters } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { choosePaint, plain } from '../../../src/cli/paint.ts'
import { countChanges, renderChanges, renderPlaces } from '../../../src/cli/render-plan.ts'
import { toPointer } from '../../../src/core/json.ts'
import type { Change, ChangedPath, Plan } from '../../../src/core/plan/plan.ts'
import { emptyState } from '../../../src/core/state/recorded.ts'
import { openColours } from '../../support/colours.ts'
import { HOME, memoryWorld } from '../../support/memory-system.ts'

const colourful = choosePaint('always', false)

const config = (...path: readonly string[]): ChangedPath => ({
  target: 'config',
  file: '/opencode.jsonc',
  pointer: toPointer(path),
})
const inBlock = (...path: readonly string[]): ChangedPath => config('provider', 'gw', ...path)
const key: ChangedPath = { target: 'auth', file: '/auth.json', pointer: '/gw/key' }

function change(more: Partial<Change>): Change {
  return { id: 'gw', action: 'update', drifted: false, paths: [], key: 'none', notes: [], ...more }
}

function lineOf(more: Partial<Change>): string {
  return renderChanges([change(more)], plain, { all: false })
}

function planOf(...actions: readonly Change['action'][]): Plan {
  const changes = actions.map((action) => change({ action }))
  const nothing = { decisions: [], warnings: [], replaced: [], files: [] }
  return { changes, ...nothing, trusted: [], unread: { kept: [], needed: [] }, next: emptyState }
}

describe('the line of a change', () => {
  test.each<readonly [string, readonly ChangedPath[], string]>([
    ['fields', [inBlock('npm'), inBlock('options', 'baseURL')], 'npm, options.baseURL'],
    ['a field with a deep change once', [inBlock('x', 'a', 'b'), inBlock('x', 'c')], 'x'],
    ['one option, however deep', [inBlock('options', 'headers', 'A')], 'options.headers'],
    ['one model', [inBlock('models', 'a/b', 'name')], 'model a/b'],
    ['two models', [inBlock('models', 'a'), inBlock('models', 'b')], 'model a, model b'],
    [
      'more models',
      [inBlock('models', 'a'), inBlock('models', 'b'), inBlock('models', 'c')],
      '3 models',
    ],
    ['the key last', [key, inBlock('npm'), inBlock('models', 'a')], 'npm, model a, key'],
    ['a list of ids', [config('enabled_providers'), inBlock('npm')], 'npm, enabled_providers'],
    ['the whole block', [inBlock(), inBlock('npm'), key], 'the whole block, key'],
  ])('names %s', (_, paths, words) => {
    expect(lineOf({ paths })).toBe(`  ~ gw  ${words}\n`)
  })

  test.each<readonly [Partial<Change>, string]>([
    [{ action: 'create', paths: [inBlock('npm')] }, '  + gw  npm\n'],
    [{ action: 'delete', paths: [inBlock('npm')] }, '  - gw  npm\n'],
    [
      { action: 'adopt', paths: [inBlock('npm')] },
      '  = gw  already there as wanted: managed from now on\n',
    ],
    [{ action: 'none', key: 'missing' }, '    gw  needs a key\n'],
    [{ action: 'none', notes: ['a note'] }, '    gw  in sync\n        a note\n'],
    [
      { action: 'none', key: 'unknown', notes: ['a note'] },
      '    gw  key not looked at\n        a note\n',
    ],
    [{ id: '/model', paths: [config('model')] }, '  ~ /model  in opencode.jsonc\n'],
    [
      { paths: [key], drifted: true, notes: ['a note'] },
      '  ~ gw  key\n        changed by somebody else since the last apply\n        a note\n',
    ],
  ])('says what is done: %o', (more, text) => {
    expect(lineOf(more)).toBe(text)
  })

  test('counts what does not fit', () => {
    const paths = ['a', 'b', 'c', 'd', 'e'].map((name) => inBlock(name.repeat(20)))
    const [a, b] = ['a'.repeat(20), 'b'.repeat(20)]
    expect(lineOf({ paths })).toBe(`  ~ gw  ${a}, ${b} and 3 more\n`)
    expect(lineOf({ paths: [inBlock('x'.repeat(100))] })).toBe('  ~ gw  1 value\n')
    const two = ['x', 'y'].map((name) => inBlock(name.repeat(100)))
    expect(lineOf({ paths: two })).toBe('  ~ gw  2 values\n')
  })

  test('is left out when nothing changes, unless all are shown', () => {
    const still = change({ action: 'none' })
    expect(renderChanges([still], plain, { all: false })).toBe('')
    expect(renderChanges([still], plain, { all: true })).toBe('    gw  in sync\n')
  })

  test('begins where those of the others do', () => {
    const paths = [inBlock('npm')]
    const changes = [change({ paths }), change({ id: 'longer', paths })]
    expect(renderChanges(changes, plain, { all: false })).toBe('  ~ gw      npm\n  ~ longer  npm\n')
  })
})

describe('for any changes', () => {
  const name = fc.oneof(
    fc.constantFrom('npm', 'models', 'options'),
    fc.string({ unit: 'grapheme-ascii', minLength: 1 }),
  )
  const id = fc.stringMatching(/^[a-z][a-z0-9-]{0,23}$/)
  const changed = fc.oneof(
    fc.array(name, { maxLength: 4 }).map((path) => inBlock(...path)),
    fc.constantFrom(key, config('enabled_providers')),
  )
  const anyChange: fc.Arbitrary<Change> = fc.record({
    id: fc.oneof(id, fc.constantFrom('/model', '/disabled_providers')),
    action: fc.constantFrom('create', 'update', 'delete', 'adopt', 'none'),
    drifted: fc.boolean(),
    paths: fc.array(changed, { minLength: 1, maxLength: 30 }),
    key: fc.constantFrom('set', 'unchanged', 'missing', 'none'),
    notes: fc.array(fc.constantFrom('a note', 'another'), { maxLength: 2 }),
  })

  test('no line is wider than 80 columns or has blanks at its end', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 5 }), (changes) => {
        for (const line of renderChanges(changes, plain, { all: true }).split('\n')) {
          expect(line.length).toBeLessThanOrEqual(80)
          expect(line).toBe(line.trimEnd())
        }
      }),
    )
  })

  test('colours change no letter, and end on the line they begin on', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 5 }), (changes) => {
        const text = renderChanges(changes, colourful, { all: true })
        expect(stripVTControlCharacters(text)).toBe(renderChanges(changes, plain, { all: true }))
        for (const line of text.split('\n')) expect(openColours(line)).toEqual([])
      }),
    )
  })
})

describe('the count of changes', () => {
  test.each([
    [
      planOf('create', 'delete', 'create', 'update'),
      '2 created, 1 updated, 1 deleted',
      '2 to create, 1 to update, 1 to delete',
    ],
    [planOf('delete'), '1 deleted', '1 to delete'],
    [planOf('adopt', 'none'), '', ''],
    [planOf(), '', ''],
  ])('leaves out what does not occur (%#)', (plan, done, planned) => {
    expect([countChanges(plan.changes, 'done'), countChanges(plan.changes, 'planned')]).toEqual([
      done,
      planned,
    ])
  })
})

test('places stand in a column, as a person would name them', () => {
  const places = [
    ['manifest', `${HOME}/dotfiles/providers.yaml`],
    ['keys', `${HOME}/.local/share/opencode/auth.json`],
  ] as const
  expect(renderPlaces(memoryWorld().system.machine, places, plain)).toBe(
    'manifest  providers.yaml\nkeys      ~/.local/share/opencode/auth.json\n',
  )
})

describe('colour', () => {
  test.each([
    ['auto', true, true],
    ['auto', false, false],
    ['always', false, true],
    ['never', true, false],
  ] as const)('%s, where the terminal wants it %s: %s', (choice, wanted, coloured) => {
    expect(choosePaint(choice, wanted).red('x')).toBe(coloured ? '\u001B[31mx\u001B[39m' : 'x')
  })
})
