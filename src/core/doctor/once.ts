import type { Scene, SceneProvider } from './scene.ts'

/**
 * The same question of a provider, answered once: many rules ask it, and it may have thousands of models. A provider
 * belongs to one scene.
 */
export function oncePerProvider<T>(
  answer: (scene: Scene, provider: SceneProvider) => T,
): (scene: Scene, provider: SceneProvider) => T {
  const known = new WeakMap<SceneProvider, { readonly answer: T }>()
  return (scene, provider) => {
    const found = known.get(provider) ?? { answer: answer(scene, provider) }
    known.set(provider, found)
    return found.answer
  }
}
