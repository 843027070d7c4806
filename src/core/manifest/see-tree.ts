import type { Diagnostic } from '../diagnostic.ts'
import type { JsonObject } from '../json.ts'
import type { MachineFacts } from '../machine-facts.ts'
import type { Source } from '../source.ts'
import { applies, overlaysOf, withLocalVars, withOverlays } from './compose.ts'
import { evaluator } from './evaluate.ts'
import type { Evaluate } from './evaluate.ts'
import { expand } from './expand.ts'
import type { ParseExpressions } from './expression.ts'
import { field, valuesOf, walk } from './node.ts'
import type { MapNode, Node, NodePath } from './node.ts'
import { absencesIn } from './read-tree.ts'
import type { Absences } from './read-tree.ts'

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
  /** Places of values that could not be worked out; something else stands there. */
  readonly unknown: readonly Source[]
  /** The variables, for the templates of presets. */
  readonly vars: JsonObject
  readonly varProblems: readonly Diagnostic[]
  /** Values of environment variables, which no message is to show. */
  readonly disclosed: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Merge the overlays of a machine over a manifest, and work out the expressions of what is there. */
export function seeTree(whole: MapNode, view: View): SeenTree {
  const overlays = overlaysOf(whole)
  const chosen = overlays.filter((overlay) => applies(overlay, view) !== 'no')
  const tree = withLocalVars(withOverlays(whole, chosen), view.vars)
  const absent = absencesIn(tree, view.facts)
  const idle = (path: NodePath): boolean => isIdle(absent, path)
  const vars = field(tree, 'vars')
  const scope = {
    facts: { ...view.facts, env: view.environment ?? view.facts.env },
    vars: vars?.kind === 'map' ? vars : undefined,
    parse: view.parse,
  }
  const layers = [whole, ...overlays.map((overlay) => overlay.tree)]
  const secret = keyVariablesIn(
    layers,
    evaluator({ ...scope, secret: new Set(), disclosed: new Set() }),
  )
  const expanded = expand(tree, { ...scope, secret, idle })
  return {
    ...expanded,
    absent,
    diagnostics: [
      ...expanded.diagnostics,
      // A variable that nothing names may be set on other machines only.
      ...expanded.varProblems.filter(
        ({ code, severity }) => code !== 'unset-variable' || severity === 'info',
      ),
    ],
  }
}

/**
 * What is not on this machine is not worked out, nor are conditions, and variables only where
 * something names them.
 */
function isIdle(absent: Absences, [top, id, name]: NodePath): boolean {
  return top === 'vars' || (top === 'providers' && (name === 'when' || absent.has(String(id))))
}

/**
 * The environment variables that keys are taken from, on whatever machine: what is a key there is none
 * to be written out here.
 */
function keyVariablesIn(layers: readonly MapNode[], evaluate: Evaluate): ReadonlySet<string> {
  const providers = layers.flatMap((layer) => valuesOf(field(layer, 'providers')))
  const keys = providers.flatMap((provider) => field(provider, 'key') ?? [])
  const names = keys.flatMap((key) => walk(key).flatMap(({ node }) => field(node, 'env') ?? []))
  return new Set(names.flatMap((name) => nameIn(name, evaluate)))
}

function nameIn(node: Node, evaluate: Evaluate): readonly string[] {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return []
  if (node.expressions === undefined) return [node.value]
  const result = evaluate(node)
  return result.ok ? [result.text] : []
}
