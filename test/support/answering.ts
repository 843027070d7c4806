import { expect } from 'vitest'
import { OpgenError } from '../../src/errors.ts'
import type { MemoryWorld } from './memory-system.ts'
import type { TypedAnswer } from './memory-terminal.ts'
import { CONFIG, MANIFEST, opgen, worldWith } from './run-opgen.ts'
import type { Outcome } from './run-opgen.ts'

/** A manifest of one provider. */
export const GW = [
  'version: 1',
  'providers:',
  '  gw: { baseURL: "https://gw.example/v1", name: Gw, models: [m], key: { env: GW_KEY } }',
  '',
].join('\n')
/** The variable that the manifest takes its key from. */
export const env = { GW_KEY: 'test-key-gw' }

/** An apply on a terminal, where a person gives these answers. */
export function answered(world: MemoryWorld, ...answers: readonly TypedAnswer[]): Promise<Outcome> {
  return opgen(world, 'apply', { answers })
}

/** An applied manifest, in whose config somebody then put another name. */
export async function drifted(): Promise<MemoryWorld> {
  const world = worldWith(GW, { env })
  expect(await opgen(world, 'apply')).toMatchObject({ code: 0 })
  edit(world, CONFIG, '"Gw"', '"By hand"')
  return world
}

/** Put another text in the place of the first one of its kind in a file. */
export function edit(world: MemoryWorld, file: string, from: string, to: string): void {
  world.write(file, (world.read(file) ?? '').replace(from, to))
}

/** What a person may type at any question. */
export function ctrlC(): never {
  throw new OpgenError({ code: 'interrupted' })
}

/** Everything of a world that an apply could have written. */
export function snapshot({ files }: MemoryWorld): ReadonlyMap<string, unknown> {
  return new Map([...files].filter(([file]) => file !== MANIFEST))
}
