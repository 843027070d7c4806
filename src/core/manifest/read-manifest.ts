import { hasErrors } from '../diagnostic.ts'
import type { Checked, Diagnostic } from '../diagnostic.ts'
import { inOrder } from '../format-diagnostic.ts'
import type { Source, Sourced } from '../source.ts'
import type { WantedEnabledList } from '../wanted.ts'
import { checkIds } from './check-ids.ts'
import { checkReferences } from './check-references.ts'
import { checkShape } from './check-shape.ts'
import { doubtfulFields, isAt, placesOf } from './doubtful-fields.ts'
import type { Manifest } from './manifest.ts'
import { child, field, keySourceAt, nodeAt, sourcedText, textOf } from './node.ts'
import type { MapNode, Node, NodePath } from './node.ts'
import { readProvider } from './read-provider.ts'
import { readYaml } from './read-yaml.ts'
import type { YamlText } from './read-yaml.ts'
import { manifestSchema } from './schema.ts'
import { findUnsupported } from './unsupported.ts'
import { describeValue } from './words.ts'

/** A checked manifest. One with errors comes with what could be read all the same. */
export type ParsedManifest = Checked<Manifest> & { readonly partial?: Manifest }

/** A manifest as it stands on disk; `path` is repeated in every position. */
export type ManifestText = YamlText

/**
 * Read and check a manifest: YAML, shape, what this version does not do yet, and all rules that need
 * no preset. Every problem has a position; they come in the order of the file.
 */
export function parseManifest(manifest: ManifestText): ParsedManifest {
  const { tree, diagnostics: yamlProblems } = readYaml(manifest)
  if (tree === undefined) {
    return { ok: false, diagnostics: yamlProblems.length > 0 ? yamlProblems : [empty(manifest)] }
  }
  if (tree.kind !== 'map')
    return { ok: false, diagnostics: inOrder([...yamlProblems, noMap(tree)]) }
  const beyond = tooManyProviders(tree)
  if (beyond !== undefined) return { ok: false, diagnostics: inOrder([...yamlProblems, beyond]) }

  const unsupported = findUnsupported(tree)
  const { value: read, diagnostics: problems } = readTree(manifest.path, tree, unsupported.covers)
  const shape = checkShape(
    tree,
    manifestSchema,
    (below) => unsupported.covers(below) || isReadByHand(tree, below),
  )
  const broken = placesOf(yamlProblems)
  const independent = [
    ...yamlProblems,
    ...unsupported.diagnostics,
    // Where YAML could not give the value that was meant, its stand-in is not worth a word.
    ...[...checkVersion(tree), ...shape, ...problems].filter(({ source }) => !isAt(broken, source)),
  ]
  const value = withDoubts(read, tree, independent)
  const diagnostics = inOrder([...independent, ...checkReferences(value)])
  return hasErrors(diagnostics)
    ? { ok: false, diagnostics, partial: value }
    : { ok: true, value, diagnostics }
}

/**
 * The provider ids of a manifest that may have other errors, for commands that need no more than
 * them; undefined when the text is no YAML.
 */
export function manifestProviderIds(manifest: ManifestText): readonly string[] | undefined {
  const { tree, diagnostics } = readYaml(manifest)
  if (tree === undefined) return diagnostics.length > 0 ? undefined : []
  const providers = field(tree, 'providers')
  return providers?.kind === 'map' ? [...providers.entries.keys()] : []
}

const MINIMAL = `a small one: \`{ version: 1, providers: { ollama: { preset: ollama, models: ["qwen3-coder:30b"] } } }\``

function empty({ path }: ManifestText): Diagnostic {
  return {
    code: 'empty-manifest',
    severity: 'error',
    message: 'the manifest is empty',
    source: { file: path, line: 1, column: 1 },
    hint: MINIMAL,
  }
}

function noMap(tree: Node): Diagnostic {
  return {
    code: 'wrong-type',
    severity: 'error',
    message: `a manifest is a map of fields, not ${tree.kind === 'list' ? 'a list' : 'a single value'}`,
    source: tree.source,
    hint: MINIMAL,
  }
}

/** Each fills in a preset, which is text to be read again: thousands would keep everybody waiting. */
const MOST_PROVIDERS = 1000

