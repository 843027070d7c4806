import { holdsNothing, partly, reads, refuses } from './cases.ts'
import type { YamlCase } from './cases.ts'

/** Anchors, merges, documents, directives, and characters that are rarely seen. */
export const DOCUMENTS: readonly YamlCase[] = [
  // Anchors and aliases
  reads('an alias of a text', 'a: &x b\nc: *x\n', { a: 'b', c: 'b' }),
  reads('an alias of a list', 'a: &x [1]\nc: *x\n', { a: [1], c: [1] }),
  reads('an alias of a map', 'a: &x\n  b: 1\nc: *x\n', { a: { b: 1 }, c: { b: 1 } }),
  reads('an alias of nothing', 'a: &x\nb: *x\n', { a: null, b: null }),
  reads('an alias of a name', '&x a: 1\nb: *x\n', { a: 1, b: 'a' }),
  reads('an alias of a literal text', 'a: &x |\n  b\nc: *x\n', { a: 'b\n', c: 'b\n' }),
  reads('an alias of an alias', 'a: &x 1\nb: &y [*x]\nc: *y\n', { a: 1, b: [1], c: [1] }),
  reads('an anchor that is given again', 'a: &x 1\nb: *x\nc: &x 2\nd: *x\n', {
    a: 1,
    b: 1,
    c: 2,
    d: 2,
  }),
  reads('an anchor on the next line', 'a:\n  &x\n  b: 1\nc: *x\n', { a: { b: 1 }, c: { b: 1 } }),
  reads('an anchor of a list on the line above', 'a: &x\n- 1\nb: *x\n', { a: [1], b: [1] }),
  reads('an anchor and a tag', 'a: &x !!str 1\nb: !!str &y 2\nc: [*x, *y]\n', {
    a: '1',
    b: '2',
    c: ['1', '2'],
  }),
  reads('anchors with odd names', 'a: &é-1/2 b\nc: *é-1/2\n', { a: 'b', c: 'b' }),
  reads('an anchor called __proto__', 'a: &__proto__ b\nc: *__proto__\n', { a: 'b', c: 'b' }),
  reads('an anchor called constructor', 'a: &constructor b\nc: *constructor\n', { a: 'b', c: 'b' }),
  reads('an alias in braces', '{a: &x 1, b: *x }', { a: 1, b: 1 }),
  partly('an alias called toString without an anchor', 'a: *toString\n', 'bad-alias', { a: null }),
  partly('an alias without an anchor', 'a: *x\n', 'bad-alias', { a: null }),
  partly('an alias before its anchor', 'a: *x\nb: &x 1\n', 'bad-alias', { a: null, b: 1 }),
  partly('an alias inside its own list', 'a: &x [1, *x]\n', 'bad-alias', { a: [1, null] }),
  partly('an alias inside its own map', 'a: &x { b: *x }\n', 'bad-alias', { a: { b: null } }),
  partly('an alias deep inside its own map', 'a: &x\n  b:\n    - c: *x\n', 'bad-alias', {
    a: { b: [{ c: null }] },
  }),
  partly('a document that is its own item', '&x [*x]\n', 'bad-alias', [null]),
  partly('a map merged into itself', 'a: &x { b: 1, <<: *x }\n', 'bad-alias', {
    a: { b: 1, '<<': null },
  }),
  partly('an alias as a name', 'a: &x b\n*x : 1\n', 'bad-name', { a: 'b' }),
  partly('an alias as an explicit name', 'a: &x b\n? *x\n: 1\n', 'bad-name', { a: 'b' }),
  refuses('an anchor without a name', 'a: & b\n', 'yaml-syntax'),
  refuses('an alias without a name', 'a: * b\n', 'yaml-syntax'),
  refuses('an anchor on an alias', 'a: &x 1\nb: &y *x\n', 'yaml-syntax'),
  refuses('a tag on an alias', 'a: &x 1\nb: !!int *x\n', 'yaml-syntax'),
  refuses('two anchors', 'a: &x &y b\n', 'yaml-syntax'),
  refuses('an alias that a colon follows', '{a: &x 1, *x: 2}\n', 'yaml-syntax'),
  refuses('text after an alias', 'a: &x 1\nb: *x y\n', 'yaml-syntax'),

  // Merges
  reads('a merge', 'a: &a { x: 1 }\nb: { <<: *a, y: 2 }\n', { a: { x: 1 }, b: { y: 2, x: 1 } }),
  reads('a merge of a map written there', 'b: { <<: { x: 1 }, y: 2 }\n', { b: { y: 2, x: 1 } }),
  reads('a merge of several maps', 'b: { <<: [{ x: 1 }, { x: 2, y: 2 }] }\n', {
    b: { x: 1, y: 2 },
  }),
  reads('a merge of no maps', 'b: { <<: [], y: 2 }\n', { b: { y: 2 } }),
  reads('a merge of an empty map', 'b: { <<: {}, y: 2 }\n', { b: { y: 2 } }),
  reads('a merge that comes last', 'b: { y: 2, <<: { x: 1, y: 1 } }\n', { b: { y: 2, x: 1 } }),
  reads('two merges in one map', 'b:\n  <<: { x: 1 }\n  <<: { x: 2, y: 2 }\n', {
    b: { x: 1, y: 2 },
  }),
  reads('a merge of what was merged', 'a: &a { x: 1 }\nb: &b { <<: *a }\nc: { <<: *b }\n', {
    a: { x: 1 },
    b: { x: 1 },
    c: { x: 1 },
  }),
  reads('a merge at the top', '<<: { x: 1 }\ny: 2\n', { y: 2, x: 1 }),
  reads('a merge as an explicit name', '? <<\n: { x: 1 }\n', { x: 1 }),
  reads('a name that only looks like a merge', `"<<": 1\n`, { '<<': 1 }),
  reads('a value that looks like a merge', 'a: <<\n', { a: '<<' }),
  reads('a merge whose own name wins', 'b: { <<: { x: { y: 1 } }, x: 2 }\n', { b: { x: 2 } }),
  partly('a merge of a text', 'b: { <<: x, y: 2 }\n', 'bad-merge', { b: { y: 2, '<<': null } }),
  partly('a merge of nothing', 'b:\n  <<:\n  y: 2\n', 'bad-merge', { b: { y: 2, '<<': null } }),
  partly('a merge of a list of texts', 'b: { <<: [x, 1] }\n', 'bad-merge bad-merge', {
    b: { '<<': null },
  }),
  partly('a merge of a list of lists', 'b: { <<: [[{ x: 1 }]] }\n', 'bad-merge', {
    b: { '<<': null },
  }),
  partly('a merge of an unknown alias', 'b: { <<: *x, y: 2 }\n', 'bad-alias', {
    b: { y: 2, '<<': null },
  }),

  // Bombs
  refuses(
    'laughs in lists',
    laughs((names) => `[${names.join(', ')}]`),
    'alias-bomb',
  ),
  refuses(
    'laughs in maps',
    laughs((names) => `{${names.map((name, at) => `k${at}: ${name}`).join(', ')}}`),
    'alias-bomb',
  ),
  refuses(
    'laughs in nested lists',
    laughs((names) => `[[${names.join(', ')}]]`),
    'alias-bomb',
  ),
  refuses(
    'laughs with two each',
    laughs((names) => `[${names.slice(0, 2).join(', ')}]`),
    'alias-bomb',
  ),
  refuses(
    'a chain of aliases deeper than text may be',
    laughs(([name]) => `[${name}]`, 150),
    'alias-bomb',
  ),
  refuses(
    'a chain of aliases in maps',
    laughs(([name]) => `{ a: ${name} }`, 150),
    'alias-bomb',
  ),

  // Documents and directives
  holdsNothing('nothing', ''),
  holdsNothing('a line end', '\n'),
  holdsNothing('blanks', '   \n  \n'),
  holdsNothing('a comment', '# a\n'),
  holdsNothing('a comment without a line end', '# a'),
  holdsNothing('a document marker', '---\n'),
  holdsNothing('a document marker without a line end', '---'),
  holdsNothing('a document marker and a comment', '--- # a\n'),
  holdsNothing('a document that only ends', '---\n...\n'),
  reads('a document after its marker', '---\na: 1\n', { a: 1 }),
  reads('a document on the line of its marker', '--- a\n', 'a'),
  reads('a document with an end', 'a: 1\n...\n', { a: 1 }),
  reads('comments after the end', 'a: 1\n...\n# b\n', { a: 1 }),
  reads('a directive', '%YAML 1.2\n---\na: 1\n', { a: 1 }),
  reads('a directive of a tag', '%TAG !e! tag:yaml.org,2002:\n---\na: !e!str 1\n', { a: '1' }),
  reads('a marker that is no marker', 'a: ---b\n', { a: '---b' }),
  reads('three dashes in quotes', '"---": 1\n', { '---': 1 }),
  refuses('an old version', '%YAML 1.1\n---\na: 1\n', 'yaml-syntax'),
  refuses('a later version', '%YAML 1.3\n---\na: 1\n', 'yaml-syntax'),
  refuses('no version', '%YAML x\n---\na: 1\n', 'yaml-syntax'),
  reads('a version twice', '%YAML 1.2\n%YAML 1.2\n---\na: 1\n', { a: 1 }),
  refuses('an unknown directive', '%FOO bar\n---\na: 1\n', 'yaml-syntax'),
  refuses('a directive without a document', '%YAML 1.2\n', 'yaml-syntax'),
  refuses('a directive without a marker', '%YAML 1.2\na: 1\n', 'yaml-syntax'),
  refuses(
    'a directive after a document',
    'a: 1\n%YAML 1.2\n---\nb: 1\n',
    'yaml-syntax yaml-syntax',
  ),
  refuses('two documents', 'a: 1\n---\nb: 2\n', 'yaml-syntax'),
  refuses('a second document that is empty', 'a: 1\n---\n', 'yaml-syntax'),
  refuses('two documents after ends', 'a: 1\n...\nb: 2\n', 'yaml-syntax'),
  refuses('three documents', '---\n---\n---\n', 'yaml-syntax'),
  refuses('an end without a document', '...\na: 1\n', 'yaml-syntax'),
  refuses('text after an end', 'a: 1\n... b\n', 'yaml-syntax'),

  // Line ends and other characters
  reads('Windows line ends', 'a: 1\r\nb:\r\n  - c\r\n', { a: 1, b: ['c'] }),
  reads('mixed line ends', 'a: 1\r\nb: 2\nc: 3\r\n', { a: 1, b: 2, c: 3 }),
  reads('old Macintosh line ends', 'a: 1\rb:\r  - c\r# d\r', { a: 1, b: ['c'] }),
  reads('a carriage return in quotes is a line end', 'a: "b\r  c"', { a: 'b c' }),
  reads('carriage returns before a line end', 'a: 1\r\r\nb: 2\r\n', { a: 1, b: 2 }),
  reads('an escaped carriage return', String.raw`a: "b\rc"`, { a: 'b\rc' }),
  reads('the next-line character', 'a: b\u0085c', { a: 'b\u0085c' }),
  reads('Unicode line and paragraph ends', 'a: b\u2028c\u2029d', { a: 'b\u2028c\u2029d' }),
  reads('a blank that does not break', 'a:\u00A0b: c', { 'a:\u00A0b': 'c' }),
  reads('a blank of no width', 'a: \u200Bb', { a: '\u200Bb' }),
  reads('a wide blank', 'a: b\u3000c', { a: 'b\u3000c' }),
  reads('writing from right to left', 'a: \u202Eb', { a: '\u202Eb' }),
  reads('emoji', '🚀: [👩‍💻, 🇩🇪]', { '🚀': ['👩‍💻', '🇩🇪'] }),
  reads('the last character of the first plane', 'a: \uFFFD', { a: '\uFFFD' }),
  reads('half of a surrogate pair', 'a: \uD83D', { a: '\uD83D' }),
  reads('the other half', 'a: \uDE80b', { a: '\uDE80b' }),
  reads('characters that are none', 'a: \uFFFE\uFFFF', { a: '\uFFFE\uFFFF' }),
  reads('a byte order mark', '\uFEFFa: 1\n', { a: 1 }),
  holdsNothing('a byte order mark alone', '\uFEFF'),
  reads('a byte order mark before a marker', '\uFEFF---\na: 1\n', { a: 1 }),
  reads('a byte order mark in a text', 'a: b\uFEFFc', { a: 'b\uFEFFc' }),
  reads('a byte order mark in quotes', 'a: "\uFEFF"', { a: '\uFEFF' }),
  reads('two byte order marks', '\uFEFF\uFEFFa: 1\n', { a: 1 }),
  refuses('a NUL', 'a: b\0c\n', 'yaml-syntax'),
  refuses('a NUL alone', '\0', 'yaml-syntax'),
  refuses('UTF-16 read as UTF-8', 'a\0:\0 \x001\0\n\0', 'yaml-syntax'),
  refuses('a bell', 'a: \u0007\n', 'yaml-syntax'),
  refuses('an escape', 'a: "\u001B[31m"\n', 'yaml-syntax'),
  refuses('a delete', 'a: \u007F\n', 'yaml-syntax'),
  refuses('a form feed', 'a: 1\f\n', 'yaml-syntax'),
  refuses('a vertical tab in a comment', '# \v\n', 'yaml-syntax'),
  refuses('the markers of the lexer', 'a: \u0002 \u0018 \u001F\n', 'yaml-syntax'),
  reads('a tab after a value', 'a: 1\t\n', { a: 1 }),
  reads('a tab on an empty line', 'a: 1\n\t\nb: 2\n', { a: 1, b: 2 }),
  reads('a comment after tabs', 'a: 1\t\t# b\n', { a: 1 }),
  reads('a very long line', `a: ${'b'.repeat(100_000)}`, { a: 'b'.repeat(100_000) }),
  reads('a very long comment', `a: 1 # ${'b'.repeat(100_000)}`, { a: 1 }),
  reads('very many lines', `${'\n'.repeat(5000)}a: 1`, { a: 1 }),
]

/** Levels of aliases, each of ten of the level below. */
function laughs(level: (names: readonly string[]) => string, levels = 30): string {
  const lines = Array.from({ length: levels }, (_, index) => {
    const names: readonly string[] = Array.from({ length: 10 }, () => `*l${index}`)
    return `l${index + 1}: &l${index + 1} ${level(names)}\n`
  })
  return `l0: &l0 x\n${lines.join('')}`
}
