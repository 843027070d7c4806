import { parseDocument } from 'yaml'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keySourceAt, nodeAt, toJson } from '../../../../src/core/manifest/node.ts'
import { readYaml } from '../../../../src/core/manifest/read-yaml.ts'

function read(text: string) {
  const { tree, diagnostics } = readYaml({ path: 'f.yaml', text })
  return {
    value: tree === undefined ? undefined : toJson(tree),
    tree,
    codes: diagnostics.map(({ code }) => code),
    places: diagnostics.map(({ source }) => source && [source.line, source.column]),
  }
}

describe('readYaml', () => {
  test('gives every key and value its place', () => {
    const { tree } = read('a:\n  - b: "x"\n    c: [1, 2]\n')
    if (tree === undefined) throw new Error('no tree')
    expect(nodeAt(tree, ['a', 0, 'b'])?.source).toEqual({ file: 'f.yaml', line: 2, column: 8 })
    expect(nodeAt(tree, ['a', 0, 'c', 1])?.source).toEqual({ file: 'f.yaml', line: 3, column: 12 })
    expect(keySourceAt(tree, ['a', 0, 'c'])).toEqual({ file: 'f.yaml', line: 3, column: 5 })
  })

  test('counts columns in UTF-16 units, without a byte order mark', () => {
    const { tree } = read('\uFEFF"🚀": a\n')
    expect(tree && nodeAt(tree, ['🚀'])?.source.column).toBe(7)
  })

  test('keeps keys as they are written', () => {
    expect(read('1.10: a\ntrue: b\n~: c\n0x10: d\n').value).toEqual({
      '1.10': 'a',
      true: 'b',
      '~': 'c',
      '0x10': 'd',
    })
  })

  test('reads the core schema of YAML 1.2', () => {
    expect(read('[yes, no, on, 0o17, 0x1F, 1_000, 2026-01-01, ~, null, True, 1.0]').value).toEqual([
      'yes',
      'no',
      'on',
      15,
      31,
      '1_000',
      '2026-01-01',
      null,
      null,
      true,
      1,
    ])
  })

  test('resolves aliases, which keep the place of their anchor', () => {
    const { tree, value } = read('a: &x { k: 1 }\nb: *x\n')
    expect(value).toEqual({ a: { k: 1 }, b: { k: 1 } })
    expect(tree && nodeAt(tree, ['b', 'k'])?.source.line).toBe(1)
  })

  test('merges maps with <<, where own and earlier keys win', () => {
    const text = 'a: &a { x: 1, y: 1 }\nb: &b { y: 2, z: 2 }\nc: { <<: [*a, *b], x: 0 }\n'
    expect(read(text).value).toMatchObject({ c: { x: 0, y: 1, z: 2 } })
    expect(read('"<<": a').value).toEqual({ '<<': 'a' })
  })

  test('reports a duplicate key at the second, and keeps the first', () => {
    const { value, codes, places } = read('a: 1\nb: 2\na: 3\n')
    expect(value).toEqual({ a: 1, b: 2 })
    expect(codes).toEqual(['duplicate-key'])
    expect(places).toEqual([[3, 1]])
  })

  test('finds duplicates among very many keys in linear time', () => {
    const text = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1\n`).join('')
    expect(read(`${text}k7: 1\n`).codes).toEqual(['duplicate-key'])
  })

  test('refuses __proto__ at every level, and pollutes nothing', () => {
    const { codes, value } = read('__proto__: { x: 1 }\na: { "__proto__": { x: 1 } }\n')
    expect(codes).toEqual(['bad-name', 'bad-name'])
    expect(value).toEqual({ a: {} })
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false)
  })

  test('refuses a bomb of aliases without unfolding it', () => {
    const levels = Array.from(
      { length: 30 },
      (_, index) => `l${index + 1}: &l${index + 1} [${Array(20).fill(`*l${index}`).join(', ')}]`,
    )
    expect(read(`l0: &l0 [x]\n${levels.join('\n')}\n`).codes).toEqual(['alias-bomb'])
  })

  test('refuses aliases that nest deeper than text may', () => {
    const levels = Array.from(
      { length: 200 },
      (_, index) => `l${index + 1}: &l${index + 1} [*l${index}]`,
    )
    expect(read(`l0: &l0 [x]\n${levels.join('\n')}\n`).codes).toEqual(['alias-bomb'])
  })

  test('resolves an alias of a key', () => {
    expect(read('&k a: 1\nb: *k\n').value).toEqual({ a: 1, b: 'a' })
  })

  test('says once that an alias to merge has no anchor', () => {
    expect(read('a: { <<: *nowhere, b: 1 }\n').codes).toEqual(['bad-alias'])
    expect(read('a: { <<: [*nowhere, 7] }\n').codes).toEqual(['bad-alias', 'bad-merge'])
  })

  test('knows the keys that YAML does not read as text', () => {
    const { tree } = read('7: a\n"8": a\n~: a\n\'true\': a\nFALSE: a\nno: a\n1.0.0: a\n')
    const entries = tree?.kind === 'map' ? [...tree.entries] : []
    expect(entries.filter(([, { keyIsNoText }]) => keyIsNoText).map(([key]) => key)).toEqual([
      '7',
      '~',
      'FALSE',
    ])
  })

  test('refuses an alias inside its own anchor', () => {
    expect(read('a: &a [*a]').codes).toEqual(['bad-alias'])
  })

  test.each([
    ['brackets', '['.repeat(50_000)],
    ['maps in brackets', '{a: '.repeat(50_000)],
    ['dashes', '- '.repeat(50_000)],
    ['indentation', Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['explicit keys', '? '.repeat(10_000)],
  ])('refuses deep nesting by %s before the parser recurses, again and again', (_, text) => {
    for (let round = 0; round < 3; round += 1) expect(read(text).codes).toEqual(['too-deep'])
  })

  test('allows nesting that people might write', () => {
    expect(read(`${'['.repeat(90)}${']'.repeat(90)}`).codes).toEqual([])
  })

  test('refuses texts of a size nobody writes', () => {
    expect(read(`a: ${'x'.repeat(1_000_000)}`)).toMatchObject({
      codes: ['too-large'],
      places: [[1, 1]],
    })
    expect(read(`a: ${'x'.repeat(999_000)}`).codes).toEqual([])
  })

  test.each([
    ['items', '- a\n'],
    ['brackets that nothing opened', ']'],
    ['anchors', '- &a 1\n'],
    ['tags', '- !a 1\n'],
    ['documents', '---\n'],
    ['comments', '#\n'],
    ['empty lines', '\n'],
  ])('refuses more %s than it has patience for, where they become too many', (_, unit) => {
    const { codes, places } = read(unit.repeat(990_000 / unit.length))
    expect(codes).toEqual(['too-large'])
    const [line = 0, column = 0] = places[0] ?? []
    expect(line + column).toBeGreaterThan(30_000)
  })

  test.each([
    ['lines', 'a: |\n', ' b\n'],
    ['escapes', 'a: "', '\\x'],
  ])('counts the %s of a text', (_, start, unit) => {
    expect(read(start + unit.repeat(300_000)).codes).toEqual(['too-large'])
  })

  test('reads no further than the start of a second document', () => {
    expect(read('a: 1\n---\nb: 2\n---\nc: d: e\n')).toMatchObject({
      codes: ['yaml-syntax'],
      places: [[3, 1]],
    })
  })

  test('leaves the stack traces of others as they were', () => {
    const before = Error.stackTraceLimit
    read('a: [')
    expect(Error.stackTraceLimit).toBe(before)
  })

  test.each(['a: b\0c', 'a: \u001B[31m', 'a: \u0085b\u0080'])(
    'refuses control characters: %j',
    (text) => {
      expect(read(text).codes).toEqual(['yaml-syntax'])
    },
  )

  test('has no tree and no problem for a text with nothing in it', () => {
    expect(read('')).toMatchObject({ tree: undefined, codes: [] })
    expect(read('# a comment\n---\n')).toMatchObject({ tree: undefined, codes: [] })
  })

  test('never throws, whatever the text', () => {
    const words =
      'a|: |- |\n|  |\t|[|]|{|}|,|"|\'|&x |*x|>|? |!t |#|---\n|%YAML 1.1\n|<<|\r\n|@|`|~|1|\\'
    const piece = fc.constantFrom('|', ...words.split('|'))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { diagnostics } = readYaml({ path: 'f.yaml', text: pieces.join('') })
        expect(diagnostics.every(({ source }) => source?.file === 'f.yaml')).toBe(true)
      }),
      { numRuns: 600 },
    )
  })

  test('reads what JSON can say as JSON does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value)
        fc.pre(!/"__proto__"|"":/.test(text) && parseDocument(text).errors.length === 0)
        expect(read(text).value ?? null).toEqual(JSON.parse(text))
      }),
    )
  })
})
