import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import { freshSandbox } from '../support/fresh.ts'
import { opgenProgram, writeManifest } from '../support/opgen.ts'

/** Megabytes of heap: a manifest that needs more ends the process, and so the test. */
const HEAP = 300

interface Refused {
  readonly code: string
  readonly line: number
  readonly column: number
}

/** What the built program says of a manifest, when it may use little memory. */
async function plan(text: string): Promise<{ readonly status: number; readonly first: unknown }> {
  const sandbox = await freshSandbox()
  await writeManifest(sandbox, text)
  const args = [`--max-old-space-size=${HEAP}`, opgenProgram, 'plan', '--json']
  const { status, stdout, stderr } = await runCommand(process.execPath, args, {
    folder: sandbox.work,
    environment: sandbox.environment,
  })
  expect(stderr).toBe('')
  const report: { readonly diagnostics?: readonly object[] } = JSON.parse(stdout)
  const [first] = report.diagnostics ?? []
  if (first === undefined) return { status, first }
  expect(first).toMatchObject({ file: join(sandbox.work, 'providers.yaml') })
  return { status, first }
}

/** A text of at most `length` characters. */
function many(line: (index: number) => string, length: number): string {
  const lines: string[] = []
  let rest = length
  for (let index = 0; line(index).length <= rest; index += 1) {
    rest -= line(index).length
    lines.push(line(index))
  }
  return lines.join('')
}

/** Each level stands for ten of the level below: 30 levels for more than there are atoms on Earth. */
function laughs(level: (names: readonly string[]) => string): string {
  const lines = Array.from({ length: 30 }, (_, index) => {
    const names: readonly string[] = Array.from({ length: 10 }, () => `*l${index}`)
    return `  l${index + 1}: &l${index + 1} ${level(names)}\n`
  })
  return `version: 1\nproviders:\n  l0: &l0 { models: [x], preset: ollama }\n${lines.join('')}`
}

const VALID = 'version: 1\nproviders: {}\n'
const MODELS = 'version: 1\nproviders:\n  p:\n    preset: ollama\n    models:'
const MEGABYTES = 1_000_000

const REFUSED: readonly (readonly [string, () => string, Refused])[] = [
  // Far too large: not even read
  ['50 MB in one line', () => `a: ${'x'.repeat(50 * MEGABYTES)}`, tooLarge(1, 1)],
  ['50 MB of lines', () => '# a comment\n'.repeat((50 * MEGABYTES) / 12), tooLarge(1, 1)],
  ['50 MB of names', () => many((index) => `k${index}: 1\n`, 50 * MEGABYTES), tooLarge(1, 1)],
  ['50 MB in a comment', () => `${VALID}# ${'x'.repeat(50 * MEGABYTES)}`, tooLarge(1, 1)],
  ['50 MB of nothing', () => '\n'.repeat(50 * MEGABYTES), tooLarge(1, 1)],
  ['50 MB of brackets', () => '['.repeat(50 * MEGABYTES), tooLarge(1, 1)],
  ['a little too much', () => `${VALID}# ${'é'.repeat(MEGABYTES)}`, tooLarge(1, 1)],

  // Too much in it
  ['a million characters of dashes', () => '-\n'.repeat(499_000), tooLarge(125_001, 1)],
  [
    'a million characters of names',
    () => many((index) => `k${index}: 1\n`, 999_000),
    tooLarge(35_715, 7),
  ],
  ['a million characters of anchors', () => '- &a\n'.repeat(199_000), tooLarge(62_501, 1)],
  ['a million brackets that only close', () => ']'.repeat(999_000), tooLarge(1, 250_001)],
  ['a million characters of escapes', () => `a: "${'\\z'.repeat(499_000)}"`, tooLarge(1, 998_006)],
  ['a million empty lines', () => '\n'.repeat(999_000), tooLarge(250_002, 1)],
  [
    'a hundred thousand names',
    () => many((index) => `${index.toString(36)}: \n`, 650_000),
    tooLarge(50_001, 1),
  ],
  [
    'ten thousand providers',
    () => `version: 1\nproviders:\n${many((index) => `  p${index}: {}\n`, 140_000)}`,
    tooLarge(1003, 3),
  ],

  // Too deep
  ['10,000 lists in brackets', () => '['.repeat(10_000), tooDeep(1, 104)],
  [
    '10,000 lists in brackets that close',
    () => '['.repeat(10_000) + ']'.repeat(10_000),
    tooDeep(1, 104),
  ],
  ['10,000 maps in braces', () => '{a: '.repeat(10_000), tooDeep(1, 410)],
  ['10,000 lists in lists', () => '- '.repeat(10_000), tooDeep(1, 206)],
  ['10,000 maps as names', () => '? '.repeat(10_000), tooDeep(1, 206)],
  [
    '1,000 maps in maps',
    () => many((index) => `${' '.repeat(index)}a:\n`, 500_000),
    tooDeep(103, 104),
  ],
  [
    '1,000 lists in lists, by lines',
    () => many((index) => `${' '.repeat(index)}-\n`, 500_000),
    tooDeep(103, 104),
  ],
  [
    '10,000 quotes in quotes',
    () => `"'`.repeat(10_000),
    { code: 'yaml-syntax', line: 1, column: 4 },
  ],

  // Bombs
  [
    'laughs in lists',
    () =>
      laughs((names) => `{ models: [x], preset: ollama, options: { x: [${names.join(', ')}] } }`),
    { code: 'alias-bomb', line: 7, column: 62 },
  ],
  [
    'laughs in merges',
    () => laughs((names) => `{ <<: [${names.join(', ')}] }`),
    { code: 'alias-bomb', line: 7, column: 23 },
  ],
]

