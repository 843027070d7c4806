import { describe, expect, test } from 'vitest'
import { toPointer } from '../../../../src/core/json.ts'
import type { JsonValue, Path } from '../../../../src/core/json.ts'
import { parseJsonDocument } from '../../../../src/core/jsonc/parse.ts'
import { settleInterrupted } from '../../../../src/core/plan/settle-interrupted.ts'
import { judgeUnwanted, judgeWanted } from '../../../../src/core/plan/verdict.ts'
import { emptyFile, emptyState } from '../../../../src/core/state/recorded.ts'
import type {
  OwnedValue,
  RecordedFile,
  RecordedValue,
} from '../../../../src/core/state/recorded.ts'

const NAME = ['provider', 'gw', 'name']

const is = (value: JsonValue): RecordedValue => ({ json: value })
const keyIs = (fingerprint: string): RecordedValue => ({ fingerprint })

function owned(origin: OwnedValue['origin'], value: RecordedValue): OwnedValue {
  return { unit: 'gw', origin, value, before: null }
}
const wrote = (value: JsonValue): OwnedValue => owned('written', is(value))
const adopted = (value: JsonValue): OwnedValue => owned('adopted', is(value))
const kept = (value: JsonValue): OwnedValue => owned('kept', is(value))

/** A sentence, what stands there, what is recorded, and what follows. */
type Case = readonly [string, RecordedValue | undefined, OwnedValue | undefined, string]

/** The same with what is wanted. */
type WantedCase = readonly [
  string,
  RecordedValue,
  RecordedValue | undefined,
  OwnedValue | undefined,
  string,
]

describe('a wanted value', () => {
  test.each<Case>([
    ['is written where nothing is', undefined, undefined, 'write'],
    ['is written again where it is gone', undefined, wrote('New'), 'write'],
    ['is adopted where it stands already', is('New'), undefined, 'adopt'],
    ["is in conflict with somebody else's", is('Theirs'), undefined, 'conflict'],
    ['is in conflict with null, which is not nothing', is(null), undefined, 'conflict'],
    ['stays where opgen wrote it', is('New'), wrote('New'), 'same'],
    ['stays where opgen adopted it', is('New'), adopted('New'), 'same'],
    ['takes the place of one that opgen wrote', is('Old'), wrote('Old'), 'update'],
    ['takes the place of one that opgen adopted', is('Old'), adopted('Old'), 'update'],
    ['is drift where it was changed', is('Theirs'), wrote('New'), 'drift'],
    ['is drift where it was adopted, then changed', is('Theirs'), adopted('New'), 'drift'],
    ['is drift where manifest and file both changed', is('Theirs'), wrote('Old'), 'drift'],
    ['is no drift where both changed to the same', is('New'), wrote('Old'), 'same'],
  ])('%s', (_, actual, recorded, verdict) => {
    expect(judgeWanted(NAME, is('New'), actual, recorded)).toBe(verdict)
  })
})

describe('a value that nobody wants any more', () => {
  test.each<Case>([
    ['is deleted where opgen wrote it', is('Old'), wrote('Old'), 'delete'],
    ['is deleted where opgen adopted it', is('Old'), adopted('Old'), 'delete'],
    ['is drift where somebody changed it', is('Theirs'), wrote('Old'), 'drift'],
    ['is forgotten where it is gone already', undefined, wrote('Old'), 'forget'],
    ['stays where opgen never wrote it', is('Theirs'), undefined, 'forget'],
    ['stays where the user kept it', is('Theirs'), kept('New'), 'forget'],
    ['stays where the user put what was declined before', is('New'), kept('New'), 'forget'],
  ])('%s', (_, actual, recorded, verdict) => {
    expect(judgeUnwanted(NAME, actual, recorded)).toBe(verdict)
  })
})

describe('a value that the user chose to keep', () => {
  const declined = kept('New')

  test.each<WantedCase>([
    ['is left while the same is wanted', is('New'), is('Theirs'), declined, 'left'],
    ['is left however the user changes it', is('New'), is('Theirs again'), declined, 'left'],
    ['is written once the user takes it away', is('New'), undefined, declined, 'write'],
    [
      'is a conflict once something else is wanted',
      is('Newer'),
      is('Theirs'),
      declined,
      'conflict',
    ],
    ['is adopted once just that is wanted', is('Theirs'), is('Theirs'), declined, 'adopt'],
  ])('%s', (_, wanted, actual, recorded, verdict) => {
    expect(judgeWanted(NAME, wanted, actual, recorded)).toBe(verdict)
  })
})

/** What was recorded before an interrupted apply, and what it meant to record. */
type Owners = readonly [OwnedValue | undefined, OwnedValue]

