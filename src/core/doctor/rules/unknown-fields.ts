import { isJsonObject } from '../../json.ts'
import type { Path } from '../../json.ts'
import { valueOf } from '../../jsonc/parse.ts'
import { meantField } from '../../manifest/field-slips.ts'
import { listed } from '../../manifest/words.ts'
import { Secret } from '../../secret.ts'
import { checkSchema, checkValue, pathOf } from '../check-schema.ts'
import type { SchemaProblem, Spot } from '../check-schema.ts'
import { fieldFindings } from '../field-findings.ts'
import type { FieldItem } from '../field-findings.ts'
import { mergedAt, nameOf, placeOf } from '../merged-config.ts'
import { schemaAt } from '../opencode-schema.ts'
import { isOnlyKey, optionNamed } from '../option-names.ts'
import { atName } from '../rule.ts'
import type { Found, RepairEdit, Rule } from '../rule.ts'
import { hasLine, mayBeLine } from '../scene.ts'
import type { Scene } from '../scene.ts'
import { quotePath } from '../schema-words.ts'

export const unknownField: Rule = {
  code: 'unknown-field',
  severity: 'warning',
  title: 'a field that OpenCode drops without a word',
  cause: 'OpenCode reads the fields that it knows and drops all others: this one has no effect',
  fix: 'write the name that OpenCode knows, or take the field out',
  source: 'contract 1.4, 2; openabdev/openab#1200',
  check: (scene) => [
    ...scene.layers.flatMap((layer) => {
      if (layer.document === undefined) return []
      const unknown = checkSchema(layer.document).filter((problem) => problem.kind === 'unknown')
      const items = unknown.flatMap((problem) => itemOf(scene, problem))
      return fieldFindings(layer, items, (count) => `${count} more fields here are unknown too`)
    }),
    ...scene.providers.flatMap(({ id, node }) => fieldsInOptions(id, node)),
  ],
}

type Unknown = Extract<SchemaProblem, { readonly kind: 'unknown' }>

function itemOf(scene: Scene, { spot, known }: Unknown): readonly FieldItem[] {
  const path = pathOf(spot)
  const { name } = spot
  const [top] = path
  if (SILENT.test(name) || (top !== 'provider' && !mayBeLine(scene, 1))) return []
  const base = { path, offset: spot.nameAt }
  if (path.length === 1) {
    if (ELSEWHERE.has(name)) return []
    const own = OF_2.get(name)
    if (own !== undefined) return [{ ...base, ...ofLine2(scene, own) }]
  }
  if (name.startsWith('_')) {
    const predicate = "is a note of somebody's, which OpenCode drops"
    return [{ ...base, predicate, fix: 'leave it, or take it out', severity: 'info' }]
  }
  if (top === 'mcp' && known.length === 1) return bareServer(spot)
  if (top === 'provider' && path.length === 3) {
    const moved = besideOptions(scene, spot, path)
    if (moved !== undefined) return [{ ...base, ...moved }]
  }
  return [{ ...base, predicate: 'is no field that OpenCode knows', fix: fixFor(spot, known) }]
}

