import type { Diagnostic } from '../diagnostic.ts'
import type { JsonObject } from '../json.ts'
import type { MachineFacts } from '../machine-facts.ts'
import type { Source } from '../source.ts'
import { applies, overlaysOf, withLocalVars, withOverlays } from './compose.ts'
import { expand } from './expand.ts'
import type { ParseExpressions } from './expression.ts'
import { field, textOf, walk } from './node.ts'
import type { MapNode, Node, NodePath } from './node.ts'
import { absencesIn } from './read-tree.ts'
import type { Absences } from './read-tree.ts'
import { findUnsupported } from './unsupported.ts'

/** The machine that a manifest is read for. */
export interface View {
  readonly facts: MachineFacts
  /** What `{{env}}` gives, where that is more than conditions may know. */
  readonly environment?: MachineFacts['env']
  /** Its name in the manifest, where it has been named; then its overlay holds without being judged. */
  readonly machine: string | undefined
  /** Variables of this one computer, over those of the manifest. */
  readonly vars: MapNode | undefined
  readonly parse: ParseExpressions
}

/** A manifest as one machine sees it: neither overlays nor expressions are left in it. */
export interface SeenTree {
  readonly tree: MapNode
  /** Providers that are not on the machine. */
  readonly absent: Absences
  /** Paths that are refused already: nothing more is said about them. */
  readonly covers: (path: NodePath) => boolean
  /** Places of values that could not be worked out; something else stands there. */
  readonly unknown: readonly Source[]
  /** The variables, for the templates of presets. */
  readonly vars: JsonObject
  readonly diagnostics: readonly Diagnostic[]
}

/** Merge the overlays of a machine over a manifest, and work out the expressions of what is there. */
export function seeTree(whole: MapNode, view: View): SeenTree {
  const overlays = overlaysOf(whole).filter((overlay) => applies(overlay, view) !== 'no')
  const tree = withLocalVars(withOverlays(whole, overlays), view.vars)
  const absent = absencesIn(tree, view.facts)
  const idle = (path: NodePath): boolean => isIdle(absent, path)
  const unsupported = findUnsupported(tree, idle)
  const vars = field(tree, 'vars')
  const expanded = expand(tree, {
    facts: { ...view.facts, env: view.environment ?? view.facts.env },
    vars: vars?.kind === 'map' ? vars : undefined,
    parse: view.parse,
    secret: keyVariablesIn(tree),
    idle,
  })
  return {
    ...expanded,
    absent,
    covers: unsupported.covers,
    diagnostics: [...unsupported.diagnostics, ...expanded.diagnostics],
  }
}

/**
 * What is not on this machine is not worked out, nor are conditions, and variables only where
 * something names them.
 */
function isIdle(absent: Absences, [top, id, name]: NodePath): boolean {
  return top === 'vars' || (top === 'providers' && (name === 'when' || absent.has(String(id))))
}

/** The environment variables that keys are taken from. */
function keyVariablesIn(tree: MapNode): ReadonlySet<string> {
  const providers = field(tree, 'providers')
  const keys =
    providers?.kind === 'map'
      ? [...providers.entries.values()].flatMap(({ value }) => field(value, 'key') ?? [])
      : []
  return new Set(keys.flatMap((key) => walk(key).flatMap(({ node }) => variableOf(node) ?? [])))
}

function variableOf(node: Node): string | undefined {
  return textOf(field(node, 'env'))
}
