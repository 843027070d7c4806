import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../../src/core/redact.ts'

const KEY = 'test-key-"\\/+%~ü?>haimaker'

function redacted(text: string, ...learnt: readonly string[]): string {
  const { learn, redact } = createRedactor()
  learnt.forEach(learn)
  return redact(text)
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64').replace(/=+$/, '')
}

/** The promised forms, made without a look at the program. */
const FORMS: Readonly<Record<string, (key: string) => string>> = {
  itself: (key) => key,
  'the host of a URL': (key) => key.toLowerCase(),
  JSON: (key) => JSON.stringify(key).slice(1, -1),
  'JSON in JSON': (key) => JSON.stringify(JSON.stringify(key)).slice(3, -3),
  base64,
  'base64 for URLs': (key) => base64(key).replaceAll('+', '-').replaceAll('/', '_'),
  'a part of a URL': encodeURIComponent,
  'a query': (key) => new URLSearchParams([['', key]]).toString().slice(1),
  'a URL': encodeURI,
}

describe('a redactor', () => {
  test.each(Object.entries(FORMS))('masks a key as %s writes it', (_, form) => {
    expect(redacted(`before ${form(KEY)} after`, KEY)).toBe('before *** after')
    expect(redacted(`${form(KEY)}${form(KEY)}`, KEY)).toBe('***')
  })

  test('leaves the padding of base64, which tells nothing', () => {
    expect(redacted(Buffer.from('test-key-a').toString('base64'), 'test-key-a')).toBe('***==')
  })

  test('masks escapes in lower case too', () => {
    expect(redacted('?k=test-key%2fx%3d', 'test-key/x=')).toBe('?k=***')
  })

  test.each([
    ['one within the other', 'a test-key-one-more b', ['test-key-one', 'test-key-one-more']],
    ['two that overlap', 'a test-key-one-two b', ['test-key-one', 'key-one-two']],
    ['two that touch', 'a test-key-onetest-key-two b', ['test-key-one', 'test-key-two']],
    ['one that overlaps itself', 'a ababababababab b', ['abababab']],
    ['one that the mask of another makes', 'a left:test-key-one:right b', ['left:***:right', KEY]],
  ])('leaves nothing of %s', (_, text, keys) => {
    expect(redacted(text, ...keys, 'test-key-one')).toBe('a *** b')
  })

  test.each([
    ['white space around it', ' test-key-haimaker\n'],
    ['the word Bearer', 'Bearer test-key-haimaker'],
    ['a comment behind it', 'test-key-haimaker # mine'],
    ['another line', 'test-key-haimaker\r\ntest-key-other'],
    ['a control character', '\u0007test-key-haimaker\u0000'],
  ])('knows a key that was given with %s', (_, given) => {
    expect(redacted('no test-key-haimaker here', given)).toBe('no *** here')
  })

  test('does not look for the words of a text that is no key', () => {
    const text =
      'nothing that somebody pipes into a program by mistake makes all of its output stars'
    expect(redacted('by mistake, somebody', `${text}, however long it is`)).toContain('somebody')
  })

  test('does not look for what is shorter than 8 characters, nor for nothing', () => {
    expect(redacted('keyless: 7 chars', '', ' ', 'keyless', '7 chars')).toBe('keyless: 7 chars')
  })

  test('takes any text for a key, however it is encoded', () => {
    expect(redacted('<\uD800lone-half>', '\uD800lone-half')).toBe('<***>')
  })
})

const RUNS = { numRuns: 300 * Number(process.env['OPGEN_FUZZ'] ?? 1) }

/** Keys that have much in common with each other, and with the mask. */
const few = fc.constantFrom('a', 'b', '*', '"', '\\', '%')
const key = fc.oneof(
  fc.string({ unit: few, minLength: 8, maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom(...Array.from('!#$&+/=?A_b7-~*')),
    minLength: 8,
    maxLength: 60,
  }),
)

describe('for any keys and any text', () => {
  test('no key is left, in any form', () => {
    const form = fc.constantFrom(...Object.values(FORMS))
    const piece = fc.oneof(
      fc.string({ maxLength: 5 }),
      fc.string({ unit: few, maxLength: 5 }),
      fc.tuple(fc.nat(), form),
      fc.tuple(fc.nat(), form, fc.nat(12), fc.nat(12)),
    )
    const world = fc.tuple(
      fc.array(key, { minLength: 1, maxLength: 4 }),
      fc.array(piece, { maxLength: 12 }),
    )
    fc.assert(
      fc.property(world, ([keys, pieces]) => {
        const text = pieces
          .map((each) => {
            if (typeof each === 'string') return each
            const [which, write, start = 0, end = 0] = each
            const written = write(keys[which % keys.length] ?? '')
            // Parts of keys beside each other may make up a whole one.
            return written.slice(start, written.length - end)
          })
          .join('')
        const shown = redacted(text, ...keys)
        const left = keys.flatMap((each) =>
          Object.values(FORMS).flatMap((write) => {
            return shown.includes(write(each)) ? [write(each)] : []
          }),
        )
        expect(left).toEqual([])
      }),
      RUNS,
    )
  })

  test('a text without one stays as it is', () => {
    const other = fc.string({ unit: fc.constantFrom('c', 'd', '\n') })
    fc.assert(
      fc.property(fc.array(key), other, (keys, text) => {
        expect(redacted(text, ...keys)).toBe(text)
      }),
      RUNS,
    )
  })
})
