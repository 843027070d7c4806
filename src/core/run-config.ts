import { isJsonObject } from './json.ts'
import type { JsonObject, JsonValue, Path } from './json.ts'
import { valuesWithKey } from './key-delivery.ts'
import { mergeOver } from './merge-json.ts'
import type { Wanted, WantedProvider, WantedValue } from './wanted.ts'

/** The variable in which OpenCode takes config as JSON text; what is in it beats all files of the user's. */
export const CONTENT_VARIABLE = 'OPENCODE_CONFIG_CONTENT'

/** Sources of keys of opgen's own, which the child has no use for. */
const KEY_VARIABLES = /^OPGEN_KEY_/i

/** OpenCode's lists of provider ids; undefined where there is no such list. */
export interface ProviderLists {
  readonly enabled: readonly string[] | undefined
  readonly disabled: readonly string[] | undefined
}

/** What stands in a provider's block for its key: a variable's name, or a text that is no secret. */
export type KeyInRun =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'placeholder'; readonly text: string }

export interface RunConfigInput {
  readonly wanted: Wanted
  /** By provider id; a provider without an entry has its block alone. */
  readonly keys: ReadonlyMap<string, KeyInRun>
  /** Ids of the providers to leave out. */
  readonly leftOut: ReadonlySet<string>
  /** As the child's OpenCode would have them without opgen. */
  readonly lists: ProviderLists
  /** The caller's own config. */
  readonly callers: JsonObject
  /** Makes the path in a `{file:…}` absolute that is relative to the folder of the config files. */
  readonly locate: (path: string) => string
}

/** The config that the child is given: the caller's own, and over it what the manifest wants. */
export function makeRunConfig(input: RunConfigInput): JsonObject {
  const wanted: Branch = new Map()
  for (const { path, value } of wantedValues(input)) insert(wanted, path, value)
  return mergeOver(input.callers, toObject(wanted))
}

function wantedValues(input: RunConfigInput): readonly Pick<WantedValue, 'path' | 'value'>[] {
  const { wanted, leftOut, locate } = input
  const here = wanted.providers.filter(({ id }) => !leftOut.has(id))
  const fields: readonly (readonly [string, JsonValue | undefined])[] = [
    ['model', modelBeside(leftOut, wanted.model?.value)],
    ['small_model', modelBeside(leftOut, wanted.smallModel?.value)],
    ['enabled_providers', enabledList(input, here)],
    ['disabled_providers', disabledList(input)],
  ]
  return [
    ...here.flatMap((provider) =>
      blockValues(input, provider).map(({ path, value }) => {
        return { path, value: relocate(value, locate) }
      }),
    ),
    ...fields.flatMap(([name, value]) => (value === undefined ? [] : [{ path: [name], value }])),
  ]
}

function blockValues({ keys }: RunConfigInput, provider: WantedProvider): readonly WantedValue[] {
  const key = keys.get(provider.id)
  if (key === undefined) return provider.values
  return valuesWithKey(provider, key.kind === 'variable' ? `{env:${key.name}}` : key.text)
}

/** A default model is worth nothing without its provider. */
function modelBeside(leftOut: ReadonlySet<string>, model: string | undefined): string | undefined {
  return leftOut.has(model?.split('/')[0] ?? '') ? undefined : model
}

/** A list in {@link CONTENT_VARIABLE} replaces those of all files, so it holds what they have, too. */
function enabledList(
  { wanted, lists: { enabled } }: RunConfigInput,
  here: readonly WantedProvider[],
): readonly string[] | undefined {
  const { enabledProviders } = wanted
  switch (enabledProviders.mode) {
    case 'keep':
      return undefined
    case 'auto':
      return enabled === undefined
        ? undefined
        : union(
            enabled,
            here.map(({ id }) => id),
          )
    case 'list':
      return union(
        enabled ?? [],
        enabledProviders.items.map(({ value }) => value),
      )
  }
}

