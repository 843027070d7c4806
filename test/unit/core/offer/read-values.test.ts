import { describe, expect, test } from 'vitest'
import {
  modalitiesIn,
  perMillion,
  shownText,
  tokensOf,
} from '../../../../src/core/offer/read-values.ts'

describe('a price for one token', () => {
  test.each([
    ['0.0000006', 0.6],
    [0.0000006, 0.6],
    ['0.00000006', 0.06],
    [3e-6, 3],
    ['1.25e-06', 1.25],
    ['0.000000135', 0.135],
    ['0.0000008', 0.8],
    [2.75e-7, 0.275],
    ['.000001', 1],
    ['0', 0],
    [0, 0],
    ['0.01', 10_000],
  ])('%j is %d for a million, and no dust', (perToken, price) => {
    expect(perMillion(perToken)).toBe(price)
  })

  test.each([
    ['-1'],
    [-0.000001],
    ['0.02'],
    [1],
    ['free'],
    [''],
    ['NaN'],
    ['Infinity'],
    ['0x1'],
    ['1e999'],
    [null],
    [true],
    [undefined],
    [[]],
  ])('is not %j', (value) => {
    expect(perMillion(value)).toBeUndefined()
  })
})

describe('a number of tokens', () => {
  test.each([
    [8192, 8192],
    ['8192', 8192],
    [1, 1],
  ])('is %j', (value, tokens) => {
    expect(tokensOf(value)).toBe(tokens)
  })

  test.each([
    0,
    -1,
    4.5,
    '',
    '-5',
    '8k',
    '8192.0',
    2 ** 53,
    '99999999999999999999',
    null,
    true,
    {},
  ])('is not %j', (value) => {
    expect(tokensOf(value)).toBeUndefined()
  })
})

test('a text is shown unless something in it is not seen', () => {
  expect(shownText('Qwen 3 – größer')).toBe('Qwen 3 – größer')
  for (const text of ['', '  ', 'a\u001B[31m', 'a\nb', 'a\u202Eb', 'a\u200Bb', '\uD800', 1, null]) {
    expect(shownText(text)).toBeUndefined()
  }
})

test('modalities come in one order, and a file is a PDF', () => {
  expect(modalitiesIn(['file', 'Image', 'text', 'smell', 'text'])).toEqual(['text', 'image', 'pdf'])
  expect(modalitiesIn([])).toBeUndefined()
  expect(modalitiesIn(undefined)).toBeUndefined()
})
