import { readWholeCatalogue } from '../../src/app/catalogue-cache.ts'
import { readScene } from '../../src/app/read-scene.ts'
import type { DatabaseFacts, Scene } from '../../src/core/doctor/scene.ts'
import { explain } from '../../src/core/explain/explain.ts'
import type { Candidate, Explanation, KeyChain } from '../../src/core/explain/explanation.ts'
import { HOME, memoryWorld } from './memory-system.ts'
import { PLAIN_SESSION } from './run-opgen.ts'

const FOLDER = `${HOME}/.config/opencode`

export interface Setup {
  /** The block of `acme` in opencode.jsonc. */
  readonly block?: object
  /** Further files, by absolute path. */
  readonly files?: Readonly<Record<string, string>>
  readonly logins?: object
  readonly env?: Readonly<Record<string, string>>
  readonly databases?: readonly DatabaseFacts[]
  readonly id?: string
}

/** What explain makes of a machine. A key is its own fingerprint: none of it is printed. */
export async function explained(setup: Setup): Promise<Explanation> {
  const { block, files = {}, logins, env = {}, databases = [], id = 'acme' } = setup
  const config = block === undefined ? {} : { provider: { acme: block } }
  const world = memoryWorld({
    files: {
      [`${FOLDER}/opencode.jsonc`]: JSON.stringify(config),
      ...(logins === undefined
        ? {}
        : { [`${HOME}/.local/share/opencode/auth.json`]: JSON.stringify(logins) }),
      ...files,
    },
    env,
  })
  const { system } = world
  const read = await readScene({ ...PLAIN_SESSION, system })
  const catalogue = await readWholeCatalogue(system)
  const scene: Scene = { ...read, catalogue, installed: { ...read.installed, databases } }
  return explain({
    scene,
    id,
    manifest: undefined,
    fingerprintOf: (secret) => secret.reveal(),
    fileOf: (layer, given) => scene.references.get(scene.fileOf(layer, given)),
  })
}

/** The candidates of a chain, each with its state, and which of them wins. */
export function inShort({ candidates, outcome }: KeyChain): object {
  const states = candidates.map(({ name, state }: Candidate) => [name, state] as const)
  return {
    candidates: Object.fromEntries(states),
    winner: candidates.find(({ wins }) => wins)?.name,
    outcome,
  }
}
