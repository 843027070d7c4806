import { hasErrors } from '../diagnostic.ts'
import type { Checked, Diagnostic } from '../diagnostic.ts'
import { inOrder } from '../format-diagnostic.ts'
import { NAMED_FACTS } from '../machine-facts.ts'
import type { MachineFacts } from '../machine-facts.ts'
import { checkShape } from './check-shape.ts'
import {
  applies,
  fileProblems,
  filesOf,
  mergeFiles,
  overlaysOf,
  withLocalVars,
  withOverlays,
} from './compose.ts'
import type { ManifestSource } from './compose.ts'
import { doubtfulFields, isAt, placesOf } from './doubtful-fields.ts'
import type { Places } from './doubtful-fields.ts'
import { expand } from './expand.ts'
import type { Expanded } from './expand.ts'
import type { ParseExpressions } from './expression.ts'
import { keyFoundAt, withoutAllowed } from './find-keys.ts'
import { isVendorKey } from './key-text.ts'
import type { Manifest } from './manifest.ts'
import { isReadByHand } from './manifest-file.ts'
import type { ManifestFile } from './manifest-file.ts'
import { field, nodeAt, textOf, walk } from './node.ts'
import type { MapNode, Node, NodePath } from './node.ts'
import { absencesIn, readTree } from './read-tree.ts'
import type { Absences } from './read-tree.ts'
import { manifestSchema } from './schema.ts'
import { findUnsupported } from './unsupported.ts'

/** A checked manifest. One with errors comes with what could be read all the same. */
export type ParsedManifest = Checked<Manifest> & { readonly partial?: Manifest }

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

/**
 * Read and check a manifest as one machine sees it: all its files merged, the overlays of the machine
 * over them, expressions worked out; then the rules for single values. What is said of more than one
 * provider, or needs a preset, is checked by `resolve`. Every problem has a position; they come file by
 * file.
 */
export function readManifest(source: ManifestSource, view: View): ParsedManifest {
  const { path } = source.file
  const written = fileProblems(source)
  if (filesOf(source).some(({ tree }) => tree === undefined)) {
    return { ok: false, diagnostics: inOrder(written) }
  }
  const whole = mergeFiles(source)
  const beyond = tooMany(whole)
  if (beyond !== undefined) return { ok: false, diagnostics: inOrder([...written, beyond]) }
  const overlays = overlaysOf(whole).filter((overlay) => applies(overlay, view) !== 'no')
  const tree = withLocalVars(withOverlays(whole, overlays), view.vars)
  const absent = absencesIn(tree, view.facts)
  const unsupported = findUnsupported(tree, (below) => isIdle(absent, below))
  const expanded = expand(tree, {
    facts: { ...view.facts, env: view.environment ?? view.facts.env },
    vars: asMap(field(tree, 'vars')),
    parse: view.parse,
    secret: keyVariablesIn(tree),
    idle: (below) => isIdle(absent, below),
  })
  const read = readTree(expanded.tree, { path, absent, covers: unsupported.covers })
  const shape = checkShape(
    expanded.tree,
    manifestSchema,
    (below) => unsupported.covers(below) || isReadByHand(expanded.tree, below),
  )
  const problems = filesOf(source).reduce<readonly Diagnostic[]>(
    (left, file) => withoutAllowed(file, left),
    [...read.diagnostics, ...keysIn(expanded.tree)],
  )
  const unread = filesOf(source).flatMap((file) => file.unread)
  const unknown = placesOf([...unread, ...expanded.unknown])
  const independent = [
    ...written,
    ...unsupported.diagnostics,
    ...expanded.diagnostics,
    // Where no value could be had, its stand-in is not worth a word.
    ...[...shape, ...problems].filter((problem) => !isAt(unknown, problem.source)),
  ]
  const errors = independent.filter(({ severity }) => severity === 'error')
  const doubts = placesOf([...errors.map((error) => error.source), ...expanded.unknown])
  const known = withoutUnknown(read.value, unknown)
  const value: Manifest = {
    ...withDoubts(known, expanded.tree, doubts),
    ...contextOf(expanded, view),
    elsewhere: idsOf(whole).filter((id) => !known.providers.some((here) => here.id === id)),
  }
  const diagnostics = inOrder(independent)
  return hasErrors(diagnostics)
    ? { ok: false, diagnostics, partial: value }
    : { ok: true, value, diagnostics }
}

