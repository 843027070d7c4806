import { describe, expect, test } from 'vitest'
import type { HttpFault } from '../../src/core/http.ts'
import type { Refusal } from '../../src/core/live/reception.ts'
import { describeFailure } from '../../src/errors.ts'
import type { Failure } from '../../src/errors.ts'

/** One of each: the compiler asks for a new one. */
const STATUSES: Readonly<Record<Exclude<Refusal['kind'], 'redirected' | 'not-reached'>, number>> = {
  'key-rejected': 401,
  'key-forbidden': 403,
  'no-credit': 402,
  'rate-limited': 429,
  'no-model-list': 404,
  'server-fault': 503,
  'web-page': 200,
  'odd-answer': 418,
  'any-key': 200,
}

const FAULTS: Readonly<Record<HttpFault, true>> = {
  'no-host': true,
  'no-names': true,
  refused: true,
  unreachable: true,
  'no-connection': true,
  'no-answer': true,
  'certificate-untrusted': true,
  'certificate-expired': true,
  'certificate-name': true,
  'no-tls': true,
  'cut-off': true,
  'not-http': true,
  'too-large': true,
  'not-sent': true,
  'proxy-unusable': true,
  'proxy-refused': true,
  'proxy-denied': true,
  unknown: true,
}

function isStatusKind(kind: string): kind is keyof typeof STATUSES {
  return kind in STATUSES
}

function isFault(name: string): name is HttpFault {
  return name in FAULTS
}

const refusals: readonly Refusal[] = [
  ...Object.keys(STATUSES)
    .filter(isStatusKind)
    .map((kind) => ({ kind, status: STATUSES[kind] })),
  { kind: 'redirected', status: 307, to: 'https://other.example' },
  { kind: 'redirected', status: 307, to: 'https://gw.example' },
  { kind: 'redirected', status: 307, to: '' },
  ...Object.keys(FAULTS)
    .filter(isFault)
    .map((fault) => ({ kind: 'not-reached' as const, fault })),
]

const cause = { message: 'no space left', hint: 'free some' }
const failures: readonly Failure[] = [
  ...refusals.map((reception) => ({
    code: reception.kind,
    rotating: 'gw',
    origin: 'https://gw.example',
    reception,
  })),
  { code: 'same-key', rotating: 'gw' },
  { code: 'not-here', provider: 'gw' },
  ...['env:GW', 'env:OPGEN_KEY_GW', 'none', 'external', 'keychain:other/gw', 'env:A, env:B'].map(
    (source) => ({ code: 'key-elsewhere' as const, rotating: 'gw', source }),
  ),
  ...(['adapter', 'address', 'filled-in', 'header'] as const).flatMap((why) =>
    [undefined, 'some-sdk'].map((npm) => ({
      code: 'no-live-check' as const,
      rotating: 'gw',
      npm,
      why,
    })),
  ),
  ...(['as-before', 'of-others', 'unknown'] as const).map((entry) => ({
    code: 'not-rotated' as const,
    rotating: 'gw',
    cause,
    entry,
  })),
]

describe('why a key was not rotated', () => {
  test('is told in the voice of all messages, and each in words of its own', () => {
    const told = failures.map((failure) => describeFailure(failure))
    for (const { message, hint } of told) {
      for (const text of [message, hint]) expect(text).toMatch(/^(?:[a-z"$`]|OpenCode).*[^.;, ]$/)
    }
    // What the catalogue alone knows does not depend on the adapter.
    const same = failures.filter(({ code }) => code === 'no-live-check').length - 5
    expect(new Set(told.map(({ message }) => message)).size).toBe(failures.length - same)
  })

  test('always says what stays as it is', () => {
    const hints = refusals.map((reception) => {
      const origin = 'https://gw.example'
      return describeFailure({ code: reception.kind, rotating: 'gw', origin, reception }).hint
    })
    for (const hint of hints) expect(hint).toMatch(/^nothing was stored; /)
  })

  test('says what failed, and how to go on from there', () => {
    expect(
      describeFailure({ code: 'not-rotated', rotating: 'gw', cause, entry: 'as-before' }),
    ).toEqual({
      message: 'no space left; the keychain is as before',
      hint: 'free some; then `opgen key rotate gw`',
    })
    const again = { ...cause, hint: 'free some, then run it again' }
    expect(
      describeFailure({ code: 'not-rotated', rotating: 'gw', cause: again, entry: 'as-before' }),
    ).toMatchObject({ hint: 'free some, then run it again: `opgen key rotate gw`' })
  })
})
