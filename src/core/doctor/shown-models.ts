import { declaredModels, offerOf } from './declared-models.ts'
import type { DeclaredModel } from './declared-models.ts'
import { placeOf } from './merged-config.ts'
import { hidingLists } from './provider-lists.ts'
import { atName } from './rule.ts'
import type { Found } from './rule.ts'
import type { Scene, SceneProvider } from './scene.ts'

export type SomeModels = readonly [DeclaredModel, ...DeclaredModel[]]

/**
 * One finding for each provider that declares models of a kind. Those that are hidden or taken away do not count:
 * nothing comes of their faults.
 */
export function foundPerProvider(
  scene: Scene,
  isMeant: (model: DeclaredModel) => boolean,
  tell: (models: SomeModels, provider: SceneProvider) => Omit<Found, 'provider' | 'at'>,
): readonly Found[] {
  const hiding = hidingLists(scene)
  return scene.providers.flatMap((provider): Found[] => {
    const { id } = provider
    if (hiding(id) !== undefined) return []
    const { keys } = offerOf(scene, provider)
    const [first, ...others] = declaredModels(scene, provider).filter(
      (model) => keys.has(model.key) && isMeant(model),
    )
    if (first === undefined) return []
    const at = atName(placeOf(first.node))
    return [{ ...tell([first, ...others], provider), provider: id, at }]
  })
}
