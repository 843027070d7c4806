import { membersAt, textAt } from './merged-config.ts'
import type { MergedNode } from './merged-config.ts'
import type { SceneModel, SceneProvider } from './scene.ts'

/** Every adapter that a configuration names, for providers and for models, each once. */
export function adaptersNamed(config: MergedNode | undefined): ReadonlySet<string> {
  const named = membersAt(config, ['provider']).flatMap((provider) => [
    textAt(provider, ['npm']) ?? [],
    ...membersAt(provider, ['models']).map((model) => textAt(model, ['provider', 'npm']) ?? []),
  ])
  return new Set(named.flat())
}

/** The adapter that a declared model is asked through; undefined: the catalogue says it. */
export function adapterOfModel(provider: SceneProvider, model: SceneModel): string | undefined {
  return textAt(model.node, ['provider', 'npm']) ?? provider.adapter
}

/** The adapters of the models that a provider declares, as far as they are known, each once. */
export function adaptersOf(provider: SceneProvider): ReadonlySet<string> {
  return new Set(provider.models.flatMap((model) => adapterOfModel(provider, model) ?? []))
}

/** Where a `file://` URL leads; undefined for what is none. */
export function pathOfFileUrl(npm: string, isWindows: boolean): string | undefined {
  if (!npm.startsWith('file:///') || !URL.canParse(npm)) return undefined
  const { pathname } = new URL(npm)
  try {
    return decodeURIComponent(isWindows ? pathname.slice(1) : pathname)
  } catch {
    return undefined
  }
}