/** Nothing can be said about a model whose name could not be worked out. */
function withoutUnknown<T extends Pick<Manifest, 'model' | 'smallModel'>>(
  manifest: T,
  unknown: Places,
): T {
  const known = (reference: Manifest['model']): Manifest['model'] => {
    return reference !== undefined && isAt(unknown, reference.source) ? undefined : reference
  }
  return { ...manifest, model: known(manifest.model), smallModel: known(manifest.smallModel) }
}

/**
 * What is not on this machine is not worked out, nor are conditions, and variables only where
 * something names them.
 */
function isIdle(absent: Absences, [top, id, name]: NodePath): boolean {
  return top === 'vars' || (top === 'providers' && (name === 'when' || absent.has(String(id))))
}

/** Keys among the values for templates, which show nowhere else in the tree. */
function keysIn(tree: MapNode): readonly Diagnostic[] {
  const providers = field(tree, 'providers')
  const values =
    providers?.kind === 'map'
      ? [...providers.entries.values()].flatMap(({ value }) => field(value, 'with') ?? [])
      : []
  return [field(tree, 'vars'), ...values].flatMap((part) =>
    (part === undefined ? [] : walk(part)).flatMap(({ node }) =>
      isVendorKey(textOf(node) ?? '') ? [keyFoundAt(node.source)] : [],
    ),
  )
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

function contextOf({ vars }: Expanded, { facts }: View): Pick<Manifest, 'vars' | 'machine'> {
  const machine = NAMED_FACTS.flatMap((name): [string, string][] => {
    const fact = facts[name]
    return typeof fact === 'string' ? [[name, fact]] : []
  })
  return { vars, machine: Object.fromEntries(machine) }
}

/** The manifest with what its errors make doubtful, so that their consequences are not told as well. */
function withDoubts<T extends Pick<Manifest, 'providers'>>(
  manifest: T,
  tree: MapNode,
  doubts: Places,
): T {
  const providers = manifest.providers.map((provider) => {
    const doubtful = doubtfulFields(asMap(nodeAt(tree, ['providers', provider.id])), doubts)
    return { ...provider, doubtful }
  })
  return { ...manifest, providers }
}

function asMap(node: Node | undefined): MapNode | undefined {
  return node?.kind === 'map' ? node : undefined
}

/**
 * The ids of all providers that a manifest names on any machine, for commands that need no more than
 * them; it may have other errors. Undefined when one of its files is no YAML.
 */
export function providerIdsOf(source: ManifestSource): readonly string[] | undefined {
  if (filesOf(source).some(isUnreadable)) return undefined
  return idsOf(mergeFiles(source))
}

/**
 * Providers and overlays that a manifest may have in all. Each provider fills in a preset, which is text to
 * be read again: thousands would keep everybody waiting.
 */
const MOST_ENTRIES = 1000

function tooMany(whole: MapNode): Diagnostic | undefined {
  const layers = [whole, ...overlaysOf(whole).map((overlay) => overlay.tree)]
  const maps = [field(whole, 'machines'), ...layers.map((layer) => field(layer, 'providers'))]
  const entries = maps.flatMap((map) => (map?.kind === 'map' ? [...map.entries.values()] : []))
  const beyond = entries[MOST_ENTRIES]
  if (beyond === undefined) return undefined
  return {
    code: 'too-large',
    severity: 'error',
    message: `more than ${MOST_ENTRIES} providers and machines`,
    source: beyond.keySource,
  }
}

/** Of the manifest itself and of all its overlays. */
function idsOf(whole: MapNode): readonly string[] {
  const layers = [whole, ...overlaysOf(whole).map((overlay) => overlay.tree)]
  const ids = layers.flatMap((layer) => {
    const providers = field(layer, 'providers')
    return providers?.kind === 'map' ? [...providers.entries.keys()] : []
  })
  return [...new Set(ids)]
}

function isUnreadable({ tree, diagnostics }: ManifestFile): boolean {
  const isYaml = diagnostics.some(({ code }) => code === 'empty-manifest' || code === 'wrong-type')
  return tree === undefined && !isYaml
}
