import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, type ParseError } from 'jsonc-parser'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import type { Tree } from '../support/tree.ts'
import { keyFileOf, opgen, place, writeManifest } from '../support/opgen.ts'

/** A home as people have it: a config with comments and values of others, and a login of OpenCode's. */
export const CONFIG = `// what I chose
{
  "$schema": "https://opencode.ai/config.json", // stays
  "theme": "mine",
  "provider": {
    /* not opgen's */
    "mine": { "models": { "m": { "name": "M" } }, },
  },
  "instructions": ["a.md", "b.md",],
}
// the end
`.replaceAll('\n', '\r\n')

export const LOGIN =
  '"anthropic":{"type":"oauth","refresh":"r-1","access":"a-1","expires":1,"extra":[1, 2]}'
export const AUTH = `{ ${LOGIN} }\n`

/** One command with what it finds: a manifest, and keys in variables. */
export interface Step {
  readonly manifest: string
  readonly keys: Readonly<Record<string, string>>
  readonly args: readonly string[]
}

/** Keys in `OPGEN_KEY_…` variables, by provider: `test-key-ID` and what is to come behind it. */
export function keysOf(suffix: string, ids: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ids.map((id) => [`OPGEN_KEY_${id.toUpperCase()}`, `test-key-${id}${suffix}`]),
  )
}

/** The files that opgen may write for OpenCode in a sandbox. */
export function targetsOf(sandbox: Sandbox, keyFiles: readonly string[]): readonly string[] {
  const config = join(sandbox.configFolder, 'opencode.jsonc')
  return [config, sandbox.authFile, ...keyFiles.map((id) => keyFileOf(sandbox, id))]
}

export async function furnish(sandbox: Sandbox): Promise<void> {
  await place(join(sandbox.configFolder, 'opencode.jsonc'), CONFIG)
  await place(sandbox.authFile, AUTH)
  await chmod(sandbox.authFile, 0o600)
}

export async function runStep(
  sandbox: Sandbox,
  { manifest, keys, args }: Step,
): ReturnType<typeof opgen> {
  await writeManifest(sandbox, manifest)
  return await opgen(sandbox, args, { environment: keys })
}

const CONFIG_PATH = '.config/opencode/opencode.jsonc'
const AUTH_PATH = '.local/share/opencode/auth.json'
const DATA = '.local/share/'

/** Whether a key may stand in this file. */
export function mayHoldKeys(path: string): boolean {
  return path === AUTH_PATH || path.startsWith(`${DATA}opgen/keys/`)
}

/** What the real OpenCode would not forgive, or would take for a provider without its key. */
export function openCodeObjections(tree: Tree, keyed: readonly string[]): readonly string[] {
  const text = tree.get(CONFIG_PATH)?.text ?? '{}'
  const errors: ParseError[] = []
  const config: unknown = parse(text, errors, { allowTrailingComma: true })
  if (errors.length > 0) return ['the config does not parse']
  const entries: unknown = JSON.parse(tree.get(AUTH_PATH)?.text ?? '{}')
  const blocks = membersOf(membersOf(config)['provider'])
  const keyless = keyed
    .filter((id) => id in blocks && !JSON.stringify(blocks[id]).includes('{file:'))
    .filter((id) => membersOf(membersOf(entries)[id])['type'] !== 'api')
    .map((id) => `"${id}" is in the config without its key in auth.json`)
  const dangling = [...text.matchAll(/\{file:~\/([^}]+)\}/g)]
    .map(([, file = '']) => file)
    .filter((file) => (tree.get(file)?.text ?? '') === '')
    .map((file) => `the config refers to ${file}, which is not there`)
  return [...keyless, ...dangling]
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
