import type { Diagnostic } from '../diagnostic.ts'
import { walk } from './node.ts'
import type { Node, NodePath } from './node.ts'

interface Later {
  /** `*` stands for any one name or index. */
  readonly at: readonly string[]
  /** The values that are not supported, where others of the field are; blamed instead of the field. */
  readonly only?: (node: Node) => boolean
  readonly what?: string
}

/**
 * What the manifest format has and this version does not do yet. Each line goes when its feature
 * comes. A feature is refused where it is used, never ignored.
 */
const LATER: readonly Later[] = [
  {
    at: ['providers', '*', 'models', 'discover'],
    only: (node) => node.kind === 'scalar' && typeof node.value === 'boolean',
    what: '"discover"',
  },
]

export interface NotSupported {
  readonly diagnostics: readonly Diagnostic[]
  /** Whether a path is below something unsupported, so that nothing else need be said about it. */
  readonly covers: (path: NodePath) => boolean
}

/**
 * Find every use of a feature of the manifest format that this version of opgen does not have.
 *
 * @param idle paths of what is not on this machine: nothing is reported there
 */
export function findUnsupported(root: Node, idle: (path: NodePath) => boolean): NotSupported {
  const diagnostics: Diagnostic[] = []
  const covered = new Set<string>()
  let last: NodePath | undefined
  for (const { node, path, keySource } of walk(root)) {
    // Everything below a node comes right after it.
    if (last !== undefined && isBelow(path, last)) continue
    const later = LATER.find((feature) => matches(feature, node, path))
    if (later === undefined) continue
    last = path
    covered.add(JSON.stringify(path))
    if (idle(path)) continue
    diagnostics.push({
      code: 'not-supported-yet',
      severity: 'error',
      message: `${later.what ?? `"${String(path.at(-1))}"`} is not supported yet by this version of opgen`,
      source: later.what === undefined ? keySource : node.source,
    })
  }
  return {
    diagnostics,
    covers: (path) =>
      covered.size > 0 &&
      path.some((_, index) => covered.has(JSON.stringify(path.slice(0, index + 1)))),
  }
}

function matches(feature: Later, node: Node, path: NodePath): boolean {
  return (
    feature.at.length === path.length &&
    feature.at.every((name, index) => name === '*' || name === path[index]) &&
    (feature.only?.(node) ?? true)
  )
}

function isBelow(path: NodePath, outer: NodePath): boolean {
  return outer.every((step, index) => step === path[index])
}
