import { expect, test } from 'vitest'
import { proxyFor } from '../../../src/core/proxy.ts'
import { PROXY, PROXY_CASES } from '../../support/proxy-cases.ts'

test.each(PROXY_CASES)('$url goes $goes with $env', ({ url, env, goes }) => {
  const chosen = proxyFor(new URL(url), env)
  const origin = typeof chosen === 'object' ? chosen.origin : chosen
  expect(origin).toBe({ through: PROXY, directly: undefined, nowhere: 'unusable' }[goes])
})

test.each([
  ['http://user:pass@proxy.example:3128', 'user:pass'],
  ['user:pass@proxy.example:3128', 'user:pass'],
  ['http://us%40er:p%3Aw@proxy.example:3128', 'us@er:p:w'],
  ['http://user:@proxy.example:3128', 'user:'],
  ['http://user:100%@proxy.example:3128', 'user:100%'],
])('a user in %s is told to the proxy alone', (value, credentials) => {
  const proxy = proxyFor(new URL('http://gw.example/'), { HTTP_PROXY: value })
  if (proxy === undefined || proxy === 'unusable') throw new Error('no proxy')
  const encoded = Buffer.from(credentials).toString('base64')
  expect(proxy.origin).toBe('http://proxy.example:3128')
  expect(proxy.authorization?.reveal()).toBe(`Basic ${encoded}`)
  expect(JSON.stringify(proxy)).not.toContain('user')
})

test('a proxy without a user is told of none', () => {
  const proxy = proxyFor(new URL('http://gw.example/'), { HTTP_PROXY: 'https://proxy.example' })
  expect(proxy).toEqual({ origin: 'https://proxy.example', authorization: undefined })
})