function disabledList({
  wanted,
  lists: { disabled },
}: RunConfigInput): readonly string[] | undefined {
  const wish = wanted.disabledProviders?.value.map(({ value }) => value)
  return wish === undefined ? undefined : union(disabled ?? [], wish)
}

function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])]
}

/** The elements of a list of ids; undefined where something else, or nothing, stands. */
export function idsIn(value: JsonValue | undefined): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.filter((element) => typeof element === 'string')
}

type Branch = Map<string, Branch | Leaf>

interface Leaf {
  readonly leaf: JsonValue
}

/** Thousands of models are put in one by one: no object is copied for each. */
function insert(root: Branch, path: Path, value: JsonValue): void {
  let branch = root
  for (const name of path.slice(0, -1)) {
    const next = branch.get(name)
    if (next instanceof Map) {
      branch = next
      continue
    }
    const made: Branch = new Map()
    branch.set(name, made)
    branch = made
  }
  const name = path.at(-1) ?? ''
  // `{}` is wanted where any object will do.
  if (isEmptyObject(value) && branch.get(name) instanceof Map) return
  branch.set(name, isEmptyObject(value) ? new Map() : { leaf: value })
}

function isEmptyObject(value: JsonValue): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0
}

function toObject(branch: Branch): JsonObject {
  return Object.fromEntries(
    [...branch].map(([name, value]) => [name, value instanceof Map ? toObject(value) : value.leaf]),
  )
}

/**
 * Where OpenCode finds a relative `{file:…}` depends on what it stands in: a config file, beside which it
 * looks, or {@link CONTENT_VARIABLE}, where that is the working folder (contract 1.5).
 */
function relocate(value: JsonValue, locate: (path: string) => string): JsonValue {
  if (typeof value === 'string') return relocateText(value, locate)
  if (Array.isArray(value)) return value.map((element: JsonValue) => relocate(element, locate))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, relocate(member, locate)]),
  )
}

/** The same in a text. */
export function relocateText(text: string, locate: (path: string) => string): string {
  return text.replaceAll(FILE_TOKEN, (_, path: string) => `{file:${locate(path)}}`)
}

/** The path may begin with a variable, which OpenCode fills in before. */
const FILE_TOKEN = /\{file:((?:\{env:[^{}]+\}|[^{}])+)\}/g

/**
 * Name the variables for the keys of these providers: `OPGEN_RUN_<ID>`, with a number behind it where that
 * name is taken.
 *
 * @param isTaken whether a name means something already where the child starts
 */
export function nameVariables(
  ids: readonly string[],
  isTaken: (name: string) => boolean,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const given = new Set<string>()
  for (const id of ids) {
    const plain = `OPGEN_RUN_${id.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`
    let name = plain
    for (let number = 2; given.has(name) || isTaken(name); number += 1) name = `${plain}_${number}`
    given.add(name)
    names.set(id, name)
  }
  return names
}

/**
 * Whether OpenCode would take a key for what it is when it fills it in: raw, before the text is parsed, and
 * before files are filled in (contract 1.5).
 */
export function mayBeFilledIn(key: string): boolean {
  return !/["\\]|\{file:/.test(key)
}

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The environment of the child: the caller's with these variables, and without opgen's own keys.
 *
 * @param options.ignoreCase whether `Path` and `PATH` are one variable, as on Windows
 */
export function childEnvironment(
  callers: Environment,
  given: ReadonlyMap<string, string>,
  { ignoreCase }: { readonly ignoreCase: boolean },
): Readonly<Record<string, string>> {
  const same = (name: string): string => (ignoreCase ? name.toUpperCase() : name)
  const replaced = new Set([...given.keys()].map(same))
  const kept = Object.entries(callers).flatMap(([name, value]): [string, string][] => {
    const goes = KEY_VARIABLES.test(name) || replaced.has(same(name))
    return value === undefined || goes ? [] : [[name, value]]
  })
  return Object.fromEntries([...kept, ...given])
}
