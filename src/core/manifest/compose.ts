import type { Diagnostic } from '../diagnostic.ts'
import type { MachineFacts } from '../machine-facts.ts'
import { didYouMean } from '../nearest.ts'
import type { Source } from '../source.ts'
import { holds } from './conditions.ts'
import type { Holds } from './conditions.ts'
import type { ManifestFile } from './manifest-file.ts'
import { field, mergeNodes, without } from './node.ts'
import type { Entry, MapNode, Node, NodePath } from './node.ts'
import { quote } from './words.ts'

/** A file of a manifest with all that it includes. A file that is included twice is one object. */
export interface ManifestSource {
  readonly file: ManifestFile
  /** In the order written. */
  readonly includes: readonly ManifestSource[]
  /** What is wrong with its includes: missing, or leading in a circle. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Every file once, included ones before those that include them. */
export function filesOf(source: ManifestSource): readonly ManifestFile[] {
  return [...sourcesOf(source)].map(({ file }) => file)
}

/** Every problem of all files on their own, the main file's first. */
export function fileProblems(source: ManifestSource): readonly Diagnostic[] {
  return [...sourcesOf(source)]
    .toReversed()
    .flatMap(({ file, diagnostics }) => [...file.diagnostics, ...diagnostics])
}

function sourcesOf(
  source: ManifestSource,
  seen = new Set<ManifestSource>(),
): ReadonlySet<ManifestSource> {
  if (seen.has(source)) return seen
  for (const included of source.includes) sourcesOf(included, seen)
  return seen.add(source)
}

/** One tree of all files: includes in their order, then the file itself over them. */
export function mergeFiles(source: ManifestSource): MapNode {
  const merged = new Map<ManifestSource, MapNode>()
  const merge = (current: ManifestSource): MapNode => {
    const known = merged.get(current)
    if (known !== undefined) return known
    const trees = [...current.includes.map(merge), current.file.tree ?? EMPTY]
    const tree = trees.reduce(mergeLayers, EMPTY)
    merged.set(current, tree)
    return tree
  }
  return without(merge(source), ['include'])
}

const EMPTY: MapNode = {
  kind: 'map',
  entries: new Map(),
  source: { file: '', line: 1, column: 1 },
}

/** `over` merged onto `base` as the spec has it, "Overlays and conditions". */
export function mergeLayers(base: MapNode, over: MapNode): MapNode {
  if (base === EMPTY) return over
  const merged = mergeNodes(base, over, isOneValue)
  return merged.kind === 'map' ? merged : base
}

/** Where a key comes from and where it goes is one answer: half of one and half of another is none. */
function isOneValue(path: NodePath): boolean {
  const [top, , name, ...deeper] = path[0] === 'machines' ? path.slice(2) : path
  return top === 'providers' && (name === 'key' || name === 'keyIn') && deeper.length === 0
}

export interface Overlay {
  readonly name: string
  /** Place of the name. */
  readonly source: Source
  readonly tree: MapNode
  readonly when: Node | undefined
}

/** The overlays under `machines`, in the order written. */
export function overlaysOf(tree: MapNode): readonly Overlay[] {
  const machines = field(tree, 'machines')
  if (machines?.kind !== 'map') return []
  return [...machines.entries].flatMap(([name, { keySource, value }]) =>
    value.kind === 'map'
      ? [{ name, source: keySource, tree: value, when: field(value, 'when') }]
      : [],
  )
}

/**
 * Whether an overlay applies. A machine that is named has the overlay of its name, whatever the
 * `when` of that says, and none of the others that have one.
 */
export function applies(
  { name, when }: Pick<Overlay, 'name' | 'when'>,
  { machine, facts }: { readonly machine: string | undefined; readonly facts: MachineFacts },
): Holds {
  if (machine === undefined) return holds(when, facts)
  return name === machine || when === undefined ? 'yes' : 'no'
}

/** The tree with these overlays merged over it, in their order, and nothing left of `machines`. */
export function withOverlays(tree: MapNode, overlays: readonly Overlay[]): MapNode {
  return overlays
    .map((overlay) => without(overlay.tree, ['when']))
    .reduce(mergeLayers, without(tree, ['machines']))
}

/** The tree with the variables of this one computer over its own. */
export function withLocalVars(tree: MapNode, vars: MapNode | undefined): MapNode {
  if (vars === undefined) return tree
  const entry: Entry = { keySource: vars.source, value: vars }
  return mergeLayers(tree, { ...EMPTY, entries: new Map([['vars', entry]]) })
}

/** What to say when a machine is named that the manifest does not have. */
export function unknownMachine(
  name: string,
  overlays: readonly Overlay[],
  source: Source,
): Diagnostic {
  const names = overlays.map((overlay) => overlay.name)
  return {
    code: 'unknown-machine',
    severity: 'error',
    message: `the manifest has no machine ${quote(name)}`,
    source,
    hint: names.length === 0 ? 'it names none' : `it names ${names.map(quote).join(', ')}`,
    ...didYouMean(name, names),
  }
}
