import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../../../src/core/diagnostic.ts'
import { hideValues } from '../../../../src/core/manifest/hide-values.ts'
import { quote } from '../../../../src/core/manifest/words.ts'

function said(message: string, values: readonly string[]): string | undefined {
  const diagnostic: Diagnostic = { code: 'c', severity: 'error', message, hint: message }
  const [hidden] = hideValues([diagnostic], values)
  expect(hidden?.hint).toBe(hidden?.message)
  return hidden?.message
}

describe('values of the environment', () => {
  test.each([
    ['hunter2', 'not "hunter2" but "x-hunter2-y"', 'not "***" but "x-***-y"'],
    ['a"b\\c', `not ${quote('a"b\\c')}`, 'not "***"'],
    ['(.*)', 'not "(.*)" but "anything"', 'not "***" but "anything"'],
    ['eu', 'the region "eu"', 'the region "eu"'],
    ['http', 'neither "http://a" nor http', 'neither "***://a" nor http'],
    ['password1', 'looked for password1', 'looked for ***'],
  ])('such as %s do not stand in messages', (value, message, expected) => {
    expect(said(message, [value])).toBe(expected)
  })

  test('do not stand there either when a message cuts them', () => {
    const value = 'one two three '.repeat(20)
    expect(said(`not ${quote(value)}, but "b"`, [value])).toBe('not "***…", but "b"')
  })

  test('with quotes in them are hidden to their end', () => {
    const value = '{"type":"service_account","private":"hunter2pass"}'
    expect(said(`not ${quote(value)}, but`, [value])).toBe('not "***", but')
  })

  test('that are cut after their beginning leave no beginning', () => {
    const shown = quote(`${'p'.repeat(46)}HelloSecretValueThatGoesOn`)
    expect(said(`not ${shown}`, ['HelloSecretValueThatGoesOn'])).toBe(`not "${'p'.repeat(46)}***…"`)
  })

  test('are hidden as a whole where one holds another', () => {
    expect(said('"abcdefgh"', ['abcd', 'abcdefgh'])).toBe('"***"')
  })
})
