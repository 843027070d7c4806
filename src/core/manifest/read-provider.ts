import type { Diagnostic } from '../diagnostic.ts'
import { DEFAULT_PRESET, isPresetName } from '../preset/preset.ts'
import type { Source, Sourced } from '../source.ts'
import { checkReserved } from './check-reserved.ts'
import { checkUrl } from './check-url.ts'
import type { Absence, ManifestProvider } from './manifest.ts'
import { field, sourcedText } from './node.ts'
import type { ListNode, MapNode, Node } from './node.ts'
import { readKeyIn } from './read-key-in.ts'
import { readKey } from './read-key.ts'
import { readModels } from './read-models.ts'
import { quote } from './words.ts'

interface Request {
  readonly id: string
  readonly source: Source
  /** Undefined when what stands there is no map. */
  readonly node: MapNode | undefined
  readonly absence: Absence | undefined
}

/**
 * Read one provider. Fields of a wrong type are left out: the schema reports them, and the value is
 * not used then.
 */
export function readProvider({ id, source, node, absence }: Request): {
  readonly provider: ManifestProvider
  readonly diagnostics: readonly Diagnostic[]
} {
  const { models, discovery, diagnostics: modelProblems } = readModels(field(node, 'models'))
  const { key, diagnostics: keyProblems } = readKey(field(node, 'key'), id)
  const { keyIn, diagnostics: keyInProblems } = readKeyIn(field(node, 'keyIn'))
  const preset = sourcedText(field(node, 'preset')) ?? { value: DEFAULT_PRESET, source }
  const baseURL = sourcedText(field(node, 'baseURL'))
  return {
    provider: {
      id,
      source,
      absence,
      preset,
      name: sourcedText(field(node, 'name')),
      npm: readNpm(field(node, 'npm')),
      baseURL,
      options: asMap(field(node, 'options')),
      env: asList(field(node, 'env')),
      whitelist: asList(field(node, 'whitelist')),
      blacklist: asList(field(node, 'blacklist')),
      models,
      discovery,
      modelsSource: field(node, 'models')?.source,
      key,
      keyIn,
      with: asMap(field(node, 'with')),
      extra: asMap(field(node, 'extra')),
      doubtful: new Set(),
    },
    diagnostics: [
      ...modelProblems,
      ...keyProblems,
      ...keyInProblems,
      ...checkPresetName(preset),
      ...(baseURL === undefined ? [] : checkUrl(baseURL)),
      ...models.flatMap((model) => checkModelUrl(model.fields)),
      ...(node === undefined ? [] : checkReserved(node)),
    ],
  }
}

/** The name becomes part of a path, so it is checked before anyone looks for a file. */
function checkPresetName({ value, source }: Sourced<string>): readonly Diagnostic[] {
  if (isPresetName(value)) return []
  return [
    {
      code: 'unknown-preset',
      severity: 'error',
      message: `${quote(value)} cannot be the name of a preset`,
      source,
      hint: 'a name is made of letters, digits, ".", "_" and "-"; the file is templates/<name>.yaml.hbs',
    },
  ]
}

function checkModelUrl(fields: MapNode): readonly Diagnostic[] {
  const api = sourcedText(field(field(fields, 'provider'), 'api'))
  return api === undefined ? [] : checkUrl(api)
}

function readNpm(node: Node | undefined): Sourced<string | null> | undefined {
  return node?.kind === 'scalar' && node.value === null
    ? { value: null, source: node.source }
    : sourcedText(node)
}

function asMap(node: Node | undefined): MapNode | undefined {
  return node?.kind === 'map' ? node : undefined
}

function asList(node: Node | undefined): ListNode | undefined {
  return node?.kind === 'list' ? node : undefined
}
