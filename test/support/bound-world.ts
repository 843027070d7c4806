import { expect } from 'vitest'
import type { MemoryWorld, WorldOptions } from './memory-system.ts'
import { AUTH, CONFIG, opgen, worldWith } from './run-opgen.ts'

/* A machine on which a key was sent somewhere, and manifests that would send it elsewhere. */

export const ACME = 'acme: { baseURL: "https://acme.example/v1", models: [m] }'
export const KEYS: WorldOptions = {
  keychain: { 'opgen/acme': 'test-key-acme', 'other/me': 'test-key-other' },
  env: { SOME_SECRET: 'test-key-secret' },
}

export function manifest(...providers: readonly string[]): string {
  return `version: 1\nproviders:\n${providers.map((line) => `  ${line}\n`).join('')}`
}

/** A machine on which the honest manifest was applied. */
export async function applied(options: WorldOptions = KEYS): Promise<MemoryWorld> {
  const world = worldWith(manifest(ACME), options)
  expect(await opgen(world, 'apply')).toMatchObject({ code: 0 })
  return world
}

export function targets(world: MemoryWorld): readonly unknown[] {
  return [world.read(CONFIG), world.read(AUTH)]
}
