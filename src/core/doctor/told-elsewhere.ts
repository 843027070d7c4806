import { objectAt } from '../json.ts'
import { withoutTrailingSlashes } from '../url.ts'
import { isIncomplete } from './certainty.ts'
import { optionNamed } from './option-names.ts'
import type { Scene, SceneProvider } from './scene.ts'

/**
 * Whether it is known why a provider has no key, and told of for that: an auth.json that cannot be read, a login that
 * does not count or is lost, an `apiKey` in another spelling or place; or whether a file is not known that may have it.
 */
export function isLackExplained(scene: Scene, { id, block }: SceneProvider): boolean {
  const { auth, recorded } = scene
  const names = [...Object.keys(block), ...Object.keys(objectAt(block, 'options'))]
  return (
    isIncomplete(scene) ||
    (auth.state !== 'absent' && auth.document === undefined) ||
    auth.entries.some(({ key }) => withoutTrailingSlashes(key) === id) ||
    recorded.delivery[id] === 'auth.json' ||
    names.some((name) => optionNamed(name) === 'apiKey')
  )
}