/** The owner of the name once the interrupted apply is settled against what stands there. */
function settled(
  actual: RecordedValue | undefined,
  [recorded, intended]: Owners,
): OwnedValue | undefined {
  const name = actual !== undefined && 'json' in actual ? { name: actual.json } : {}
  const text = JSON.stringify({ provider: { gw: name } })
  const parsed = parseJsonDocument(text, 'jsonc')
  if (!parsed.ok) throw new Error('the test file does not parse')
  const config = {
    target: 'config',
    path: '/c',
    syntax: 'jsonc',
    document: parsed.document,
  } as const
  const auth = { target: 'auth', path: '/a', syntax: 'strict', document: undefined } as const
  const pointer = toPointer(NAME)
  const holding = (value: OwnedValue): RecordedFile => ({
    ...emptyFile,
    manifest: '/m',
    values: { [pointer]: value },
  })
  const state = settleInterrupted(
    {
      ...emptyState,
      files: recorded === undefined ? {} : { '/c': holding(recorded) },
      intended: { '/c': holding(intended) },
    },
    { config: [config], auth, keyFiles: [], newConfig: '/c' },
    () => '',
  )
  return state.files['/c']?.values[pointer]
}

test('after a crash it is known what kind of file each is', () => {
  const auth = { target: 'auth', path: '/a', syntax: 'strict', document: undefined } as const
  const intended = { '/a': { ...emptyFile, target: 'auth', manifest: '/m' } } as const
  const actual = { config: [], auth, keyFiles: [], newConfig: '/c' }
  const { files } = settleInterrupted({ ...emptyState, intended }, actual, () => '')
  expect(files['/a']?.target).toBe('auth')
})

describe('after a crash', () => {
  const both: Owners = [wrote('Old'), wrote('Meant')]

  test.each<readonly [string, RecordedValue, RecordedValue, Owners, string]>([
    ['the recorded value gives way', is('New'), is('Old'), both, 'update'],
    ['the intended value gives way', is('New'), is('Meant'), both, 'update'],
    ['the intended value stays when it is wanted', is('Meant'), is('Meant'), both, 'same'],
    ['the first value ever stays', is('Meant'), is('Meant'), [undefined, wrote('Meant')], 'same'],
    ['any other value is drift', is('New'), is('Theirs'), both, 'drift'],
    ['what was about to be kept is left', is('New'), is('x'), [wrote('New'), kept('New')], 'left'],
  ])('%s', (_, wanted, actual, owners, verdict) => {
    expect(judgeWanted(NAME, wanted, actual, settled(actual, owners))).toBe(verdict)
  })

  test.each<readonly [string, RecordedValue | undefined, Owners, string]>([
    ['the recorded value is deleted', is('Old'), both, 'delete'],
    ['the intended value is deleted', is('Meant'), both, 'delete'],
    ['any other value is drift', is('Theirs'), both, 'drift'],
    ['nothing is left to do where nothing is', undefined, both, 'forget'],
  ])('and with nothing wanted any more, %s', (_, actual, owners, verdict) => {
    expect(judgeUnwanted(NAME, actual, settled(actual, owners))).toBe(verdict)
  })
})

describe('an object that is only wanted to be there', () => {
  const path: Path = ['provider', 'gw', 'models', 'm']

  test.each<Case>([
    ['stays, whatever others wrote into it', is({ name: 'Mine' }), wrote({}), 'same'],
    ['is adopted, whatever it holds', is({ name: 'Mine' }), undefined, 'adopt'],
    ['is in conflict with a list', is([]), undefined, 'conflict'],
    ['is in conflict with null', is(null), undefined, 'conflict'],
    ['is drift where it became a text', is('m'), wrote({}), 'drift'],
  ])('%s', (_, actual, recorded, verdict) => {
    expect(judgeWanted(path, is({}), actual, recorded)).toBe(verdict)
  })

  test("counts as opgen's own when it goes, whatever others wrote into it", () => {
    expect(judgeUnwanted(path, is({ name: 'Mine' }), wrote({}))).toBe('delete')
  })
})

describe('a base URL', () => {
  const path: Path = ['provider', 'gw', 'options', 'baseURL']
  const url = 'https://gw.example/v1'

  test.each<Case>([
    ['stays with slashes at its end', is(`${url}//`), wrote(url), 'same'],
    ['is adopted with a slash at its end', is(`${url}/`), undefined, 'adopt'],
    ['is in conflict with another path', is(`${url}/x`), undefined, 'conflict'],
  ])('%s', (_, actual, recorded, verdict) => {
    expect(judgeWanted(path, is(url), actual, recorded)).toBe(verdict)
  })

  test('that lost its slash is still deleted', () => {
    expect(judgeUnwanted(path, is(url), wrote(`${url}/`))).toBe('delete')
  })
})

describe('a key', () => {
  const path: Path = ['gw', 'key']
  const old = owned('written', keyIs('aa'))

  test.each<Case>([
    ['is adopted where it stands already', keyIs('bb'), undefined, 'adopt'],
    ['takes the place of the one that opgen wrote', keyIs('aa'), old, 'update'],
    ['does not take the place of one typed in since', keyIs('cc'), old, 'drift'],
    ['is in conflict with a login of somebody else', keyIs('cc'), undefined, 'conflict'],
    ['is in conflict with what is no text', is(null), undefined, 'conflict'],
    ['is in conflict with an object', is({}), undefined, 'conflict'],
  ])('%s', (_, actual, recorded, verdict) => {
    expect(judgeWanted(path, keyIs('bb'), actual, recorded)).toBe(verdict)
  })
})
