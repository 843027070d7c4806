import type { Edit } from '../core/jsonc/edit.ts'
import { editJson } from '../core/jsonc/edit.ts'
import { EMPTY_DOCUMENT } from '../core/jsonc/parse.ts'
import { CONFIG_SCHEMA } from '../core/plan/settle-containers.ts'
import type { JsonValue } from '../core/json.ts'
import { Secret } from '../core/secret.ts'
import type { Wanted } from '../core/wanted.ts'
import { OpgenError } from '../errors.ts'
import { findTargets } from './find-targets.ts'
import { loadManifest } from './load-manifest.ts'
import type { LoadedManifest } from './load-manifest.ts'
import { askSources, requireAnswers } from './resolve-keys.ts'
import type { Session } from './session.ts'

export interface RenderedFile {
  readonly path: string
  readonly text: string
}

/** Stands where a key would be. */
const MASK = new Secret('***')

/**
 * The two files as a first apply into absent files would write them. Without `reveal` no key store
 * is opened and keys are `***`. A file with nothing in it is left out.
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
  const config = configEdits(wanted)
  const auth = [...keys].map(([id, key]): Edit => {
    return { op: 'set', path: [id], value: { type: 'api', key: key.reveal() } }
  })
  const files: RenderedFile[] = []
  const configPath = targets.config.at(-1)
  if (config.length > 0 && configPath !== undefined) {
    const schema: Edit = { op: 'set', path: ['$schema'], value: CONFIG_SCHEMA }
    files.push({ path: configPath, text: `${written([schema, ...config])}\n` })
  }
  if (auth.length > 0) files.push({ path: targets.auth, text: written(auth) })
  return { manifest, files }
}

function configEdits(wanted: Wanted): readonly Edit[] {
  const edits: Edit[] = wanted.providers.flatMap(({ values }) =>
    values.map(({ path, value }) => ({ op: 'set' as const, path, value })),
  )
  const fields: readonly (readonly [string, JsonValue | undefined])[] = [
    ['model', wanted.model?.value],
    ['small_model', wanted.smallModel?.value],
    ['enabled_providers', enabledList(wanted)],
    ['disabled_providers', wanted.disabledProviders?.value.map((item) => item.value)],
  ]
  for (const [name, value] of fields) {
    if (value !== undefined) edits.push({ op: 'set', path: [name], value })
  }
  return edits
}

function enabledList({ enabledProviders }: Wanted): readonly string[] | undefined {
  return enabledProviders.mode === 'list'
    ? enabledProviders.items.map((item) => item.value)
    : undefined
}

function written(edits: readonly Edit[]): string {
  const edited = editJson(EMPTY_DOCUMENT, edits, { syntax: 'strict' })
  if ('problem' in edited) throw new Error('an empty object cannot be edited')
  return edited.text
}

/** What stands for each provider's key, without asking any source. */
function maskKeys(wanted: Wanted): ReadonlyMap<string, Secret> {
  const keys = new Map<string, Secret>()
  for (const { id, key } of wanted.providers) {
    const kinds = key.sources.map((source) => source.kind)
    if (kinds[0] === 'external') continue
    if (kinds[0] !== 'none') keys.set(id, MASK)
    else if (key.placeholder !== undefined) keys.set(id, new Secret(key.placeholder))
  }
  return keys
}

async function revealKeys(session: Session, wanted: Wanted): Promise<ReadonlyMap<string, Secret>> {
  const answers = await askSources(session, wanted.providers, { mayUnlock: true })
  const { resolved, secrets } = requireAnswers(answers, () => '')
  const missing = [...resolved].filter(([, key]) => key.state === 'missing').map(([id]) => id)
  if (missing.length > 0) {
    throw new OpgenError({ code: 'missing-keys', providers: missing })
  }
  return secrets
}
