import { expect } from 'vitest'
import { listingTo } from './answering-server.ts'
import type { MemoryWorld, WorldOptions } from './memory-system.ts'
import { AUTH, CONFIG, opgen, STATE, worldWith } from './run-opgen.ts'
import type { Outcome } from './run-opgen.ts'

/* A world with one provider, `gw`, whose key is replaced. */

export const OLD = 'test-key-old'
export const NEW = 'test-key-new'

export function gateway(fields = ''): string {
  return `version: 1\nproviders:\n  gw: { baseURL: "https://gw.example/v1", models: [m]${fields} }\n`
}

/** A world in which the old key has been applied, and a server that takes only the new one. */
export async function rotatableWorld(
  options: WorldOptions = {},
  manifest: string = gateway(),
): Promise<MemoryWorld> {
  const keychain = { 'opgen/gw': OLD }
  const world = worldWith(manifest, { keychain, answer: listingTo(NEW), ...options })
  expect((await opgen(world, 'apply')).code).toBe(0)
  world.asked.length = 0
  return world
}

export function rotate(world: MemoryWorld, line = 'key rotate gw'): Promise<Outcome> {
  return opgen(world, line, { stdin: `${NEW}\n` })
}

/** The key in the keychain, and the one in auth.json. */
export function rotatedKeys(world: MemoryWorld): readonly unknown[] {
  const auth = world.read(AUTH)
  return [world.keychain.get('opgen/gw'), auth === undefined ? auth : JSON.parse(auth).gw?.key]
}

/** Everything else that a rotation may write. */
export function writtenTexts(world: MemoryWorld): readonly unknown[] {
  return [CONFIG, AUTH, STATE].map((file) => world.read(file))
}

/** Somebody edits a value of opgen's, which makes a decision. */
export function drift(world: MemoryWorld): void {
  world.write(CONFIG, world.read(CONFIG)?.replace('gw.example', 'other.example') ?? '')
}
