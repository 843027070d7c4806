import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, type ParseError } from 'jsonc-parser'
import type { Outcome } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { contentOf, outside, type Tree } from '../support/tree.ts'
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

/** A home with faults that `doctor --fix` repairs where they stand. */
const FAULTY_CONFIG = `// mine
{
  "provider": {
    "acme": {
      "npm": "@ai-sdk/openai-compatible",
      "options": { "baseURL": "https://acme.example/v1/v1" }, // here
      "models": { "m": { "limit": { "context": 200000, "output": 8000 } } },
    },
  },
}
`.replaceAll('\n', '\r\n')
const FAULTY_AUTH = '{ "acme": {"type":"api", "key":"Bearer test-key-acme"} }\n'

export async function furnish(
  sandbox: Sandbox,
  home: 'furnished' | 'empty' | 'faulty' = 'furnished',
): Promise<void> {
  if (home === 'empty') return
  const isFaulty = home === 'faulty'
  await place(join(sandbox.configFolder, 'opencode.jsonc'), isFaulty ? FAULTY_CONFIG : CONFIG)
  await place(sandbox.authFile, isFaulty ? FAULTY_AUTH : AUTH)
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

function mayHoldKeys(path: string): boolean {
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

const STATE = '.local/state'
const CACHE = '.cache'

/** Runs that had nothing to do: written when all else is done, and never missed. */
export function withoutCache(tree: Tree): Tree {
  return outside(tree, CACHE)
}

/**
 * Everything but opgen's own record. Folders that it shares with OpenCode stay, as OpenCode makes
 * them, too.
 */
export function targetsIn(tree: Tree): Readonly<Record<string, string>> {
  const own = [...outside(withoutCache(tree), STATE)].filter(
    ([name, { kind }]) => kind !== 'folder' || name.includes('opgen'),
  )
  return contentOf(new Map(own))
}

/** Files that hold a key and must not. */
export function strayKeys(tree: Tree): readonly string[] {
  return [...tree]
    .filter(([file, { text }]) => text?.includes('test-key-') === true && !mayHoldKeys(file))
    .map(([file]) => `${file} holds a key`)
}

/** Temporary files of opgen's. */
export function leftOvers(tree: Tree): readonly string[] {
  return [...tree.keys()]
    .filter((file) => file.endsWith('.opgen-tmp'))
    .map((file) => `${file} is left over`)
}

/** What a program said that did not exit 0. */
export function unsuccessful(what: string, { status, stdout, stderr }: Outcome): readonly string[] {
  return status === 0 ? [] : [`${what}: exit ${status}: ${stdout}${stderr}`]
}

type Lines = Readonly<Record<string, string>>

/** How lines of `actual` are not as expected. */
export function differences(what: string, expected: Lines, actual: Lines): readonly string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(actual)])
  return [...names]
    .filter((name) => expected[name] !== actual[name])
    .map((name) => `${what} ${name}: ${shown(actual[name])}, instead of ${shown(expected[name])}`)
}

function shown(line: string | undefined): string {
  return line === undefined ? 'absent' : JSON.stringify(line)
}