function tooManyProviders(tree: MapNode): Diagnostic | undefined {
  const providers = field(tree, 'providers')
  if (providers?.kind !== 'map' || providers.entries.size <= MOST_PROVIDERS) return undefined
  const [, next] = [...providers.entries][MOST_PROVIDERS] ?? []
  return {
    code: 'too-large',
    severity: 'error',
    message: `more than ${MOST_PROVIDERS} providers`,
    source: next?.keySource ?? providers.source,
  }
}

/** The rules for these places say more than a schema can: the readers of keys and models have them. */
function isReadByHand(tree: Node, path: NodePath): boolean {
  const [top, , name, index] = path
  if (top === 'version') return true
  if (top !== 'providers' || path.length < 3) return false
  if (name === 'key') return true
  if (name !== 'models' || typeof index !== 'number') return false
  return textOf(child(nodeAt(tree, path.slice(0, 4)), 'id')) === undefined
}

function checkVersion(tree: MapNode): readonly Diagnostic[] {
  const version = field(tree, 'version')
  if (version?.kind === 'scalar' && version.value === 1) return []
  const wrong = (message: string, hint: string): readonly Diagnostic[] => [
    {
      code: 'bad-version',
      severity: 'error',
      message,
      source: version?.source ?? tree.source,
      hint,
    },
  ]
  if (version === undefined)
    return wrong('missing "version"', 'start the manifest with `version: 1`')
  if (version.kind === 'scalar' && version.value === '1') {
    return wrong('"version" must be the number 1', 'remove the quotes')
  }
  const value = version.kind === 'scalar' ? describeValue(version.value) : `a ${version.kind}`
  return wrong(
    `this opgen reads version 1 of the manifest, not ${value}`,
    'write `version: 1`; a later version of the format needs a later opgen',
  )
}

function readTree(
  path: string,
  tree: MapNode,
  covers: (path: NodePath) => boolean,
): { readonly value: Manifest; readonly diagnostics: readonly Diagnostic[] } {
  const providersNode = field(tree, 'providers')
  const entries = providersNode?.kind === 'map' ? [...providersNode.entries] : []
  const read = entries.map(([id, { keySource, value: node }]) =>
    readProvider({
      id,
      source: keySource,
      node: node.kind === 'map' ? node : undefined,
      skip: (below) => covers(['providers', id, ...below]),
    }),
  )
  const usable = (name: string): Node | undefined =>
    covers([name]) ? undefined : field(tree, name)
  const disabled = usable('disabled_providers')
  const value: Manifest = {
    path,
    providers: read.map(({ provider }) => provider),
    model: sourcedText(usable('model')),
    smallModel: sourcedText(usable('small_model')),
    enabledProviders: readEnabled(
      usable('enabled_providers'),
      keySourceAt(tree, ['enabled_providers']),
    ),
    disabledProviders:
      disabled?.kind === 'list'
        ? { value: texts(disabled), source: keySourceAt(tree, ['disabled_providers']) }
        : undefined,
  }
  const diagnostics = [
    ...read.flatMap((result) => result.diagnostics),
    ...checkIds(
      entries.map(([id, { keySource, keyIsNoText }]) => ({ id, source: keySource, keyIsNoText })),
    ),
  ]
  return { value, diagnostics }
}

/** The manifest with what its errors make doubtful, so that their consequences are not told as well. */
function withDoubts(
  manifest: Manifest,
  tree: MapNode,
  diagnostics: readonly Diagnostic[],
): Manifest {
  const errors = placesOf(diagnostics.filter(({ severity }) => severity === 'error'))
  const providers = manifest.providers.map((provider) => {
    const node = nodeAt(tree, ['providers', provider.id])
    return {
      ...provider,
      doubtful: doubtfulFields(node?.kind === 'map' ? node : undefined, errors),
    }
  })
  return { ...manifest, providers }
}

/** @param source the place of the field's name */
function readEnabled(node: Node | undefined, source: Source): WantedEnabledList {
  if (node?.kind === 'list') return { mode: 'list', source, items: texts(node) }
  return textOf(node) === 'keep' ? { mode: 'keep' } : { mode: 'auto' }
}

function texts(list: Node): readonly Sourced<string>[] {
  if (list.kind !== 'list') return []
  return list.items.flatMap((item) => sourcedText(item) ?? [])
}
