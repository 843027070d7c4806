import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { runCommand, type Outcome } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { root } from '../../scripts/set-up.mjs'

/** The built program, as the package ships it. */
export const opgenProgram = join(root, 'dist', 'opgen.cjs')

export interface OpgenOptions {
  readonly environment?: Readonly<Record<string, string>>
  /** Text for standard input. */
  readonly input?: string
}

/** Run the built opgen in the sandbox's working folder, where `writeManifest` puts providers.yaml. */
export async function opgen(
  sandbox: Sandbox,
  args: readonly string[],
  { environment = {}, input = '' }: OpgenOptions = {},
): Promise<Outcome> {
  return runCommand(process.execPath, [opgenProgram, ...args], {
    folder: sandbox.work,
    environment: { ...sandbox.environment, ...environment },
    input,
  })
}

/** The outcome of a program that has to exit 0; throws what it printed when it does not. */
export async function succeeds(running: Promise<Outcome>): Promise<Outcome> {
  const outcome = await running
  if (outcome.status === 0) return outcome
  throw new Error(`exit ${outcome.status}\n${outcome.stdout}${outcome.stderr}`)
}

export async function writeManifest(sandbox: Sandbox, text: string): Promise<void> {
  await writeFile(join(sandbox.work, 'providers.yaml'), text)
}

export function keyFileOf(sandbox: Sandbox, provider: string): string {
  return join(sandbox.home, '.local', 'share', 'opgen', 'keys', provider)
}

/** Write a file and the folders above it. */
export async function place(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

/** The text of a file; undefined when there is none. */
export async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}
