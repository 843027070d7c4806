import { expect } from 'vitest'
import type { MemoryWorld, WorldOptions } from './memory-system.ts'
import { AUTH, CONFIG, keyFiles, opgen, worldWith } from './run-opgen.ts'

/* A world with one provider, `acme`, and what a person had in their files before. */

export function acmeManifest(fields: string, more = ''): string {
  return `version: 1
${more}providers:
  acme:
    baseURL: https://acme.example/v1
    ${fields}
`
}

export const ONE = acmeManifest('name: One\n    models: [a, b]')
export const TWO = acmeManifest('name: Two\n    models: [a, c]')

const ENV = { OPGEN_KEY_ACME: 'test-key-acme', OPGEN_KEY_OTHER: 'test-key-other' }
const OAUTH = '{"type":"oauth", "refresh":"test-key-r","access":"test-key-a" ,"expires":5}'
export const HAND_WRITTEN = `{
  // mine
  "theme": "dark",
  "enabled_providers": [],
  "provider": {
    "acme": { "name": "M\\u0069ne", "npm":"x", "options": "none", "models": { "m": { "cost": 1.0 } } },
  }, /* all */
}
`
export const HAND_WRITTEN_AUTH = `{\n    "acme": ${OAUTH},\n\t"x": {"type":"api","key":"test-key-x"}}`

export function acmeWorld(text: string, options: WorldOptions = {}): MemoryWorld {
  return worldWith(text, { env: ENV, ...options })
}

export async function succeeds(given: MemoryWorld, ...lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const { code, err } = await opgen(given, line)
    expect({ line, code, err: code === 0 ? '' : err }).toEqual({ line, code: 0, err: '' })
  }
}

export function targets(given: MemoryWorld): readonly unknown[] {
  return [given.read(CONFIG), given.read(AUTH), keyFiles(given)]
}
