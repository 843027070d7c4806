import { describe, expect, test } from 'vitest'
import { removesEntries, renderTarget, writingEdits } from '../../../src/app/render-target.ts'
import { parseJsonDocument } from '../../../src/core/jsonc/parse.ts'
import type { Syntax } from '../../../src/core/jsonc/parse.ts'
import type { JsonFile } from '../../../src/core/plan/actual.ts'
import type { FilePlan, PlannedEdit } from '../../../src/core/plan/plan.ts'
import { Secret } from '../../../src/core/secret.ts'
import { emptyFile } from '../../../src/core/state/recorded.ts'
import { InvalidInput } from '../../../src/errors.ts'

const KEY = 'test-key-gw'
const facts = { recorded: undefined, secrets: new Map([['gw', new Secret(KEY)]]) }

function file(
  target: JsonFile['target'],
  text: string | undefined,
  syntax: Syntax = 'jsonc',
): JsonFile {
  const parsed = text === undefined ? undefined : parseJsonDocument(text, syntax)
  if (parsed?.ok === false) throw new Error('the test file does not parse')
  return { target, path: `/${target}.json`, syntax, document: parsed?.document }
}

const setKey: PlannedEdit = {
  op: 'set-key',
  path: ['gw', 'key'],
  provider: 'gw',
  fingerprint: '0123456789ab',
}
const setName: PlannedEdit = { op: 'set', path: ['provider', 'gw', 'name'], value: 'Gw' }

function plan(edits: readonly PlannedEdit[]): FilePlan {
  return { target: 'auth', path: '/auth.json', action: 'edit', edits }
}

describe('a target', () => {
  test('that is new ends as OpenCode ends it', () => {
    expect(renderTarget(file('auth', undefined, 'strict'), [setKey], facts).text).toBe(
      `{\n  "gw": {\n    "key": "${KEY}"\n  }\n}`,
    )
    expect(renderTarget(file('config', undefined), [setName], facts).text).toBe(
      '{\n  "provider": {\n    "gw": {\n      "name": "Gw"\n    }\n  }\n}\n',
    )
  })

  test.each(['{}', '{}\n', '{\r\n}\r\n', '\uFEFF{}\n// end\n'])(
    'that is there keeps its ending and its beginning: %j',
    (text) => {
      const rendered = renderTarget(file('config', text), [setName], facts).text
      expect(rendered.slice(0, text.indexOf('{') + 1)).toBe(text.slice(0, text.indexOf('{') + 1))
      expect(rendered.slice(rendered.lastIndexOf('}'))).toBe(text.slice(text.lastIndexOf('}')))
    },
  )

  test('without edits is the same text', () => {
    const text = '{ "a": 1, /* b */ }'
    expect(renderTarget(file('config', text), [], facts).text).toBe(text)
  })

  test('remembers what stood in an empty container, and puts it back', () => {
    const before = '{ "provider": { } }'
    const { text, opened } = renderTarget(file('config', before), [setName], facts)
    expect([...opened]).toEqual([['/provider', ' ']])
    const recorded = { ...emptyFile, manifest: '/m', opened: Object.fromEntries(opened) }
    const remove: PlannedEdit = { op: 'delete', path: ['provider', 'gw'] }
    const back = renderTarget(file('config', text), [remove], { ...facts, recorded })
    expect(back.text).toBe(before)
  })

  test('escapes a key like any other text', () => {
    const odd = { ...facts, secrets: new Map([['gw', new Secret('a"b\\c')]]) }
    const { text } = renderTarget(file('auth', '{}', 'strict'), [setKey], odd)
    expect(JSON.parse(text)).toEqual({ gw: { key: 'a"b\\c' } })
  })

  test('with the same member twice on the way is refused, at its place', () => {
    const twice = file('config', '{\n  "provider": {},\n  "provider": {}\n}')
    const attempt = (): unknown => renderTarget(twice, [setName], facts)
    const source = { file: '/config.json', line: 3, column: 3 }
    const code = 'target-duplicate-key'
    expect(attempt).toThrow(InvalidInput)
    expect(attempt).toThrow(
      expect.objectContaining({ diagnostics: [expect.objectContaining({ code, source })] }),
    )
  })

  test('whose key is not at hand is a bug, not a file without a key', () => {
    const none = { ...facts, secrets: new Map<string, Secret>() }
    expect(() => renderTarget(file('auth', '{}', 'strict'), [setKey], none)).toThrow(
      'no key at hand for "gw"',
    )
  })
})

describe('of a file that gains and loses entries', () => {
  const removeOther: PlannedEdit = { op: 'delete', path: ['old'] }
  const removeOwn: PlannedEdit = { op: 'delete', path: ['gw', 'refresh'] }
  const removeAlike: PlannedEdit = { op: 'delete', path: ['gw2', 'key'] }

  test('the first write has what is written, and what has to go for it', () => {
    expect(writingEdits(plan([removeOther, removeOwn, setKey]))).toEqual([removeOwn, setKey])
    expect(writingEdits(plan([removeAlike, setKey]))).toEqual([setKey])
  })

  test.each([
    ['only gains', [setKey], false],
    ['replaces an entry as a whole', [removeOwn, setKey], false],
    ['only loses', [removeOther], true],
    ['does both', [removeOther, setKey], true],
    ['loses an entry whose id begins alike', [removeAlike, setKey], true],
    ['loses an element', [{ op: 'remove-element', path: ['x'], value: 'a' } as const], true],
  ])('a second write is needed or not when it %s', (_, edits, expected) => {
    expect(removesEntries(plan(edits))).toBe(expected)
  })
})
