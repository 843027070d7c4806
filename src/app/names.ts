import { parseJsonDocument } from '../core/jsonc/parse.ts'
import { findMember } from '../core/jsonc/members.ts'
import { TOP_LEVEL } from '../core/plan/make-changes.ts'
import { unitsOf } from '../core/state/units.ts'
import { findTargets } from './find-targets.ts'
import { presetsIn } from './list-presets.ts'
import { readManifestNames } from './manifest-names.ts'
import type { ManifestNames, Name } from './manifest-names.ts'
import { readHistory } from './read-history.ts'
import { readIfFile } from './read-text.ts'
import type { Session } from './session.ts'
import { readState } from './state-store.ts'

/**
 * The kinds of names that a command line takes. `new-provider`: an id to be added, for which presets are good
 * names. `unit`: whatever a plan may have a change of. `managed`: what is recorded. `block`: a provider that
 * OpenCode's config has.
 */
export type NameKind =
  | 'provider'
  | 'new-provider'
  | 'unit'
  | 'managed'
  | 'block'
  | 'preset'
  | 'machine'
  | 'profile'
  | 'rule'
  | 'generation'

/**
 * The names of a kind that there are here. Whatever cannot be read has none: somebody is in the middle of typing
 * a line, and does not ask what is wrong. Files are read, and nothing else is done.
 */
export async function namesOfKind(session: Session, kind: NameKind): Promise<readonly Name[]> {
  switch (kind) {
    case 'provider':
      return (await readManifestNames(session)).providers
    case 'new-provider': {
      const names = await readManifestNames(session)
      const taken = new Set(names.providers.map(({ name }) => name))
      const all = await presetNames(session, names)
      return all.filter(({ name }) => !taken.has(name) && !COMPATIBLE.has(name))
    }
    case 'unit': {
      const { providers } = await readManifestNames(session)
      const others = [...(await managedNames(session)), ...TOP_LEVEL, '/auth']
      return [...providers, ...others.map(named)]
    }
    case 'managed':
      return (await managedNames(session)).map(named)
    case 'block':
      return (await blockNames(session)).map(named)
    case 'preset':
      return presetNames(session, await readManifestNames(session))
    case 'machine':
      return (await readManifestNames(session)).machines
    case 'profile':
      return (await readManifestNames(session)).profiles
    case 'rule': {
      // Many and large, and hardly ever asked for.
      const { RULES } = await import('../core/doctor/rules.ts')
      return RULES.map(({ code, title }) => ({ name: code, about: title }))
    }
    case 'generation':
      return orNothing(async () => {
        const { generations } = await readHistory(session)
        return generations.toReversed().map(({ number, time, cause }) => {
          return {
            name: String(number),
            about: `${time.slice(0, 16).replace('T', ' ')} UTC, ${cause}`,
          }
        })
      })
  }
}

/** Presets that no provider is called after. */
const COMPATIBLE: ReadonlySet<string> = new Set([
  'openai-compatible',
  'anthropic-compatible',
  'bare',
])

async function orNothing<T>(read: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await read()
  } catch {
    return []
  }
}

function named(name: string): Name {
  return { name, about: '' }
}

async function presetNames(
  { system }: Session,
  { homes }: ManifestNames,
): Promise<readonly Name[]> {
  const found = await orNothing(async () => (await presetsIn(system, homes)).presets)
  const all = found.length > 0 ? found : (await presetsIn(system, [])).presets
  return all.map(({ name, about }) => ({ name, about }))
}

function managedNames({ system }: Session): Promise<readonly string[]> {
  return orNothing(async () => unitsOf((await readState(system)).state))
}

function blockNames(session: Session): Promise<readonly string[]> {
  return orNothing(async () => {
    const { files } = session.system
    const texts = await Promise.all(
      findTargets(session).config.map((file) => readIfFile(files, file)),
    )
    return texts.flatMap((text) => {
      const parsed = text === undefined ? undefined : parseJsonDocument(text, 'jsonc')
      if (parsed?.ok !== true) return []
      const providers = findMember(parsed.document.root, 'provider')?.value
      return providers?.kind === 'object' ? providers.members.map(({ key }) => key) : []
    })
  })
}
