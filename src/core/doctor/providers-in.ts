import { isJsonObject } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { membersAt, nameOf } from './merged-config.ts'
import type { MergedNode } from './merged-config.ts'
import type { Catalogue, SceneProvider } from './scene.ts'

/** The adapter that OpenCode 1 takes where a block names none, and its catalogue does not either (contract 2). */
export const DEFAULT_ADAPTER = '@ai-sdk/openai-compatible'

export interface ProvidersContext {
  readonly catalogue: Catalogue
  readonly managed: ReadonlySet<string>
}

/** The blocks under `provider`. One that is no object stops OpenCode, and is told of elsewhere. */
export function providersIn(
  config: MergedNode | undefined,
  { catalogue, managed }: ProvidersContext,
): readonly SceneProvider[] {
  return membersAt(config, ['provider']).flatMap((node): SceneProvider[] => {
    const id = nameOf(node)
    if (!isJsonObject(node.value)) return []
    const block = node.value
    const inCatalogue = catalogue.has(id)
    return [
      {
        id,
        node,
        block,
        inCatalogue,
        isManaged: managed.has(id),
        adapter: adapterOf(block, inCatalogue),
        models: membersAt(node, ['models']).flatMap((model) =>
          isJsonObject(model.value)
            ? [{ key: nameOf(model), node: model, block: model.value }]
            : [],
        ),
      },
    ]
  })
}

function adapterOf({ npm }: JsonObject, inCatalogue: boolean): string | undefined {
  if (typeof npm === 'string') return npm
  return inCatalogue ? undefined : DEFAULT_ADAPTER
}
