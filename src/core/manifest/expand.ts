import type { Diagnostic } from '../diagnostic.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject } from '../json.ts'
import type { MachineFacts } from '../machine-facts.ts'
import type { Source } from '../source.ts'
import type { ParseExpressions } from './expression.ts'
import { evaluator } from './evaluate.ts'
import type { Evaluate, Problem } from './evaluate.ts'
import { toJson } from './node.ts'
import type { Entry, MapNode, Node, NodePath, ScalarNode } from './node.ts'

export interface ExpandOptions {
  readonly facts: MachineFacts
  readonly vars: MapNode | undefined
  readonly parse: ParseExpressions
  /** Environment variables that hold keys, and are never given to an expression. */
  readonly secret: ReadonlySet<string>
  /** Paths where nothing is evaluated and nothing is reported: what is not on this machine. */
  readonly idle: (path: NodePath) => boolean
}

export interface Expanded {
  readonly tree: MapNode
  readonly diagnostics: readonly Diagnostic[]
  /** Places of the values that could not be worked out: nothing follows from them. */
  readonly unknown: readonly Source[]
  /** The variables as a preset's template sees them; those that cannot be worked out are left out. */
  readonly vars: JsonObject
  /** What is wrong with the variables themselves, whether anything names them or not. */
  readonly varProblems: readonly Diagnostic[]
  /** Values of environment variables: where they come from somebody else's machine, they are not shown. */
  readonly disclosed: readonly string[]
}

/** OpenCode's own token stands where a value is not known: no check looks into one. */
export const UNKNOWN = '{env:UNKNOWN}'

/**
 * Put values in the place of all expressions of a tree. The result of one is never parsed again. The
 * places of the values stay; where a variable was set is remembered as `via`.
 */
export function expand(tree: MapNode, options: ExpandOptions): Expanded {
  const diagnostics: Diagnostic[] = []
  const unknown: Source[] = []
  const disclosed = new Set<string>()
  const evaluate = evaluator({ ...options, disclosed })
  const report = (problem: Problem, node: ScalarNode): void => {
    const { index, ...rest } = problem
    const source = node.expressions?.[index ?? 0] ?? node.source
    diagnostics.push({ ...rest, source })
    unknown.push(node.source)
  }
  const expandText = (node: ScalarNode, path: NodePath): ScalarNode => {
    if (node.expressions === undefined || typeof node.value !== 'string') return node
    if (options.idle(path)) {
      unknown.push(node.source)
      return blank(node)
    }
    const result = evaluate(node)
    if (!result.ok) {
      for (const problem of result.problems) report(problem, node)
      return blank(node)
    }
    return { kind: 'scalar', value: result.text, source: node.source, via: result.via }
  }
  const expandNode = (node: Node, path: NodePath): Node => {
    if (node.kind === 'scalar') return expandText(node, path)
    if (node.kind === 'map') return { ...node, entries: expandEntries(node, path) }
    return { ...node, items: node.items.map((item, index) => expandNode(item, [...path, index])) }
  }
  const expandEntries = (node: MapNode, path: NodePath): ReadonlyMap<string, Entry> => {
    const entries = [...node.entries].map(([name, entry]): [string, Entry] => [
      name,
      { ...entry, value: expandNode(entry.value, [...path, name]) },
    ])
    return new Map(entries)
  }
  return {
    tree: { ...tree, entries: expandEntries(tree, []) },
    diagnostics,
    unknown,
    ...varsForTemplates(options.vars, evaluate),
    disclosed: [...disclosed],
  }
}

function blank(node: ScalarNode): ScalarNode {
  const text = String(node.value).replaceAll(/\{\{+[^}]*\}*/g, UNKNOWN)
  return { kind: 'scalar', value: text, source: node.source }
}

function varsForTemplates(
  vars: MapNode | undefined,
  evaluate: Evaluate,
): Pick<Expanded, 'vars' | 'varProblems'> {
  const varProblems: Diagnostic[] = []
  const known = vars === undefined ? undefined : knownPart(vars, evaluate, varProblems)
  const json = known === undefined ? undefined : toJson(known)
  return { vars: isJsonObject(json) ? json : {}, varProblems }
}

/** The tree with its expressions worked out; undefined where one cannot be. */
function knownPart(node: Node, evaluate: Evaluate, problems: Diagnostic[]): Node | undefined {
  if (node.kind === 'scalar') return knownScalar(node, evaluate, problems)
  if (node.kind === 'list') {
    const items = node.items.map((item) => knownPart(item, evaluate, problems))
    return { ...node, items: items.filter((item) => item !== undefined) }
  }
  const entries = [...node.entries].flatMap(([name, entry]): [string, Entry][] => {
    const value = knownPart(entry.value, evaluate, problems)
    return value === undefined ? [] : [[name, { ...entry, value }]]
  })
  return { ...node, entries: new Map(entries) }
}

function knownScalar(
  node: ScalarNode,
  evaluate: Evaluate,
  found: Diagnostic[],
): ScalarNode | undefined {
  if (node.expressions === undefined) return node
  const { source } = node
  const result = evaluate(node)
  if (result.ok) return { kind: 'scalar', value: result.text, source }
  const problems = result.problems.map(({ index, ...problem }) => {
    return { ...problem, source: node.expressions?.[index ?? 0] ?? source }
  })
  found.push(...problems)
  const isUnknown = problems.every(({ severity }) => severity === 'info')
  return isUnknown ? { kind: 'scalar', value: UNKNOWN, source } : undefined
}
