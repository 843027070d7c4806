import type { JsonValue } from '../../src/core/json.ts'
import { partly, reads, refuses } from './cases.ts'
import type { YamlCase } from './cases.ts'

/** Lists and maps, in blocks and in brackets, and their names. */
export const COLLECTIONS: readonly YamlCase[] = [
  // Block lists
  reads('a list', '- a\n- b\n', ['a', 'b']),
  reads('a list below its name, not indented', 'a:\n- b\n- c\n', { a: ['b', 'c'] }),
  reads('a list below its name, indented', 'a:\n    - b\n    - c\n', { a: ['b', 'c'] }),
  reads('a list in a list on one line', '- - a\n  - b\n- c\n', [['a', 'b'], 'c']),
  reads('empty items', '-\n- \n-\n', [null, null, null]),
  reads('an item on the next line', '-\n  a\n-\n b\n', ['a', 'b']),
  reads('maps as items', '- a: 1\n  b: 2\n- c: 3\n', [{ a: 1, b: 2 }, { c: 3 }]),
  reads('a map two lines below its dash', '-\n\n  a: 1\n', [{ a: 1 }]),
  reads('a list of a map of a list', '- a:\n  - b\n  c: 1\n', [{ a: ['b'], c: 1 }]),
  reads('blank lines and comments among items', '- a\n\n# c\n\n- b # d\n', ['a', 'b']),
  reads('a comment at a lesser indentation', 'a:\n  - b\n# c\n  - d\n', { a: ['b', 'd'] }),
  reads('a tab after a dash', '-\ta\n', ['a']),
  refuses('an item too far left', 'a:\n  - b\n - c\n', 'yaml-syntax'),
  refuses('an item too far right', '- a\n  - b\nc: 1\n', 'yaml-syntax'),
  reads('an item too far right is a text', '- a\n   - b\n', ['a - b']),
  refuses('a list on the line of its name', 'a: - b\n', 'yaml-syntax'),
  refuses('a name among items', '- a\nb: 1\n', 'yaml-syntax'),
  refuses('an item among names', 'a: 1\n- b\n', 'yaml-syntax'),
  refuses('a map indented more than its first name', 'a: 1\n  b: 2\n', 'yaml-syntax'),
  refuses('a map indented less than its first name', '  a: 1\nb: 2\n', 'yaml-syntax'),
  refuses('a name between two columns', 'a:\n    b: 1\n  c: 2\n', 'yaml-syntax'),
  refuses('a tab before a name', '\ta: 1\n', 'yaml-syntax'),
  refuses('a tab before a nested name', 'a:\n\tb: 1\n', 'yaml-syntax'),
  refuses('a tab after blanks before a name', 'a:\n  b: 1\n \tc: 2\n', 'yaml-syntax'),
  refuses('a tab before an item', 'a:\n\t- b\n', 'yaml-syntax'),

  // Block maps
  reads('empty values', 'a:\nb: \nc:   # nothing\n', { a: null, b: null, c: null }),
  reads('blanks before a colon', 'a : 1\n', { a: 1 }),
  reads('tabs after a colon', 'a:\t1\n', { a: 1 }),
  reads('a value two lines below', 'a:\n\n\n  1\n', { a: 1 }),
  reads('names in quotes', `"a b": 1\n'c: d': 2\n`, { 'a b': 1, 'c: d': 2 }),
  reads('names with odd characters', 'a/b:c@d: 1\n-e: 2\n?f: 3\n', {
    'a/b:c@d': 1,
    '-e': 2,
    '?f': 3,
  }),
  reads('names of several words', 'a b  c: 1\n', { 'a b  c': 1 }),
  reads('names that are numbers and the like', '1: a\n1.50: b\ntrue: c\nnull: d\n~: e\n', {
    '1': 'a',
    '1.50': 'b',
    true: 'c',
    null: 'd',
    '~': 'e',
  }),
  reads('a map without its last line end', 'a: 1\nb: 2', { a: 1, b: 2 }),
  reads('explicit names', '? a\n: 1\n? b\n: 2\n', { a: 1, b: 2 }),
  reads('explicit names without values', '? a\n? b\n', { a: null, b: null }),
  reads('an explicit name over lines', '? a\n  b\n: 1\n', { 'a b': 1 }),
  reads('an explicit name as a literal text', '? |\n  a\n: 1\n', { 'a\n': 1 }),
  reads('an explicit name among others', 'a: 1\n? b\n: - 2\n  - 3\nc: 4\n', {
    a: 1,
    b: [2, 3],
    c: 4,
  }),
  partly('a name that is a list', '? [a, b]\n: 1\nc: 2\n', 'bad-name', { c: 2 }),
  partly('a name that is a map', '? { a: 1 }\n: 1\nc: 2\n', 'bad-name', { c: 2 }),
  partly('a name that is a block list', '? - a\n: 1\n', 'bad-name', {}),
  partly('a name in brackets', '[a]: 1\nb: 2\n', 'bad-name', { b: 2 }),
  partly('an empty name', ': 1\nb: 2\n', 'bad-name', { b: 2 }),
  partly('an empty name in quotes', '"": 1\nb: 2\n', 'bad-name', { b: 2 }),
  partly('an explicit name that is empty', '?\n: 1\n', 'bad-name', {}),
  partly('a name twice', 'a: 1\na: 2\n', 'duplicate-key', { a: 1 }),
  partly('a name three times', 'a: 1\na: 2\na: 3\n', 'duplicate-key duplicate-key', { a: 1 }),
  partly('a name twice, once in quotes', 'a: 1\n"a": 2\n', 'duplicate-key', { a: 1 }),
  partly('a name twice, once explicit', 'a: 1\n? a\n: 2\n', 'duplicate-key', { a: 1 }),
  partly('a number twice as a name', '1: a\n"1": b\n', 'duplicate-key', { '1': 'a' }),
  reads('one number in two spellings', '1: a\n0x1: b\n1.0: c\n', {
    '1': 'a',
    '0x1': 'b',
    '1.0': 'c',
  }),
  reads('two Unicode spellings of one letter', 'é: 1\ne\u0301: 2\n', { é: 1, 'e\u0301': 2 }),
  refuses('a name without a colon', 'a: 1\nb\nc: 2\n', 'yaml-syntax'),
  refuses('a last name without a colon', 'a: 1\nb\n', 'yaml-syntax'),
  refuses('a name over two lines', 'a\nb: 1\n', 'yaml-syntax'),
  refuses('a quoted name over two lines', '"a\n b": 1\n', 'yaml-syntax'),
  refuses('no blank after the colon of a name', 'a: 1\nb:2\n', 'yaml-syntax'),
  refuses('a name after a quoted value', 'a: "b" c: 1\n', 'yaml-syntax'),
  refuses('a name longer than a thousand characters', `${'a'.repeat(1100)}: 1\n`, 'yaml-syntax'),
  reads('an explicit name longer than that', `? ${'a'.repeat(1100)}\n: 1\n`, {
    ['a'.repeat(1100)]: 1,
  }),

  // Names of JavaScript
  partly('__proto__ as a name', '__proto__: 1\na: 2\n', 'bad-name', { a: 2 }),
  partly('__proto__ in quotes', '{ "__proto__": { a: 1 } }', 'bad-name', {}),
  partly('__proto__ by escapes', String.raw`{ "\x5f_proto__": 1 }`, 'bad-name', {}),
  partly('__proto__ as an explicit name', '? __proto__\n: 1\n', 'bad-name', {}),
  partly('__proto__ with a tag', '!!str __proto__: 1\n', 'bad-name', {}),
  partly('__proto__ with an anchor', '&a __proto__: 1\n', 'bad-name', {}),
  partly('__proto__ by a merge', 'a: &a { __proto__: 1, b: 2 }\nc: { <<: *a }\n', 'bad-name', {
    a: { b: 2 },
    c: { b: 2 },
  }),
  reads(
    'names of what every object has',
    'constructor: 1\nprototype: 2\ntoString: 3\nhasOwnProperty: 4\nvalueOf: 5\n__defineGetter__: 6\n',
    {
      constructor: 1,
      prototype: 2,
      toString: 3,
      hasOwnProperty: 4,
      valueOf: 5,
      __defineGetter__: 6,
    },
  ),
  reads('a map below constructor', 'constructor: { prototype: { polluted: true } }', {
    constructor: { prototype: { polluted: true } },
  }),
  partly('constructor twice', 'constructor: 1\nconstructor: 2\n', 'duplicate-key', {
    constructor: 1,
  }),
  reads('names of what every list has', 'length: 1\n0: a\npush: 2\n', {
    length: 1,
    '0': 'a',
    push: 2,
  }),

  // Flow
  reads('an empty list in brackets', '[]', []),
  reads('an empty map in braces', '{}', {}),
  reads('a list in brackets over lines', '[\na,\nb,\n]\n', ['a', 'b']),
  reads('a map in braces over lines', '{\n  a: 1,\n  b: 2,\n}\n', { a: 1, b: 2 }),
  reads('JSON', '{"a":[1,true,null,"x"],"b":{"c":-1.5e2}}', {
    a: [1, true, null, 'x'],
    b: { c: -150 },
  }),
  reads('brackets in brackets', '[[[]], {a: [{}]}]', [[[]], { a: [{}] }]),
  reads('names without values in braces', '{a, b: , c}', { a: null, b: null, c: null }),
  reads('pairs in brackets', '[a: 1, b: 2]', [{ a: 1 }, { b: 2 }]),
  reads('an explicit pair in brackets', '[? a : 1]', [{ a: 1 }]),
  reads('explicit names in braces', '{? a : 1, ? b}', { a: 1, b: null }),
  reads('a colon right after a quoted name', '{"a":1}', { a: 1 }),
  reads('no blank after a colon in braces', '{a:1}', { 'a:1': null }),
  reads('comments in brackets', '[a, # one\n b # two\n]', ['a', 'b']),
  reads('texts over lines in brackets', '[a\n b, c]', ['a b', 'c']),
  reads('a URL in brackets', '[http://a/b?c=d#e]', ['http://a/b?c=d#e']),
  reads('a model id in brackets', '[qwen3-coder:30b]', ['qwen3-coder:30b']),
  reads('a model id with a blank in brackets', '[qwen3: 30b]', [{ qwen3: '30b' }]),
  reads('brackets after a name, at the next line', 'a:\n  [1,\n   2]\n', { a: [1, 2] }),
  partly('a name twice in braces', '{a: 1, a: 2}', 'duplicate-key', { a: 1 }),
  partly('a name in braces that is a list', '{[a]: 1}', 'bad-name', {}),
  partly('a pair in brackets with an empty name', '[: 1]', 'bad-name', [{}]),
  refuses('an open bracket', 'a: [b, c\n', 'yaml-syntax'),
  refuses('an open brace', 'a: {b: c\n', 'yaml-syntax'),
  refuses('an open bracket before more names', 'a: [b\nc: d\n', 'yaml-syntax'),
  refuses('a bracket closed by a brace', 'a: [b}\n', 'yaml-syntax'),
  refuses('a brace closed by a bracket', 'a: {b]\n', 'yaml-syntax'),
  refuses('a bracket closed twice', 'a: [b]]\n', 'yaml-syntax'),
  refuses('a comma too many', 'a: [b,, c]\n', 'yaml-syntax'),
  refuses('a comma at the start', 'a: [, b]\n', 'yaml-syntax'),
  refuses('no comma between lists', 'a: [[b] [c]]\n', 'yaml-syntax'),
  refuses('no comma between quoted texts', 'a: ["b" "c"]\n', 'yaml-syntax'),
  refuses('a dash in brackets', 'a: [- b]\n', 'yaml-syntax'),
  refuses('a bracket closed at the margin', 'a: [\n  b\n]\nc: [\nd]\n', 'yaml-syntax'),
  refuses('a comment without a blank in brackets', 'a: [b,#c\n]\n', 'yaml-syntax'),
  refuses('text after a bracket', 'a: [b] c\n', 'yaml-syntax'),
  refuses('a literal text in brackets', 'a: [|\n  b\n]\n', 'yaml-syntax'),
  refuses('a document marker in brackets', '[\n---\n]\n', 'yaml-syntax yaml-syntax'),

  // Depth
  reads('a hundred brackets', `${'['.repeat(99)}${']'.repeat(99)}`, nestedLists(99)),
  refuses('a hundred and ten brackets', `${'['.repeat(110)}${']'.repeat(110)}`, 'too-deep'),
  refuses('brackets without end', '['.repeat(5000), 'too-deep'),
  refuses('braces without end', '{a: '.repeat(5000), 'too-deep'),
  refuses('braces as names without end', '{? '.repeat(5000), 'too-deep'),
  refuses('dashes without end', '- '.repeat(5000), 'too-deep'),
  refuses('question marks without end', '? '.repeat(5000), 'too-deep'),
  refuses('colons without end', ': '.repeat(5000), 'too-deep'),
  refuses('names without end', stairs('a:', 500), 'too-deep'),
  refuses('dashes on lines of their own without end', stairs('-', 500), 'too-deep'),
  refuses('dashes and names in turn without end', stairs('- a:', 500), 'too-deep'),
  refuses('brackets in braces without end', '{a: ['.repeat(5000), 'too-deep'),
]

/** Each line a column further right. */
function stairs(unit: string, steps: number): string {
  return Array.from({ length: steps }, (_, step) => `${' '.repeat(step * 2)}${unit}\n`).join('')
}

function nestedLists(depth: number): JsonValue {
  let list: JsonValue = []
  for (let level = 1; level < depth; level += 1) list = [list]
  return list
}