function tooLarge(line: number, column: number): Refused {
  return { code: 'too-large', line, column }
}

function tooDeep(line: number, column: number): Refused {
  return { code: 'too-deep', line, column }
}

const READ: readonly (readonly [string, () => string])[] = [
  ['40,000 models in brackets', () => `${MODELS} [${many((index) => `m${index},`, 230_000)}]\n`],
  [
    '5,000 models with their fields',
    () =>
      `${MODELS}\n${many((index) => `      - { id: m${index}, name: M, limit: { context: 9, output: 1 } }\n`, 325_000)}`,
  ],
  ['a model id of a million characters', () => `${MODELS} [${'x'.repeat(990_000)}]\n`],
  ['a comment of a million characters', () => `${VALID}# ${'x'.repeat(990_000)}\n`],
]

/** As many problems as fit into the limits: finding and telling them must not grow with the square. */
const PROBLEMS: readonly (readonly [string, () => string, string])[] = [
  ['unknown fields', () => VALID + many((index) => `x${index}: 1\n`, 300_000), 'unknown-field'],
  ['names twice', () => VALID + 'x: 1\n'.repeat(34_000), 'unknown-field'],
  [
    'expressions on one line',
    () => `${VALID}enabled_providers: [${'"{{",'.repeat(60_000)}]\n`,
    'bad-expression',
  ],
  ['bad merges', () => VALID + many((index) => `x${index}: {<<: 1}\n`, 200_000), 'unknown-field'],
  [
    'merges of unknown aliases',
    () => `${VALID}x: { <<: [${'*x,'.repeat(60_000)}] }\n`,
    'unknown-field',
  ],
  ['unknown escapes', () => `a: "${'\\z'.repeat(240_000)}"`, 'yaml-syntax'],
  ['brackets that only close', () => ']'.repeat(249_000), 'yaml-syntax'],
  ['texts after quoted texts', () => '- "x" y\n'.repeat(30_000), 'yaml-syntax'],
  ['empty names', () => ':\n'.repeat(60_000), 'bad-name'],
  [
    'names that tell of keys',
    () => `${VALID}x: "${'key: [{}, '.repeat(90_000)}"\n`,
    'unknown-field',
  ],
]

describe(`with ${HEAP} MB of heap`, () => {
  test.each(REFUSED)('%s are refused at their place', async (_, make, refused) => {
    expect(await plan(make())).toMatchObject({ status: 65, first: refused })
  })

  test.each(PROBLEMS)('very many problems are told: %s', async (_, make, code) => {
    expect(await plan(make())).toMatchObject({ status: 65, first: { code } })
  })

  test.each(READ)('%s are read', async (_, make) => {
    expect((await plan(make())).status).toBe(0)
  })
})
