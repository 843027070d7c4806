import { faultOf } from '../key-fault.ts'
import type { KeyFault } from '../key-fault.ts'
import { keyTextsOf } from '../keys-in.ts'
import type { KeyText } from '../keys-in.ts'
import { placeOf } from '../merged-config.ts'
import { atValue } from '../rule.ts'
import type { Found } from '../rule.ts'
import type { Scene, SceneProvider } from '../scene.ts'

/**
 * What is found in the texts that a provider may have its key in, for these faults. Headers of many models
 * are one finding, and only the first text is looked at closely.
 */
export function perKeyText(
  scene: Scene,
  faults: readonly KeyFault[],
  foundIn: (text: KeyText, provider: SceneProvider) => Found | undefined,
): readonly Found[] {
  return scene.providers.flatMap((provider) => {
    const groups = new Map<string, { readonly first: KeyText; count: number }>()
    for (const text of keyTextsOf(scene, provider)) {
      const fault = faultOf(text)
      if (fault === undefined || !faults.includes(fault)) continue
      const name = `${fault} ${text.isOfModel ? 'of models' : text.what}`
      const group = groups.get(name)
      if (group === undefined) groups.set(name, { first: text, count: 1 })
      else group.count += 1
    }
    return [...groups.values()].flatMap(({ first, count }) => {
      const found = foundIn(first, provider)
      return found === undefined ? [] : [foundAt({ found, first, count }, provider)]
    })
  })
}

interface Group {
  readonly found: Found
  readonly first: KeyText
  readonly count: number
}

function foundAt({ found, first, count }: Group, { id }: SceneProvider): Found {
  const { repair, ...said } = found
  const isAlone = count === 1
  return {
    ...said,
    message: `${found.message}${isAlone ? '' : ` (and ${count - 1} more of its models)`}`,
    provider: id,
    at: atValue(placeOf(first.node)),
    ...(isAlone && repair !== undefined ? { repair } : {}),
  }
}
