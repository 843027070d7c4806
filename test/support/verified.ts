import type { HttpAnswer, HttpRequest } from '../../src/core/http.ts'
import { A_LIST, answered, failed, sentHeaders } from './answering-server.ts'
import type { MemoryWorld, WorldOptions } from './memory-system.ts'
import { worldWith } from './run-opgen.ts'

/* Worlds whose providers are asked whether they work. */

export const GW = '  gw: { baseURL: "https://gw.example/v1", models: [m], key: { env: GW_KEY } }'
export const env = { GW_KEY: 'test-key-gw', LAB_KEY: 'test-key-lab' }

export function manifest(...providers: readonly string[]): string {
  return ['version: 1', 'providers:', ...providers, ''].join('\n')
}

/** Servers of which each lets the key of its name in; the others are not there. */
export function servers(request: HttpRequest): HttpAnswer {
  const { hostname } = new URL(request.url)
  if (!hostname.endsWith('.example')) return failed('no-host')
  const key = `test-key-${hostname.replace('.example', '')}`
  const isIn = sentHeaders(request)['authorization'] === `Bearer ${key}`
  if (!isIn) return answered(401)
  const { issuer, ...trace } = answered(200).trace
  const signed = { trace: { ...trace, issuer: issuer ?? "Let's \u001B[31mEncrypt" } }
  return request.method === 'GET' ? answered(200, A_LIST, signed) : answered(400)
}

/** The same servers behind a proxy. */
export function proxied(request: HttpRequest): HttpAnswer {
  const answer = servers(request)
  return { ...answer, trace: { ...answer.trace, proxy: 'http://proxy.example:3128' } }
}

export function world(providers: readonly string[], more: WorldOptions = {}): MemoryWorld {
  return worldWith(manifest(...providers), { env, answer: servers, ...more })
}
