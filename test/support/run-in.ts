import path from 'node:path'
import { expect } from 'vitest'
import type { WorldOptions } from './memory-system.ts'
import { opgen, STATE, worldWith } from './run-opgen.ts'

export const RUN_KEY = 'test-key-gw'

/** A manifest with the provider `gw`. */
export function gatewayManifest(fields = '', more = ''): string {
  return `version: 1\n${more}providers:\n  gw: { baseURL: "https://gw.example/v1", models: [m], ${fields} }\n`
}

/**
 * Run `opgen run` in a world where no file may change but what opgen accepts, and tell what the child was
 * given.
 */
export async function runIn(
  text: string,
  { line = 'run opencode', ...options }: WorldOptions & { readonly line?: string } = {},
): Promise<{
  readonly code: number
  readonly out: string
  readonly err: string
  readonly env: Readonly<Record<string, string>>
  readonly config: unknown
  readonly argv: readonly (readonly string[])[]
}> {
  const world = worldWith(text, { keychain: { 'opgen/gw': RUN_KEY }, ...options })
  const kept = (): readonly unknown[] => [...world.files].filter(([file]) => !isOwn(file))
  const before = kept()
  const outcome = await opgen(world, line)
  expect(kept()).toEqual(before)
  const env = world.children[0]?.env ?? {}
  const config: unknown = JSON.parse(env['OPENCODE_CONFIG_CONTENT'] ?? 'null')
  return { ...outcome, env, config, argv: world.children.map(({ argv }) => argv) }
}

function isOwn(file: string): boolean {
  return path.dirname(file) === path.dirname(STATE)
}
