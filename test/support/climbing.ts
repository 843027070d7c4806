import type { HttpAnswer, HttpRequest } from '../../src/core/http.ts'
import { climb } from '../../src/core/live/ladder.ts'
import type { Ladder, LadderKey } from '../../src/core/live/ground.ts'
import type { Found } from '../../src/core/live/rung.ts'
import { Secret } from '../../src/core/secret.ts'
import { resolveManifest } from './resolve-manifest.ts'

export const BASE = 'https://gw.example/v1'
export const KEY: LadderKey = { state: 'key', secret: new Secret('test-key-gw') }

export interface Climb {
  /** Fields of the provider `gw`, as YAML; its address is {@link BASE} and its model `m`. */
  readonly fields?: string
  readonly id?: string
  readonly key?: LadderKey
  readonly completes?: boolean
  readonly model?: string
}

/** A ladder that was climbed, with what each step found, and all that was sent. */
export interface ClimbedLadder extends Ladder {
  /** E.g. `http ok answered`. */
  readonly steps: readonly string[]
  readonly sent: readonly HttpRequest[]
  /** What the last step found. */
  readonly last: Found | undefined
}

/** Climb a ladder at a server that answers so. */
export function climbAt(
  server: (request: HttpRequest) => HttpAnswer,
  { fields = '', id = 'gw', key = KEY, completes = false, model }: Climb = {},
): ClimbedLadder {
  const given = [
    ...(fields.includes('baseURL') || fields.includes('preset') ? [] : [`baseURL: "${BASE}"`]),
    ...(fields.includes('models') ? [] : ['models: [m]']),
    fields,
  ]
  const text = `version: 1\nproviders:\n  ${id}: { key: keychain, ${given.join(', ')} }\n`
  const provider = resolveManifest(text, {}).wanted?.providers[0]
  if (provider === undefined) throw new Error('the manifest has errors')
  const climbing = climb({ provider, key, model, completes })
  const sent: HttpRequest[] = []
  let next = climbing.next()
  while (next.done !== true) {
    const { request, isAwaited } = next.value
    sent.push(request)
    const answer = server(request)
    const isThere = answer.state === 'answered' && isAwaited?.(answer.body) === true
    next = climbing.next({ answer, ms: 10, ...(isThere ? { awaitedMs: 5 } : {}) })
  }
  const { rungs } = next.value
  const steps = rungs.map(({ step, found }) => `${step} ${found.state} ${found.what}`)
  return { ...next.value, steps, sent, last: rungs.at(-1)?.found }
}

/** What is asked: method, path, and the body where there is one. */
export function askedFor(sent: readonly HttpRequest[]): readonly string[] {
  return sent.map(({ method, url, body }) => {
    const { pathname, search } = new URL(url)
    return [method, `${pathname}${search}`, ...(body === undefined ? [] : [body])].join(' ')
  })
}
