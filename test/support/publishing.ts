import { HOME } from './memory-system.ts'
import type { MemoryWorld, WorldOptions } from './memory-system.ts'
import { worldWith } from './run-opgen.ts'

export const OUT = `${HOME}/dotfiles/public`
export const WELL_KNOWN = `${OUT}/.well-known/opencode`
export const MANAGED = `${OUT}/opencode.json`
export const wellKnown = 'publish --format well-known --out public'
export const managed = 'publish --format managed --out public'

/** A provider of the manifest, and what is published of it. */
export const corp = '{ baseURL: "https://llm.corp.example/v1", models: [m] }'

export function fleetManifest(providers = `  corp: ${corp}\n`, top = ''): string {
  return `version: 1\n${top}providers:\n${providers}`
}

/** With a key in the keychain, which is not to be asked. */
export function fleetWorld(text = fleetManifest(), options: WorldOptions = {}): MemoryWorld {
  return worldWith(text, { keychain: { 'opgen/corp': 'test-key-corp' }, ...options })
}

export const CORP = {
  npm: '@ai-sdk/openai-compatible',
  options: { baseURL: 'https://llm.corp.example/v1' },
  models: { m: {} },
}

export function configIn(given: MemoryWorld, file = MANAGED): unknown {
  return JSON.parse(given.read(file) ?? 'null')
}
