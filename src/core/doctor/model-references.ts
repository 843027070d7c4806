import { quote } from '../manifest/words.ts'
import { isFilledIn } from './certainty.ts'
import { mergedAt, membersAt, nameOf, placeOf } from './merged-config.ts'
import type { MergedNode } from './merged-config.ts'
import { nameSome } from './name-some.ts'
import { atValue } from './rule.ts'
import type { At } from './rule.ts'
import type { Scene } from './scene.ts'

/** A field that names a model as `provider/model`. */
export interface ModelReference {
  /** As a message names it: `model`, `agent.build.model`. */
  readonly field: string
  readonly text: string
  /** What stands before the first slash; undefined: there is none. */
  readonly provider: string | undefined
  /** The model, without the variant that OpenCode cuts off. */
  readonly model: string
  /** Whether a variant is cut off, as it is only from the default model. */
  readonly isCut: boolean
  readonly at: At
}

/** Every model that the configuration names. What OpenCode fills in, or does not look at, is not among them. */
export function modelReferences({ config }: Pick<Scene, 'config'>): readonly ModelReference[] {
  const top = ['model', 'small_model'].flatMap((name) => mergedAt(config, [name]) ?? [])
  const modes = membersAt(config, ['mode'])
  // OpenCode merges a mode over the agent of its name.
  const replaced = new Set(modes.filter(namesModel).map(nameOf))
  const agents = membersAt(config, ['agent']).filter((agent) => !replaced.has(nameOf(agent)))
  const commands = membersAt(config, ['command'])
  const below = [...agents, ...modes, ...commands].flatMap((node) =>
    mergedAt(node, ['disable'])?.value === true ? [] : (mergedAt(node, ['model']) ?? []),
  )
  return [...top, ...below].flatMap((node) => referenceAt(node) ?? [])
}

function namesModel(node: MergedNode): boolean {
  return typeof mergedAt(node, ['model'])?.value === 'string'
}

function referenceAt(node: MergedNode): ModelReference | undefined {
  const { value, path } = node
  if (typeof value !== 'string' || value === '' || isFilledIn(value)) return undefined
  const field = path.join('.')
  const end = field === 'model' ? value.indexOf('#') : -1
  const text = end < 0 ? value : value.slice(0, end)
  const slash = text.indexOf('/')
  return {
    field,
    text,
    provider: slash < 0 ? undefined : text.slice(0, slash),
    model: text.slice(slash + 1),
    isCut: end >= 0,
    at: atValue(placeOf(node)),
  }
}

/** References to the same. Of several, all or none are to the small model, which OpenCode can do without. */
export type ReferenceGroup = readonly [ModelReference, ...ModelReference[]]

const SMALL = 'small_model'

/** References to one model together, in the order in which they come up. */
export function groupedByText(references: readonly ModelReference[]): readonly ReferenceGroup[] {
  const groups = new Map<string, [ModelReference, ...ModelReference[]]>()
  for (const reference of references) {
    const key = `${reference.field === SMALL} ${reference.text}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [reference])
    else group.push(reference)
  }
  return [...groups.values()]
}

export function isSmall([{ field }]: ReferenceGroup): boolean {
  return field === SMALL
}

/** What is named, and where: `"acme/large" in "model" and "agent.build.model"`. */
export function namedIn(group: ReferenceGroup): string {
  return `${quote(group[0].text)} in ${nameSome(group.map(({ field }) => field))}`
}
