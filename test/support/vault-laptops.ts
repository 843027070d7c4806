import { runCommand } from '../../scripts/command.mjs'
import type { Outcome } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { freshSandbox, freshSecretService } from './fresh.ts'
import { opgen, succeeds, writeManifest } from './opgen.ts'

/* Computers with homes and keychains of their own, and the key of the provider `haimaker`. */

export const key = 'test-key-haimaker'
export const passphrase = 'correct horse battery staple'

export interface Laptop {
  readonly sandbox: Sandbox
  readonly environment: Readonly<Record<string, string>>
}

/** A computer with this manifest, and an empty keychain. */
export async function freshLaptop(manifest: string): Promise<Laptop> {
  const sandbox = await freshSandbox()
  const { environment } = await freshSecretService()
  await writeManifest(sandbox, manifest)
  return { sandbox, environment }
}

/** One that has the key. */
export async function firstLaptop(manifest: string): Promise<Laptop> {
  const laptop = await freshLaptop(manifest)
  await succeeds(run(laptop, ['key', 'set', 'haimaker'], key))
  return laptop
}

/** Run opgen on it. */
export function run(
  { sandbox, environment }: Laptop,
  args: readonly string[],
  input = '',
): Promise<Outcome> {
  return opgen(sandbox, args, { environment, input })
}

/** What `secret-tool` finds, so that it is not opgen alone that reads what opgen stored. */
export async function stored({ sandbox, environment }: Laptop): Promise<string> {
  const lookup = ['lookup', 'service', 'opgen', 'username', 'haimaker']
  const found = await runCommand('secret-tool', lookup, {
    environment: { ...sandbox.environment, ...environment },
  })
  return found.stdout
}