/** Comments, as people write them into JSON, and a schema for editors. */
const SILENT = /^(?:\/\/|#|\$schema$|\$?_?comment)/i

/** At the root: what other rules tell of. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'providers',
  'permissions',
  'theme',
  'keybinds',
  'tui',
])

/** At the root: what only OpenCode 2 reads, and what OpenCode 1 calls it, if it has that. */
const OF_2: ReadonlyMap<string, string> = new Map([
  ['plugins', 'plugin'],
  ['update', 'autoupdate'],
  ['websearch', ''],
  ['warming', ''],
])

function ofLine2(
  scene: Scene,
  own: string,
): Pick<FieldItem, 'predicate' | 'fix' | 'cause' | 'severity'> {
  return {
    predicate: 'is for OpenCode 2 alone',
    cause: 'OpenCode 1 leaves it out, with no more than a line in its log',
    fix: own === '' ? 'take it out where OpenCode 1 is used' : `write "${own}" for OpenCode 1`,
    severity: hasLine(scene, 2) ? 'info' : 'warning',
  }
}

/** All that an MCP server has beside `enabled`, where it has no type that OpenCode knows. */
function bareServer({ name, parent }: Spot): readonly FieldItem[] {
  const server = parent
  if (server === undefined || !/^(?:type|command|url|args|env|headers)$/.test(name)) return []
  return [
    {
      path: pathOf(server),
      offset: server.nameAt,
      predicate: 'is neither "local" nor "remote": OpenCode reads "enabled" and nothing else',
      fix: 'give it "type": "local" and a "command", or "type": "remote" and a "url"',
    },
  ]
}

function besideOptions(
  scene: Scene,
  { name, node, parent }: Spot,
  path: Path,
): Pick<FieldItem, 'predicate' | 'fix' | 'edits' | 'severity'> | undefined {
  const option = optionNamed(name)
  const [, id = ''] = path
  if (option === undefined || parent === undefined) return undefined
  const to = ['provider', id, 'options']
  const options = mergedAt(scene.config, to)
  const predicate = 'stands beside "options", where OpenCode does not look'
  const fix = option === name ? 'move it into "options"' : `write it as "${option}" in "options"`
  const value = valueOf(node)
  const provider = scene.providers.find((one) => one.id === id)
  const isLost = option === 'apiKey' && provider !== undefined && isOnlyKey(scene, provider, value)
  const said = { predicate, fix, ...(isLost ? { severity: 'error' as const } : {}) }
  const schema = schemaAt(['provider', id, 'options', name])
  const isFree =
    options === undefined || (options.members !== undefined && !options.members.has(option))
  const isRight =
    schema !== undefined && checkValue(schema, { name, node, nameAt: 0, parent }).length === 0
  if (!MOVABLE.has(name) || !isFree || !isRight) return said
  const isKey = name === 'apiKey' && typeof value === 'string'
  const edits: readonly RepairEdit[] = [
    { path, value: undefined },
    { path: [...to, name], value: isKey ? new Secret(value) : value },
  ]
  return { ...said, edits }
}

const MOVABLE: ReadonlySet<string> = new Set([
  'apiKey',
  'baseURL',
  'headers',
  'timeout',
  'chunkTimeout',
])

/** Below a provider and a model: what belongs into its options. */
const MODEL_OPTIONS =
  /^(?:reasoningEffort|reasoningSummary|textVerbosity|thinkingConfig|include|store|topP|top_p|topK|top_k)$/

/** What other programs, and other versions, call a field, by what it is a field of. */
const WORDS: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  [
    'mcp',
    new Map([
      ['env', 'environment'],
      ['args', 'command'],
      ['httpUrl', 'url'],
      ['serverUrl', 'url'],
    ]),
  ],
  ['formatter', new Map([['env', 'environment']])],
  ['lsp', new Map([['environment', 'env']])],
  ['command', new Map([['prompt', 'template']])],
  ['provider', new Map([['settings', 'options']])],
])

function fixFor({ name, node, parent }: Spot, known: readonly string[]): string {
  const isOfModel = parent?.parent?.name === 'models'
  if (isOfModel && (MODEL_OPTIONS.test(name) || (name === 'thinking' && node.kind === 'object'))) {
    return 'move it into the "options" of the model'
  }
  const meant = WORDS.get(parent?.parent?.name ?? '')?.get(name) ?? meantField(name, known)
  if (meant === undefined) {
    return `take it out; OpenCode knows ${listed(known.map((one) => `"${one}"`))} here`
  }
  if (meant === 'limit')
    return 'write `"limit": { "context": 128000, "output": 16000 }`, with its numbers'
  if (name === 'args') return 'put its words at the end of "command", which is a list'
  return `write "${meant}", if that is meant, or take it out`
}

/** Under `options` anything may stand; what belongs beside it is not read there. */
function fieldsInOptions(provider: string, node: Parameters<typeof mergedAt>[0]): readonly Found[] {
  return ['models', 'npm', 'whitelist', 'blacklist'].flatMap((name): Found[] => {
    const at = mergedAt(node, ['options', name])
    if (at === undefined) return []
    const isThat = name === 'models' ? isJsonObject(at.value) || Array.isArray(at.value) : true
    if (!isThat) return []
    return [
      {
        message: `${quotePath(['provider', provider, 'options', nameOf(at)])} stands in "options", where OpenCode does not look for it`,
        cause: 'OpenCode hands it to the adapter, which does not know it',
        fix: 'move it out, beside "options"',
        provider,
        at: atName(placeOf(at)),
      },
    ]
  })
}
