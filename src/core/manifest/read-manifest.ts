import { hasErrors } from '../diagnostic.ts'
import type { Checked, Diagnostic } from '../diagnostic.ts'
import { inOrder } from '../format-diagnostic.ts'
import { NAMED_FACTS } from '../machine-facts.ts'
import type { Source } from '../source.ts'
import { checkShape } from './check-shape.ts'
import { fileProblems, filesOf, mergeFiles, overlaysOf } from './compose.ts'
import type { ManifestSource } from './compose.ts'
import { doubtfulFields, isAt, placesOf } from './doubtful-fields.ts'
import type { Places } from './doubtful-fields.ts'
import { UNKNOWN } from './expand.ts'
import { keyFoundAt, withoutAllowed } from './find-keys.ts'
import { hideValues } from './hide-values.ts'
import { isVendorKey } from './key-text.ts'
import type { Manifest } from './manifest.ts'
import { isReadByHand } from './manifest-file.ts'
import type { ManifestFile } from './manifest-file.ts'
import { meantField } from './field-slips.ts'
import { entriesOf, field, namesOf, nodeAt, textOf, walk } from './node.ts'
import type { MapNode, Node, NodePath } from './node.ts'
import { readTree } from './read-tree.ts'
import { manifestSchema } from './schema.ts'
import { seeTree } from './see-tree.ts'
import type { SeenTree, View } from './see-tree.ts'

/** A checked manifest. One with errors comes with what could be read all the same. */
export type ParsedManifest = Checked<Manifest> & { readonly partial?: Manifest }

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
  const seen = seeTree(whole, view)
  const read = readTree(seen.tree, { path, ...seen })
  const unread = filesOf(source).flatMap((file) => file.unread)
  const unknown = placesOf([...unread, ...seen.unknown])
  const found = [
    ...checkProviders(whole, source),
    ...shapeProblems(seen),
    ...allowed(source, [...read.diagnostics, ...keysIn(seen)]),
  ]
  // Where no value could be had, its stand-in is not worth a word.
  const known = found.filter((problem) => !isAt(unknown, problem.source))
  const diagnostics = hideValues(
    inOrder([...written, ...seen.diagnostics, ...known]),
    seen.disclosed,
  )
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const doubts = placesOf([...errors.map((error) => error.source), ...seen.unknown])
  const value: Manifest = {
    ...withDoubts(withoutUnknown(read.value, unknown), seen.tree, doubts),
    ...contextOf(seen, view),
    elsewhere: idsOf(whole).filter((id) => !read.value.providers.some((here) => here.id === id)),
  }
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

/** Whether this is the one field that is looked for in the files and not in what a machine sees. */
function isMissing(tree: MapNode, path: NodePath): boolean {
  return path.length === 1 && path[0] === 'providers' && field(tree, 'providers') === undefined
}

const FIELDS: readonly string[] = Object.keys(manifestSchema.shape)

/**
 * Whether any file brings providers, be it none at all. Nothing is said where that cannot be known: a
 * file that is not there, a wrong name or a merge that went wrong could have brought them.
 */
function checkProviders(whole: MapNode, source: ManifestSource): readonly Diagnostic[] {
  const isOpen = fileProblems(source).some(({ code }) => code === 'bad-include')
  const names = [...whole.entries.keys()]
  const isThere = names.some((name) => meantField(name, FIELDS) === 'providers' || name === '<<')
  if (isOpen || isThere) return []
  return [
    {
      code: 'missing-field',
      severity: 'error',
      message: 'missing "providers"',
      source: source.file.tree?.source ?? whole.source,
      hint: 'write `providers: {}` if there are none',
    },
  ]
}

function shapeProblems({ tree }: SeenTree): readonly Diagnostic[] {
  return checkShape(
    tree,
    manifestSchema,
    (path) => isReadByHand(tree, path) || isMissing(tree, path),
  )
}

/** The problems that no file allows. */
function allowed(source: ManifestSource, problems: readonly Diagnostic[]): readonly Diagnostic[] {
  return filesOf(source).reduce((left, file) => withoutAllowed(file, left), problems)
}

/** Keys among the values for templates, which show nowhere else in the tree, and in key sources. */
function keysIn({ tree }: SeenTree): readonly Diagnostic[] {
  const providers = field(tree, 'providers')
  const values =
    providers?.kind === 'map'
      ? [...providers.entries.values()].flatMap(({ value }) => [
          field(value, 'with'),
          ...addressesIn(field(value, 'key')),
        ])
      : []
  return [field(tree, 'vars'), ...values].flatMap((part) =>
    (part === undefined ? [] : walk(part)).flatMap(({ node }) =>
      isVendorKey(textOf(node) ?? '') ? [keyFoundAt(node.source)] : [],
    ),
  )
}

/** Where in key sources any text may stand, which is shown: what a command is given, files and entries. */
function addressesIn(key: Node | undefined): readonly (Node | undefined)[] {
  const sources = key?.kind === 'list' ? key.items : [key]
  return sources.flatMap((source) =>
    ['command', 'file', 'keychain'].map((form) => field(source, form)),
  )
}

function contextOf(
  { vars, varProblems, disclosed }: SeenTree,
  { facts }: View,
): Pick<Manifest, 'vars' | 'varProblems' | 'disclosed' | 'machine'> {
  const machine = NAMED_FACTS.flatMap((name): [string, string][] => {
    const fact = facts[name]
    return fact === null ? [] : [[name, fact ?? UNKNOWN]]
  })
  return { vars, varProblems, disclosed, machine: Object.fromEntries(machine) }
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

/** Overlays alone: `check` looks at all providers anew for each of them. */
const MOST_MACHINES = 200

function tooMany(whole: MapNode): Diagnostic | undefined {
  const machine = overlaysOf(whole)[MOST_MACHINES]
  if (machine !== undefined) return tooLarge(`more than ${MOST_MACHINES} machines`, machine.source)
  const layers = [whole, ...overlaysOf(whole).map((overlay) => overlay.tree)]
  const maps = [field(whole, 'machines'), ...layers.map((layer) => field(layer, 'providers'))]
  const entries = maps.flatMap(entriesOf)
  const [, beyond] = entries[MOST_ENTRIES] ?? []
  if (beyond === undefined) return undefined
  return tooLarge(`more than ${MOST_ENTRIES} providers and machines`, beyond.keySource)
}

function tooLarge(message: string, source: Source): Diagnostic {
  return { code: 'too-large', severity: 'error', message, source }
}

/** Of the manifest itself and of all its overlays. */
function idsOf(whole: MapNode): readonly string[] {
  const layers = [whole, ...overlaysOf(whole).map((overlay) => overlay.tree)]
  return [...new Set(layers.flatMap((layer) => namesOf(field(layer, 'providers'))))]
}

function isUnreadable({ tree, diagnostics }: ManifestFile): boolean {
  const isYaml = diagnostics.some(({ code }) => code === 'empty-manifest' || code === 'wrong-type')
  return tree === undefined && !isYaml
}
