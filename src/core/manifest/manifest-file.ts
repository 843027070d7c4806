import type { Diagnostic } from '../diagnostic.ts'
import { inOrder } from '../format-diagnostic.ts'
import type { Source, Sourced } from '../source.ts'
import { checkCondition } from './conditions.ts'
import { checkShape } from './check-shape.ts'
import { isAt, placesOf } from './doubtful-fields.ts'
import { child, field, nodeAt, sourcedText, textOf, valuesOf, walk } from './node.ts'
import type { MapNode, Node, NodePath } from './node.ts'
import { readYaml } from './read-yaml.ts'
import type { YamlText } from './read-yaml.ts'
import { manifestSchema } from './schema.ts'
import { describeValue } from './words.ts'

/** A manifest as it stands on disk; `path` is repeated in every position. */
export type ManifestText = YamlText

/** One file of a manifest, read by itself: what it includes is not in it. */
export interface ManifestFile {
  readonly path: string
  readonly text: string
  /** Undefined when the text is no manifest at all. */
  readonly tree: MapNode | undefined
  /** The paths under `include`, as written. */
  readonly includes: readonly Sourced<string>[]
  /** Every problem that this file has on its own, on whatever machine it is used. */
  readonly diagnostics: readonly Diagnostic[]
  /** Places of values that YAML could not give as they were meant; something else stands there. */
  readonly unread: readonly Source[]
  readonly hasExpressions: boolean
}

/**
 * Read one file of a manifest: YAML, shape and conditions. A field that is missing is not looked for
 * here, because another file or an overlay may bring it; nor are values that hold expressions judged.
 */
export function readManifestFile(file: ManifestText): ManifestFile {
  const { tree, diagnostics: yamlProblems } = readYaml(file)
  if (tree?.kind !== 'map') {
    const none = tree === undefined ? [empty(file)] : [noMap(tree)]
    const diagnostics = tree === undefined && yamlProblems.length > 0 ? [] : none
    return {
      ...file,
      tree: undefined,
      includes: [],
      diagnostics: inOrder([...yamlProblems, ...diagnostics]),
      unread: [],
      hasExpressions: false,
    }
  }
  const unread = yamlProblems.flatMap(({ source }) => source ?? [])
  const broken = placesOf(unread)
  const shape = checkShape(tree, manifestSchema, (path) => isJudgedLater(tree, path))
  const include = field(tree, 'include')
  return {
    ...file,
    tree,
    includes:
      include?.kind === 'list' ? include.items.flatMap((item) => sourcedText(item) ?? []) : [],
    diagnostics: inOrder([
      ...yamlProblems,
      ...[...checkVersion(tree), ...shape].filter(({ source }) => !isAt(broken, source)),
      ...conditionsOf(tree).flatMap(checkCondition),
      ...checkIncludes(include),
      ...checkNames(tree),
    ]),
    unread,
    hasExpressions: file.text.includes('{{'),
  }
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

function isJudgedLater(tree: Node, path: NodePath): boolean {
  if (isReadByHand(tree, path)) return true
  const node = nodeAt(tree, path)
  return node === undefined || textOf(node)?.includes('{{') === true
}

/** The rules for these places say more than a schema can: the readers of keys and models have them. */
export function isReadByHand(tree: Node, path: NodePath): boolean {
  if (path[0] === 'version') return true
  const inOverlay = path[0] === 'machines'
  const [top, , name, index] = inOverlay ? path.slice(2) : path
  if (top !== 'providers') return false
  if (name === 'key') return true
  if (name !== 'models' || typeof index !== 'number') return false
  return textOf(child(nodeAt(tree, path.slice(0, inOverlay ? 6 : 4)), 'id')) === undefined
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

/** Files are found before any variable is known. */
function checkIncludes(include: Node | undefined): readonly Diagnostic[] {
  if (include?.kind !== 'list') return []
  return include.items.flatMap((item) =>
    textOf(item)?.includes('{{') === true
      ? [
          {
            code: 'bad-include',
            severity: 'error' as const,
            message: 'the path of an include cannot hold an expression',
            source: item.source,
            hint: 'write what differs from one machine to another under "machines"',
          },
        ]
      : [],
  )
}

/** Names are never worked out: an expression in one would go to OpenCode as it is. */
function checkNames(tree: MapNode): readonly Diagnostic[] {
  return providersOf(tree).flatMap((provider) =>
    walk(provider).flatMap(({ path, keySource }) => {
      const name = path.at(-1)
      if (typeof name !== 'string' || !EXPRESSION.test(name)) return []
      return [
        {
          code: 'bad-expression',
          severity: 'warning' as const,
          message: 'an expression in a name is not worked out, and stays as it is',
          source: keySource,
          hint:
            path.length === 2 && path[0] === 'models'
              ? `write the models as a list: \`- id: "{{…}}"\``
              : 'write the name itself; only values can hold expressions',
        },
      ]
    }),
  )
}

/** What would be one in a value. */
const EXPRESSION = /\{\{\s*(?:vars\.|machine\.|env\s)/

/** Every `when` of a manifest: of overlays, of providers, and of providers in overlays. */
export function conditionsOf(tree: MapNode): readonly Node[] {
  const overlays = valuesOf(field(tree, 'machines'))
  return [...overlays, ...providersOf(tree)].flatMap((part) => field(part, 'when') ?? [])
}

/** Those of the manifest itself and of its overlays. */
function providersOf(tree: MapNode): readonly Node[] {
  const layers = [tree, ...valuesOf(field(tree, 'machines'))]
  return layers.flatMap((layer) => valuesOf(field(layer, 'providers')))
}
