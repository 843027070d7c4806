import { fromPointer, toPointer } from '../json.ts'
import type { Path, Pointer } from '../json.ts'
import { keyPath } from '../key-delivery.ts'
import type { Source, Sourced } from '../source.ts'
import type { Wanted, WantedEnabledList, WantedProvider, WantedValue } from '../wanted.ts'
import type { Generation, GenerationLists, Owned } from './generation.ts'
import type { OwnedValue, RecordedKey } from './recorded.ts'

/** What wants nothing: everything that opgen owns is to go. */
export const NOTHING: Wanted = {
  providers: [],
  notHere: [],
  model: undefined,
  smallModel: undefined,
  enabledProviders: { mode: 'auto' },
  disabledProviders: undefined,
  delivery: 'auth.json',
}

/** A provider that is not recorded as having a key keeps whatever login it has. */
const NO_KEY: RecordedKey = {
  sources: [{ kind: 'external' }],
  placeholder: null,
  keyIn: { kind: 'apiKey' },
}

/**
 * What has to be wanted for opgen to own what it owned after a generation. Keys are not in it: only where
 * they came from.
 *
 * @param file the generation's own file, as the place of everything in it
 * @param main config files of which the values are taken
 */
export function wantedOf(
  { after, lists }: Generation,
  { file, main }: { readonly file: string; readonly main: ReadonlySet<string> },
): Wanted {
  const source: Source = { file, line: 1, column: 1 }
  const values = ownedConfigValues(after, main)
  const field = (pointer: Pointer): Sourced<string> | undefined => {
    const json = values.find((value) => value.pointer === pointer)?.json
    return typeof json === 'string' ? { value: json, source } : undefined
  }
  const ids = ownedProviders(after, values)
  return {
    providers: [...ids].map((id) =>
      providerOf(
        id,
        values.filter(({ unit }) => unit === id),
        { after, source },
      ),
    ),
    notHere: [],
    model: field('/model'),
    smallModel: field('/small_model'),
    enabledProviders: enabledOf(lists, source),
    disabledProviders: disabledOf(lists, source),
    delivery: 'auth.json',
  }
}

/** Also one of which no more than the login was opgen's. */
function ownedProviders(
  { files }: Owned,
  values: readonly OwnedConfigValue[],
): ReadonlySet<string> {
  const logins = Object.values(files)
    .filter(({ target }) => target === 'auth')
    .flatMap((file) => Object.values(file.values))
    .filter(({ origin }) => origin !== 'kept')
  const units = [...values, ...logins].map(({ unit }) => unit)
  return new Set(units.filter((unit) => !unit.startsWith('/')))
}

/** Providers whose login the user kept, so that no key was opgen's to write. */
export function keptLogins({ after }: Generation): ReadonlySet<string> {
  const logins = Object.values(after.files)
    .filter(({ target }) => target === 'auth')
    .flatMap((file) => Object.values(file.values))
  return new Set(logins.filter(({ origin }) => origin === 'kept').map(({ unit }) => unit))
}

interface OwnedConfigValue {
  readonly unit: string
  readonly pointer: Pointer
  readonly path: Path
  readonly json: WantedValue['value']
}

function ownedConfigValues(
  { files }: Owned,
  main: ReadonlySet<string>,
): readonly OwnedConfigValue[] {
  return Object.entries(files)
    .filter(([file, { target }]) => target === 'config' && main.has(file))
    .flatMap(([, { values }]) => Object.entries(values))
    .flatMap(([pointer, { unit, origin, value }]: [Pointer, OwnedValue]) =>
      origin === 'kept' || !('json' in value)
        ? []
        : [{ unit, pointer, path: fromPointer(pointer), json: value.json }],
    )
}

function providerOf(
  id: string,
  owned: readonly OwnedConfigValue[],
  { after, source }: { readonly after: Owned; readonly source: Source },
): WantedProvider {
  const { sources, placeholder, keyIn } = after.keys[id] ?? NO_KEY
  const route = after.delivery[id]
  // What refers to a key file is put in anew, as for a manifest.
  const reference = toPointer(keyPath({ id, keyIn }))
  const values = owned
    .filter(({ pointer }) => route !== 'keyfile' || pointer !== reference)
    .map(({ path, json }): WantedValue => ({ path, value: json, source }))
  const textAt = (...path: readonly string[]): string | undefined => {
    const pointer = toPointer(['provider', id, ...path])
    const json = owned.find((value) => value.pointer === pointer)?.json
    return typeof json === 'string' ? json : undefined
  }
  const baseURL = textAt('options', 'baseURL')
  return {
    id,
    source,
    preset: '',
    values,
    key: { source, sources, placeholder: placeholder ?? undefined, keyPage: undefined },
    keyIn,
    route,
    baseURL: baseURL === undefined ? undefined : { value: baseURL, source },
    npm: textAt('npm'),
  }
}

function enabledOf({ enabled }: GenerationLists, source: Source): WantedEnabledList {
  if (enabled === 'auto' || enabled === 'keep') return { mode: enabled }
  return { mode: 'list', source, items: enabled.map((value) => ({ value, source })) }
}

function disabledOf({ disabled }: GenerationLists, source: Source): Wanted['disabledProviders'] {
  if (disabled === null) return undefined
  return { source, value: disabled.map((value) => ({ value, source })) }
}
