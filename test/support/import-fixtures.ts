import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { isJsonObject } from '../../src/core/json.ts'
import type { JsonObject } from '../../src/core/json.ts'
import { mergeOver } from '../../src/core/merge-json.ts'
import { outlineOf, valueIn } from './json-outline.ts'

/*
 * Setups of OpenCode as people write them by hand, for `opgen import`. Each folder of `test/import` is one:
 *
 * - `given/` has OpenCode's files, `home/` with others below the home folder, `keychain.yaml` with what the
 *   keychain holds (service/account: key) and `env.yaml` with the environment;
 * - `moved.yaml` lists the keys that leave their place for the keychain, or are put into it from auth.json;
 * - `left.yaml` says what no manifest says, and why, in a word: ids of blocks, and pointers of values in blocks
 *   that are imported;
 * - `apply.txt` has what `opgen apply` needs to be told, and why.
 *
 * The real OpenCode takes every one of them but those whose names say that it does not.
 */
export const FIXTURES = path.join(import.meta.dirname, '../import')

/** Lowest precedence first, as OpenCode merges them. */
export const CONFIG_FILES = ['config.json', 'opencode.json', 'opencode.jsonc'] as const

/** A key in the given files that `opgen import` puts into the keychain, or that goes with such a one. */
export interface MovedKey {
  /** One of {@link CONFIG_FILES}, from which `apply` takes it; or auth.json, where it stays. */
  readonly file: string
  readonly pointer: string
  /** Of the keychain, service `opgen`; absent where another file's key wins. */
  readonly account?: string
  /** A reference to a key file takes its place. */
  readonly replaced?: boolean
}

export interface ImportFixture {
  readonly name: string
  readonly folder: string
  /** Texts of OpenCode's files by name; absent ones are not there. */
  readonly files: Readonly<Record<string, string>>
  /** Texts of other files by path below the home folder. */
  readonly home: Readonly<Record<string, string>>
  readonly keychain: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
  readonly moved: readonly MovedKey[]
  /** By id of a block, or pointer of a value. */
  readonly left: Readonly<Record<string, string>>
  /** Words for the command line of `opgen apply`. */
  readonly applyWords: readonly string[]
  readonly isRefused: boolean
}

export function fixtureNames(): readonly string[] {
  const entries = readdirSync(FIXTURES, { withFileTypes: true })
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
}

export function readFixture(name: string): ImportFixture {
  const folder = path.join(FIXTURES, name)
  const given = path.join(folder, 'given')
  const words = textOf(path.join(folder, 'apply.txt')) ?? ''
  return {
    name,
    folder,
    files: textsOf(given, [...CONFIG_FILES, 'auth.json']),
    home: textsOf(path.join(given, 'home'), filesBelow(path.join(given, 'home'))),
    keychain: yamlOf(path.join(given, 'keychain.yaml')) ?? {},
    env: yamlOf(path.join(given, 'env.yaml')) ?? {},
    moved: yamlOf(path.join(folder, 'moved.yaml')) ?? [],
    left: yamlOf(path.join(folder, 'left.yaml')) ?? {},
    applyWords: words
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .flatMap((line) => line.split(' '))
      .filter((word) => word !== ''),
    isRefused: name.includes('that-opencode-refuses'),
  }
}

/** The ids of the blocks that are to be in the manifest, in alphabetical order. */
export function importedIds(fixture: ImportFixture): readonly string[] {
  const ids = Object.keys(blocksOf(givenConfig(fixture)))
  return ids.filter((id) => fixture.left[id] === undefined).toSorted()
}

/** OpenCode's configuration as it merges it, with references as they stand there. */
export function givenConfig({
  files,
  isRefused,
}: Pick<ImportFixture, 'files' | 'isRefused'>): JsonObject {
  return CONFIG_FILES.reduce<JsonObject>((below, name) => {
    const text = files[name] ?? ''
    if (text === '' || (isRefused && !isObject(text))) return below
    const above = valueIn(outlineOf(text))
    return isJsonObject(above) ? mergeOver(below, above) : below
  }, {})
}

export function blocksOf({ provider }: JsonObject): JsonObject {
  return isJsonObject(provider) ? provider : {}
}

/** Everything in the given files that must never be seen: keys, logins, and what is made like one. */
export function secretsOf({ files, home, env, keychain }: ImportFixture): readonly string[] {
  const texts = [...Object.values(files), ...Object.values(home)]
  const made = [...texts, ...Object.values(env), ...Object.values(keychain)].flatMap(
    (text) => text.match(/test-key-[\w-]+|sk-[A-Za-z0-9]{32,}/g) ?? [],
  )
  return [...new Set(made)]
}

function isObject(text: string): boolean {
  try {
    return outlineOf(text).kind === 'object'
  } catch {
    return false
  }
}

function textsOf(folder: string, names: readonly string[]): Readonly<Record<string, string>> {
  const found = names.flatMap((name) => {
    const text = textOf(path.join(folder, name))
    return text === undefined ? [] : [[name, text] as const]
  })
  return Object.fromEntries(found)
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
}

function textOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

function yamlOf(file: string) {
  const text = textOf(file)
  return text === undefined ? undefined : parse(text)
}
