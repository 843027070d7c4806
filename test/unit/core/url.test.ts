import { describe, expect, test } from 'vitest'
import {
  classifyHost,
  hasToken,
  isPlainHttp,
  originOf,
  sameUrl,
  withoutTrailingSlashes,
} from '../../../src/core/url.ts'

describe('classifyHost', () => {
  test.each([
    ['http://localhost:11434/v1', 'loopback'],
    ['http://LOCALHOST/v1', 'loopback'],
    ['http://api.localhost', 'loopback'],
    ['http://localhost./v1', 'loopback'],
    ['http://127.0.0.1:8080', 'loopback'],
    ['http://127.1', 'loopback'],
    ['http://0x7f000001', 'loopback'],
    ['http://[::1]:8080/v1', 'loopback'],
    ['http://[::ffff:127.0.0.1]', 'loopback'],
    ['http://10.0.0.5:11434/v1', 'private'],
    ['http://172.16.0.1', 'private'],
    ['http://172.31.255.255', 'private'],
    ['http://192.168.1.10', 'private'],
    ['http://169.254.1.1', 'private'],
    ['http://100.64.0.1', 'private'],
    ['http://0.0.0.0:8000', 'private'],
    ['http://[fd00::1]', 'private'],
    ['http://[fc12:3456::1]', 'private'],
    ['http://[fe80::1]', 'private'],
    ['http://[::ffff:10.0.0.1]', 'private'],
    ['http://[::]', 'private'],
    ['http://nas/v1', 'private'],
    ['http://nas.local', 'private'],
    ['http://nas.lan', 'private'],
    ['http://llm.corp.internal', 'private'],
    ['http://nas.home.arpa', 'private'],
    ['http://nas.home', 'private'],
    ['http://llm.intra.corp', 'private'],
    ['http://nas.localdomain', 'private'],
    ['http://home.example', 'public'],
    ['http://nas:8080/${PATH}', 'private'],
    ['http://172.32.0.1', 'public'],
    ['http://100.128.0.1', 'public'],
    ['http://8.8.8.8', 'public'],
    ['http://[2001:db8::1]', 'public'],
    ['http://[fcc::1]', 'public'],
    ['http://api.example.com', 'public'],
    ['http://localhost.example.com', 'public'],
    ['http://notlocal', 'private'],
    ['http://my-local.example', 'public'],
    ['http://{env:HOST}/v1', 'public'],
    ['http://${HOST}/v1', 'public'],
    ['http://{env:HOST}.local/v1', 'public'],
    ['{env:BASE}/v1', 'public'],
    ['no url', 'public'],
  ])('%s is %s', (url, expected) => {
    expect(classifyHost(url)).toBe(expected)
  })
})

describe('originOf', () => {
  test.each([
    ['https://API.example.com:443/v1', 'https://api.example.com'],
    ['http://localhost:11434/v1/', 'http://localhost:11434'],
    ['https://${REGION}.example.com/v1', 'https://${REGION}.example.com/v1'],
    ['{env:BASE}/v1', '{env:BASE}/v1'],
    ['file:///opt/adapter.js', 'file:///opt/adapter.js'],
    ['nonsense', 'nonsense'],
  ])('of %s is %s', (url, expected) => {
    expect(originOf(url)).toBe(expected)
  })
})

test('slashes at the end make no difference', () => {
  expect(withoutTrailingSlashes('https://a.example/v1///')).toBe('https://a.example/v1')
  expect(withoutTrailingSlashes('/')).toBe('')
  expect(sameUrl('https://a.example/v1/', 'https://a.example/v1')).toBe(true)
  expect(sameUrl('https://a.example/v1', 'https://a.example/v2')).toBe(false)
})

test('cutting many slashes takes linear time', () => {
  expect(withoutTrailingSlashes(`a${'/'.repeat(1_000_000)}`)).toBe('a')
})

test('plain http is told by the scheme alone', () => {
  expect(isPlainHttp('HTTP://a.example')).toBe(true)
  expect(isPlainHttp('https://a.example')).toBe(false)
  expect(isPlainHttp('{env:BASE}')).toBe(false)
})

test('parts that OpenCode fills in are recognised', () => {
  expect(hasToken('https://{env:HOST}/v1')).toBe(true)
  expect(hasToken('{file:~/url}')).toBe(true)
  expect(hasToken('https://${HOST}/v1')).toBe(true)
  expect(hasToken('https://a.example/{id}')).toBe(false)
})
