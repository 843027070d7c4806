import { describe, expect, test } from 'vitest'
import type { Failed, Found, Passed, Skipped } from '../../src/core/live/rung.ts'
import { describeRung } from '../../src/ladder-words.ts'

const climbed = {
  provider: 'gw',
  npm: undefined,
  baseURL: 'https://gw.example/v1',
  wayToKey: 'store one with `opgen key set gw`',
  unreadable: undefined,
  flag: undefined,
  hasExtraAuthorities: false,
}

function words(found: Found, more: object = {}): ReturnType<typeof describeRung> {
  return describeRung({ step: 'http', ms: 1, found }, { ...climbed, ...more })
}

const REFUSAL = { kind: 'rate-limited', status: 429 } as const

const passed: readonly Passed[] = [
  { state: 'ok', what: 'named', host: 'gw.example' },
  { state: 'ok', what: 'connected', to: 'gw.example:443', proxy: undefined },
  { state: 'ok', what: 'connected', to: 'gw.example:443', proxy: 'http://proxy.example:3128' },
  { state: 'ok', what: 'encrypted', issuer: undefined, proxy: undefined },
  { state: 'ok', what: 'encrypted', issuer: 'a CA', proxy: 'http://proxy.example:3128' },
  { state: 'ok', what: 'answered', status: 200 },
  { state: 'ok', what: 'key-accepted' },
  { state: 'ok', what: 'any-key' },
  { state: 'ok', what: 'placeholder-taken' },
  { state: 'ok', what: 'no-key-wanted' },
  { state: 'ok', what: 'key-unproved', refusal: REFUSAL },
  { state: 'ok', what: 'key-unproved', refusal: { kind: 'not-reached', fault: 'cut-off' } },
  { state: 'ok', what: 'all-offered', count: 1 },
  { state: 'ok', what: 'all-offered', count: 2 },
  { state: 'ok', what: 'endpoint-there', path: '/messages' },
  { state: 'ok', what: 'completed', model: 'm', firstToken: undefined },
  { state: 'ok', what: 'completed', model: 'm', firstToken: 41.6 },
]

const skipped: readonly Skipped[] = [
  { state: 'skipped', what: 'numeric-host', host: '127.0.0.1' },
  { state: 'skipped', what: 'proxy-looks-up', host: 'gw.example' },
  ...(['adapter', 'address', 'filled-in', 'header'] as const).map((why) => {
    return { state: 'skipped', what: 'not-asked', why } as const
  }),
  ...(
    [
      'external',
      'no-list-for-key',
      'no-list',
      'list-not-whole',
      'deployments',
      'none-declared',
      'other-protocol',
      'no-model',
    ] as const
  ).map((what) => ({ state: 'skipped', what }) as const),
]

const address = { state: 'failed', what: 'wrong-address', status: 404, isWebPage: false } as const
const endpoint = { state: 'failed', what: 'no-endpoint', path: '/responses', status: 404 } as const
const failed: readonly Failed[] = [
  { state: 'failed', what: 'refused', refusal: REFUSAL },
  { state: 'failed', what: 'refused', refusal: { kind: 'server-fault', status: 500 } },
  { state: 'failed', what: 'refused', refusal: { kind: 'key-rejected', status: 401 } },
  { state: 'failed', what: 'key-wanted' },
  { state: 'failed', what: 'placeholder-refused' },
  { state: 'failed', what: 'key-missing' },
  { state: 'failed', what: 'key-unreadable' },
  { state: 'failed', what: 'key-undecided' },
  { ...address, better: undefined },
  { ...address, isWebPage: true, better: 'https://gw.example/v1' },
  { state: 'failed', what: 'not-offered', missing: 1, count: 1 },
  { state: 'failed', what: 'not-offered', missing: 1, count: 2 },
  { state: 'failed', what: 'not-offered', missing: 2, count: 2 },
  { ...endpoint, fitting: [] },
  { ...endpoint, path: '/messages', fitting: ['@ai-sdk/openai'] },
  ...(['model-refused', 'request-refused', 'error-told', 'no-completion'] as const).map((what) => {
    return { state: 'failed', what, model: 'm', status: 200 } as const
  }),
]

describe('what a step of a ladder found', () => {
  test('is told in the voice of all messages, each in words of its own', () => {
    const told = [...passed, ...skipped, ...failed].map((found) => words(found))
    for (const { detail, hint = 'none' } of told) {
      expect(detail).toMatch(/^(?:[a-z"$/]|Azure|\d).*[^.;, ]$/)
      expect(hint).toMatch(/^[a-z"$`].*[^.;, ]$/)
    }
    expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(told.length)
  })

  test('has a hint where it failed, and only there', () => {
    for (const found of failed) expect(words(found)).toHaveProperty('hint')
    for (const found of [...passed, ...skipped]) expect(words(found)).not.toHaveProperty('hint')
  })

  test('names all who had a part in the certificate', () => {
    const found = {
      state: 'ok',
      what: 'encrypted',
      issuer: 'Some\nCA',
      proxy: 'http://proxy.example:3128',
    } as const
    expect(words(found, { hasExtraAuthorities: true })).toEqual({
      detail:
        'signed by Some\uFFFDCA, through the proxy http://proxy.example:3128, $NODE_EXTRA_CA_CERTS is trusted, too',
    })
  })

  test('proposes the address where the models are listed', () => {
    expect(words({ ...address, better: 'https://gw.example' })).toMatchObject({
      hint: 'its models are listed elsewhere: write `baseURL: https://gw.example`',
    })
  })

  test('proposes the adapters that fit', () => {
    const fitting = ['@ai-sdk/openai-compatible', '@ai-sdk/anthropic']
    expect(words({ ...endpoint, fitting })).toMatchObject({
      hint: 'it speaks another protocol: write `npm: "@ai-sdk/openai-compatible"` or `npm: "@ai-sdk/anthropic"`',
    })
  })

  test('names the flag of the decision', () => {
    const undecided = { state: 'failed', what: 'key-undecided' } as const
    expect(words(undecided, { flag: '--trust-origin gw' })).toMatchObject({
      hint: 'run `opgen key trust gw`, or add `--trust-origin gw`',
    })
    expect(words(undecided, { flag: '--trust-commands' })).toMatchObject({
      hint: 'add `--trust-commands`',
    })
  })

  test('tells why a key cannot be read', () => {
    const unreadable = { message: 'the keychain is locked', hint: 'unlock it' }
    const found = { state: 'failed', what: 'key-unreadable' } as const
    expect(words(found, { unreadable })).toEqual({
      detail: 'the keychain is locked',
      hint: 'unlock it',
    })
  })
})
