import fs from 'node:fs'
import { delimiter, join } from 'node:path'
import { expect } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { openCodeProgram } from '../../scripts/set-up.mjs'
import type { ThroughRequest } from '../../src/app/through-opencode.ts'
import type { ThroughOpenCode } from '../../src/core/live/through-opencode.ts'
import { bundled } from './bundled.ts'
import { freshSandbox, servedModels } from './fresh.ts'
import { opgen, place, succeeds, writeManifest } from './opgen.ts'
import { readTree, traceOf } from './tree.ts'

export const ACME_KEY = 'test-key-acme'

/** A program that asks through the OpenCode of a sandbox, which has the real one on its PATH. */
export interface ThroughAsker {
  readonly argv: readonly [string, ...string[]]
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
}

/** What a person of the sandbox would start; nothing of what makes OpenCode quiet is in its environment. */
export async function throughAsker(
  sandbox: Sandbox,
  request: Partial<ThroughRequest>,
  more: Readonly<Record<string, string>> = {},
): Promise<ThroughAsker> {
  const onPath = openCodeOnPath(sandbox)
  const own = Object.entries(sandbox.environment).filter(([name]) => !name.startsWith('OPENCODE_'))
  const environment = Object.fromEntries(own)
  const asked = { id: 'acme', models: [], deadline: 100_000, ...request }
  return {
    argv: [process.execPath, await bundled('through-parent'), JSON.stringify(asked)],
    folder: sandbox.work,
    environment: {
      ...environment,
      ...onPath,
      // Else that of the machine on which the tests run would be read.
      OPENCODE_TEST_MANAGED_CONFIG_DIR:
        sandbox.environment['OPENCODE_TEST_MANAGED_CONFIG_DIR'] ?? '',
      ...more,
    },
  }
}

/** Put the real OpenCode on the PATH of a sandbox. */
export function openCodeOnPath({ folder, environment }: Sandbox): { readonly PATH: string } {
  const bin = join(folder, 'bin')
  if (!fs.existsSync(bin)) {
    fs.mkdirSync(bin)
    fs.symlinkSync(openCodeProgram, join(bin, 'opencode'))
  }
  return { PATH: `${bin}${delimiter}${environment['PATH'] ?? ''}` }
}

async function askedThrough({
  argv: [program, ...args],
  ...options
}: ThroughAsker): Promise<ThroughOpenCode> {
  const { status, stdout, stderr } = await runCommand(program, args, options)
  if (status !== 0) throw new Error(`exit ${status}: ${stderr}`)
  return JSON.parse(stdout)
}

/** A manifest with the provider `acme`. */
export function acmeAt(
  baseURL: string,
  more = '',
  models: readonly string[] = servedModels,
): string {
  return `version: 1
providers:
  acme: { baseURL: "${baseURL}", models: ${JSON.stringify(models)}, ${more} }
`
}

/** A machine on which `opgen apply` has been at work, and a login of somebody else's stands. */
export async function applied(manifest: string, given = ACME_KEY): Promise<Sandbox> {
  const sandbox = await freshSandbox()
  await place(sandbox.authFile, '{ "other": { "type": "api", "key": "test-key-other" } }')
  await writeManifest(sandbox, manifest)
  const environment = { OPGEN_KEY_ACME: given }
  await succeeds(opgen(sandbox, ['apply', '--trust-origin', 'acme'], { environment }))
  return sandbox
}

/** Ask through the real OpenCode, after which there is nothing on this machine that was not there before. */
export async function through(
  sandbox: Sandbox,
  request: Partial<ThroughRequest> = { models: servedModels.slice(0, 1) },
  environment: Readonly<Record<string, string>> = {},
): Promise<ThroughOpenCode> {
  const asker = await throughAsker(sandbox, request, environment)
  const before = traceOf(readTree(sandbox.folder))
  const result = await askedThrough(asker)
  expect(traceOf(readTree(sandbox.folder))).toEqual(before)
  return result
}
