import type { HttpAnswer, HttpRequest } from '../../src/core/http.ts'
import { answered } from './answering-server.ts'
import { HOME } from './memory-system.ts'
import type { MemoryWorld, WorldOptions } from './memory-system.ts'
import { worldWith } from './run-opgen.ts'

/* A world with one provider, `acme`, whose server says which models it has. */

export const LOCK = `${HOME}/dotfiles/providers.lock.json`
const CACHE = `${HOME}/.cache/opencode/models.json`
export const ACME_URL = 'https://acme.example/v1'

export const CATALOGUE = JSON.stringify({
  vendor: {
    api: 'https://vendor.example/v1',
    models: {
      b: {
        limit: { context: 64_000, output: 8000 },
        cost: { input: 1, output: 2 },
        reasoning: true,
      },
    },
  },
})

export interface Offered {
  readonly id: string
  readonly name?: string
  readonly context_length?: number
  readonly max_completion_tokens?: number
}

export function offeringManifest(models: string, more = ''): string {
  return `version: 1\n${more}providers:\n  acme:\n    baseURL: ${ACME_URL}\n    key: { env: ACME_KEY }\n    models: ${models}\n`
}

export function offeringWorld(
  models: string,
  offered: readonly Offered[] | ((request: HttpRequest) => HttpAnswer),
  options: WorldOptions = {},
): MemoryWorld {
  const answer = typeof offered === 'function' ? offered : () => answered(200, { data: offered })
  return worldWith(offeringManifest(models), {
    env: { ACME_KEY: 'test-key-acme' },
    ...options,
    files: { [CACHE]: CATALOGUE, ...options.files },
    answer,
  })
}

export const MODEL_A = { id: 'a', context_length: 128_000, max_completion_tokens: 16_000 }

/** The models that are locked. */
export function lockedModels(given: MemoryWorld, url = ACME_URL): unknown {
  return JSON.parse(given.read(LOCK) ?? '{}').providers?.acme?.[url]?.models
}
