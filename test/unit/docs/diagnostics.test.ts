import { readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { firstCells, readDocument, root } from './markdown.ts'

const document = readDocument('docs/diagnostics.md')

/** Where the editor has codes that never reach the user as they are, and doctor those of docs/doctor.md. */
const OTHERS = [path.join('core', 'jsonc'), path.join('core', 'doctor')]

/** Sources in which a code may stand. */
const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !OTHERS.some((folder) => file.startsWith(folder)))
  .map((file) => readDocument(path.join('src', file)))

/** The ways in which source gives a code to a diagnostic or a failure. */
const GIVEN = [
  /\bcode: '([a-z][a-z-]*)'/g,
  /\b(?:error|warning|report)\(\s*(?:build, )?'([a-z][a-z-]*)'/g,
  /\bcode:[^,;{}]*\? '([a-z][a-z-]*)'\s*:\s*'[a-z-]+'/g,
  /\bcode:[^,;{}]*\? '[a-z-]+'\s*:\s*'([a-z][a-z-]*)'/g,
]

/** The texts of a union type such as `type Kind = 'a' | 'b'`. */
function membersOf(file: string, type: string): readonly string[] {
  const declaration = new RegExp(
    String.raw`type ${type} =((?:\s*(?:/\*\*[^*]*\*/)?\s*\|?\s*'[a-z0-9-]+')+)`,
  ).exec(readDocument(file))
  return [...(declaration?.[1] ?? '').matchAll(/'([a-z0-9-]+)'/g)].map((match) => match[1] ?? '')
}

/** How a server refuses a key is at once the code of the failure. */
const refusals = membersOf('src/core/live/reception.ts', 'RefusalKind')

const given = new Set([
  ...sources.flatMap((text) =>
    GIVEN.flatMap((form) => [...text.matchAll(form)].map((match) => match[1] ?? '')),
  ),
  ...refusals,
])

/** The codes in a union of failures. */
function codesOf(file: string, type: string): readonly string[] {
  const form = new RegExp(String.raw`export type ${type} =((?:\s*\|\s*\{[^}]*\})+)`)
  const union = form.exec(readDocument(file))
  return [...(union?.[1] ?? '').matchAll(/code: '([a-z-]+)'/g)].map((match) => match[1] ?? '')
}

/** The first column of the tables below a heading, down to the next heading of its rank or above. */
function listedUnder(heading: string): readonly string[] {
  const start = document.indexOf(`\n${heading}\n`)
  const rank = heading.indexOf(' ')
  const rest = document.slice(start + heading.length + 1)
  const end = rest.search(new RegExp(`\n#{1,${rank}} `))
  const section = end < 0 ? rest : rest.slice(0, end)
  return firstCells(section).filter(
    (cell) => !['code', 'reason', 'situation', 'kind'].includes(cell),
  )
}

const reasons = listedUnder('### Reasons of `file-refused`')
const startReasons = listedUnder('### Reasons of `not-started`')
const situations = listedUnder('### Situations of `keychain-refused`')
const diagnostics = [
  ...listedUnder('## Diagnostics of the manifest and of presets'),
  ...listedUnder("## Diagnostics of OpenCode's files"),
]
const details = new Set([...reasons, ...startReasons, ...situations])
const failures = listedUnder('## Failures').filter((code) => !details.has(code))

describe('docs/diagnostics.md', () => {
  test('has every code that the program gives, and no other', () => {
    expect([...new Set([...diagnostics, ...failures])].toSorted()).toEqual([...given].toSorted())
  })

  test('has every failure, and diagnostics apart from them', () => {
    const codes = [
      ...codesOf('src/errors.ts', 'Failure'),
      ...codesOf('src/import-words.ts', 'ImportFailure'),
      ...codesOf('src/rotate-words.ts', 'RotateFailure'),
      ...refusals,
    ]
    expect(failures.toSorted()).toEqual(codes.toSorted())
  })

  test.each([
    { listed: reasons, file: 'src/errors.ts', type: 'FileRefusal' },
    { listed: startReasons, file: 'src/system/system.ts', type: 'RunRefusal' },
    { listed: situations, file: 'src/system/system.ts', type: 'KeychainSituation' },
    { listed: listedUnder('## Decisions'), file: 'src/core/plan/plan.ts', type: 'DecisionKind' },
  ])('has every $type', ({ listed, file, type }) => {
    expect(membersOf(file, type)).not.toEqual([])
    expect(listed.toSorted()).toEqual(membersOf(file, type).toSorted())
  })
})
