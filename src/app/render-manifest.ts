import type { Edit } from '../core/jsonc/edit.ts'
import { editJson } from '../core/jsonc/edit.ts'
import { EMPTY_DOCUMENT } from '../core/jsonc/parse.ts'
import { CONFIG_SCHEMA } from '../core/plan/settle-containers.ts'
import type { JsonValue } from '../core/json.ts'
import { routeOf, valuesWithKey } from '../core/key-delivery.ts'
import { wayToKey } from '../core/plan/plan-key.ts'
import { Secret } from '../core/secret.ts'
import type { Wanted, WantedProvider, WantedValue } from '../core/wanted.ts'
import { OpgenError } from '../errors.ts'
import { findTargets } from './find-targets.ts'
import { keyFilePath, keyReference } from './key-files.ts'
import { loadManifest } from './load-manifest.ts'
import type { LoadedManifest } from './load-manifest.ts'
import { askSources } from './ask-sources.ts'
import { collectAnswers, requireRead } from './resolve-keys.ts'
import type { Session } from './session.ts'

export interface RenderedFile {
  readonly path: string
  readonly text: string
}

/** What a provider's key sources come to. A placeholder is no secret. */
interface Answer {
  readonly kind: 'key' | 'placeholder'
  readonly secret: Secret
}

/** Stands where a key would be. */
const MASK: Answer = { kind: 'key', secret: new Secret('***') }

/**
 * The files as a first apply into absent files would write them. Without `reveal` no key store is
 * opened, keys in auth.json are `***`, and there are no key files. A file with nothing in it is left
 * out.
 *
 * @throws OpgenError `missing-keys` when keys are to be revealed and are not there
 */
export async function renderManifest(
  session: Session,
  options: { readonly reveal: boolean },
): Promise<{ readonly manifest: LoadedManifest; readonly files: readonly RenderedFile[] }> {
  const manifest = await loadManifest(session)
  const targets = findTargets(session)
  const { wanted } = manifest
  const keys = options.reveal ? await revealKeys(session, wanted) : maskKeys(wanted)
  const config = configEdits(session, wanted, keys)
  const keyed = wanted.providers.flatMap((provider) => {
    const answer = keys.get(provider.id)
    return answer === undefined ? [] : [{ provider, ...answer }]
  })
  const isInAuth = (provider: WantedProvider): boolean => routeOf(wanted, provider) === 'auth.json'
  const auth = keyed
    .filter(({ provider }) => isInAuth(provider))
    .map(({ provider, secret }): Edit => {
      return { op: 'set', path: [provider.id], value: { type: 'api', key: secret.reveal() } }
    })
  const files: RenderedFile[] = []
  const configPath = targets.config.at(-1)
  if (config.length > 0 && configPath !== undefined) {
    const schema: Edit = { op: 'set', path: ['$schema'], value: CONFIG_SCHEMA }
    files.push({ path: configPath, text: `${written([schema, ...config])}\n` })
  }
  if (auth.length > 0) files.push({ path: targets.auth, text: written(auth) })
  for (const { provider, kind, secret } of keyed) {
    if (isInAuth(provider) || kind === 'placeholder' || !options.reveal) continue
    files.push({ path: keyFilePath(session.system.machine, provider.id), text: secret.reveal() })
  }
  return { manifest, files }
}

function configEdits(
  { system }: Session,
  wanted: Wanted,
  keys: ReadonlyMap<string, Answer>,
): readonly Edit[] {
  const valuesOf = (provider: WantedProvider): readonly WantedValue[] => {
    const answer = keys.get(provider.id)
    if (answer === undefined || routeOf(wanted, provider) === 'auth.json') return provider.values
    const { kind, secret } = answer
    const reference = keyReference(system.machine, provider.id)
    return valuesWithKey(provider, kind === 'placeholder' ? secret.reveal() : reference)
  }
  const edits: Edit[] = wanted.providers.flatMap((provider) =>
    valuesOf(provider).map(({ path, value }) => ({ op: 'set' as const, path, value })),
  )
  const fields: readonly (readonly [string, JsonValue | undefined])[] = [
    ['model', wanted.model?.value],
    ['small_model', wanted.smallModel?.value],
    ['enabled_providers', enabledList(wanted)],
    ['disabled_providers', disabledList(wanted)],
  ]
  for (const [name, value] of fields) {
    if (value !== undefined) edits.push({ op: 'set', path: [name], value })
  }
  return edits
}

function enabledList({ enabledProviders }: Wanted): readonly string[] | undefined {
  return enabledProviders.mode === 'list'
    ? [...new Set(enabledProviders.items.map((item) => item.value))]
    : undefined
}

function disabledList({ disabledProviders }: Wanted): readonly string[] | undefined {
  return disabledProviders === undefined
    ? undefined
    : [...new Set(disabledProviders.value.map((item) => item.value))]
}

function written(edits: readonly Edit[]): string {
  const edited = editJson(EMPTY_DOCUMENT, edits, { syntax: 'strict' })
  if ('problem' in edited) throw new Error('an empty object cannot be edited')
  return edited.text
}

/** What stands for each provider's key, without asking any source. */
function maskKeys(wanted: Wanted): ReadonlyMap<string, Answer> {
  const keys = new Map<string, Answer>()
  for (const { id, key } of wanted.providers) {
    const kinds = key.sources.map((source) => source.kind)
    if (kinds[0] === 'external') continue
    if (kinds[0] !== 'none') keys.set(id, MASK)
    else if (key.placeholder !== undefined) {
      keys.set(id, { kind: 'placeholder', secret: new Secret(key.placeholder) })
    }
  }
  return keys
}

async function revealKeys(session: Session, wanted: Wanted): Promise<ReadonlyMap<string, Answer>> {
  const answers = await askSources(session, wanted.providers, { mayUnlock: true })
  const keys = collectAnswers(answers, () => '')
  requireRead([...keys.refused.keys()], keys)
  const { resolved, secrets } = keys
  const missing = wanted.providers.filter(({ id }) => resolved.get(id)?.state === 'missing')
  const [first] = missing
  if (first !== undefined) {
    const providers = missing.map(({ id }) => id)
    throw new OpgenError({ code: 'missing-keys', providers, way: wayToKey(first, 'one') })
  }
  return new Map(
    [...secrets].map(([id, secret]) => {
      const kind = resolved.get(id)?.state === 'placeholder' ? 'placeholder' : 'key'
      return [id, { kind, secret }]
    }),
  )
}
