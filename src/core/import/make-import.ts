import { CATALOGUE_IDS } from '../catalogue.ts'
import type { Checked } from '../diagnostic.ts'
import { isJsonObject, objectAt, sameJson } from '../json.ts'
import type { JsonObject, JsonValue, Path } from '../json.ts'
import { valueOf } from '../jsonc/parse.ts'
import { checkIds } from '../manifest/check-ids.ts'
import { keysIn } from '../manifest/key-forms.ts'
import { hiddenFrom } from '../manifest/key-text.ts'
import { mergeOver } from '../merge-json.ts'
import type { JsonFile } from '../plan/actual.ts'
import type { Secret } from '../secret.ts'
import type { Source } from '../source.ts'
import type { Wanted } from '../wanted.ts'
import { commentsOf } from './comments.ts'
import type { FoundComment } from './comments.ts'
import { tellsSecret } from './block-key.ts'
import { fieldsBeside } from './fields-beside.ts'
import { fitManifest } from './fit-manifest.ts'
import { isMaintained, isMarker } from './foreign-blocks.ts'
import { longSecrets, repeatsSecret } from './known-secrets.ts'
import type { KnownSecrets } from './known-secrets.ts'
import { readBlock } from './import-block.ts'
import type { KeyForm, Login, Stays } from './import-block.ts'
import { fittingPresets } from './presets.ts'
import type { PresetTraits } from './presets.ts'
import { printManifest } from './print-manifest.ts'
import type { ManifestDraft } from './print-manifest.ts'
import { comesOutAs, fieldsWith, sayBlock } from './say-block.ts'
import type { SaidBlock } from './say-block.ts'

export interface ImportInput {
  /** Lowest precedence first, as OpenCode merges them. */
  readonly files: readonly JsonFile[]
  readonly login: (id: string) => Login
  /** Ids to import; undefined: all but those that others maintain. */
  readonly only: ReadonlySet<string> | undefined
  /** Ids of which opgen has written something already. */
  readonly managed: ReadonlySet<string>
  readonly keepKeys: boolean
  /** In the configuration and in auth.json. */
  readonly known: KnownSecrets
  readonly presets: ReadonlyMap<string, PresetTraits>
  /** Reads a manifest as any command would. */
  readonly judge: (text: string) => Checked<Wanted>
  readonly version: string
}

/** Why a block is not imported. */
export type LeftReason =
  /** Another program writes it. */
  | 'maintained'
  | 'managed'
  /** No manifest can have such an id. */
  | 'bad-id'
  /** The id is that of another one but for its case or its signs. */
  | 'similar-id'
  /** OpenCode lists nothing of it: it has no address, or no models. */
  | 'incomplete'
  /** Its address holds a password. */
  | 'secret-url'
  | 'too-large'
  /** A manifest cannot say its address, or its adapter: on another computer it would be something else. */
  | 'address'
  | 'adapter'
  | 'unsayable'

export interface Import {
  readonly text: string
  readonly providers: readonly ImportedProvider[]
  readonly left: readonly { readonly id: string; readonly reason: LeftReason }[]
  /** Values of imported blocks, and other fields, that stay what they are. */
  readonly stays: readonly Staying[]
  /** Fields beside the providers that the manifest has. */
  readonly fields: readonly string[]
  /** Comments that may hold a key are not carried over. */
  readonly droppedComments: number
}

export interface Staying {
  readonly path: Path
  readonly why: Stays
  /** What is wrong with it, where a command would say so. */
  readonly because?: string
}

export interface ImportedProvider {
  readonly id: string
  readonly preset: string
  readonly key: KeyForm
  readonly secret: Secret | undefined
  /** Where the key stands in the configuration. */
  readonly moved: Path | undefined
}

/** Make a manifest of what stands in OpenCode's files. Every provider in it is proved to come out as its block. */
export function makeImport(input: ImportInput): Import {
  const config = mergedConfig(input.files)
  const blocks = objectAt(config, 'provider')
  const chosen = Object.entries(blocks).filter(([id]) => input.only?.has(id) ?? true)
  const sayable: Sayer[] = []
  const left: Import['left'][number][] = []
  for (const [id, block] of chosen) {
    const reason = reasonToLeave(input, id, block, sayable)
    const said = reason ?? (isJsonObject(block) ? sayProvider(input, id, block) : 'unsayable')
    if (typeof said === 'string') left.push({ id, reason: said })
    else sayable.push(said)
  }
  const { carried, dropped } = commentsFor(input, new Set(sayable.map(({ id }) => id)))
  const { version } = input
  const fitting = fitManifest(sayable, carried, (part) => {
    return input.judge(printManifest({ version, fields: [], ...part })).ok
  })
  const { providers: imported, comments } = fitting
  for (const { id } of fitting.left) left.push({ id, reason: 'too-large' })
  const draft: ManifestDraft = { version, fields: [], providers: imported, comments }
  const fields = fieldsBeside(input, config, draft)
  return {
    text: printManifest({ ...draft, fields: fields.said }),
    providers: imported.map(({ provider }) => provider),
    left,
    stays: [...imported.flatMap(({ stays }) => stays), ...fields.stays],
    fields: fields.said.map(([name]) => name),
    droppedComments: dropped + carried.length - comments.length,
  }
}

/** OpenCode's configuration as it merges it. */
export function mergedConfig(files: readonly JsonFile[]): JsonObject {
  return files.reduce<JsonObject>((below, { document }) => {
    const above = document === undefined ? undefined : valueOf(document.root)
    return isJsonObject(above) ? mergeOver(below, above) : below
  }, {})
}

interface Sayer {
  readonly id: string
  readonly fields: ManifestDraft['providers'][number]['fields']
  readonly provider: ImportedProvider
  readonly stays: Import['stays']
}

function areIds(ids: readonly string[]): boolean {
  return checkIds(ids.map((id) => ({ id, source: NO_PLACE }))).length === 0
}

const NO_PLACE: Source = { file: '', line: 1, column: 1 }

function reasonToLeave(
  { files, only, managed }: ImportInput,
  id: string,
  block: JsonValue | undefined,
  imported: readonly Sayer[],
): LeftReason | undefined {
  const others = imported.map((other) => other.id)
  if (!areIds([id])) return 'bad-id'
  if (!areIds([...others, id])) return 'similar-id'
  if (!isJsonObject(block)) return 'unsayable'
  if (only !== undefined) return undefined
  if (managed.has(id)) return 'managed'
  return isMaintained(files, id, block) ? 'maintained' : undefined
}

/** With a few more, the text of a block would be longer than a manifest may be. */
const MOST_VALUES = 20_000

function sayProvider(input: ImportInput, id: string, block: JsonObject): Sayer | LeftReason {
  const { login, keepKeys, known, presets, judge, version } = input
  const options = objectAt(block, 'options')
  const read = readBlock({ id, block, login: login(id), keepKeys, known })
  const { key, secret, moved } = read
  const isUrlSecret = read.stays.some(({ path, why }) => why === 'secret' && path[3] === 'baseURL')
  if (isUrlSecret) return 'secret-url'
  if (isIncomplete(id, block)) return 'incomplete'
  if (countValues(block) > MOST_VALUES) return 'too-large'
  const said = sayBlock(read)
  const isLost = (...at: Path): boolean => isUnsaid(said, ['provider', id, ...at])
  if (isLost('options', 'baseURL') || (options['baseURL'] === undefined && isLost('api'))) {
    return 'address'
  }
  if (isLost('npm')) return 'adapter'
  if (!CATALOGUE_IDS.has(id) && !said.fields.has('models')) return 'unsayable'
  const traits = {
    id,
    npm: textOf(block['npm']),
    name: textOf(block['name']),
    baseURL: textOf(options['baseURL']),
  }
  for (const preset of fittingPresets(traits, presets)) {
    const fields = fieldsWith(preset, said, read)
    const text = printManifest({ version, fields: [], providers: [{ id, fields }], comments: [] })
    // In a name, which cannot be left out.
    if (repeatsSecret(longSecrets(known), text)) return 'unsayable'
    const judged = judge(text)
    const [provider] = judged.ok ? judged.value.providers : []
    if (provider === undefined || !comesOutAs(provider, block, said)) continue
    return {
      id,
      fields,
      provider: { id, preset: preset.name, key, secret, moved },
      stays: [...read.stays, ...said.unsaid.map((path) => ({ path, why: 'unsayable' as const }))],
    }
  }
  return 'unsayable'
}

function countValues(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 1
  const members: readonly JsonValue[] = Object.values(value)
  return members.reduce<number>((sum, member) => sum + countValues(member), 0)
}

function isUnsaid({ unsaid }: SaidBlock, path: Path): boolean {
  return unsaid.some((other) => sameJson(other, path))
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** A block of the user's own that OpenCode never lists. */
function isIncomplete(id: string, block: JsonObject): boolean {
  if (CATALOGUE_IDS.has(id)) return false
  const { npm } = block
  const { baseURL } = objectAt(block, 'options')
  const needsUrl = npm === undefined || npm === '@ai-sdk/openai-compatible'
  const hasUrl = baseURL !== undefined || block['api'] !== undefined
  return Object.keys(objectAt(block, 'models')).length === 0 || (needsUrl && !hasUrl)
}

function commentsFor(
  { files, known }: ImportInput,
  ids: ReadonlySet<string>,
): { readonly carried: readonly FoundComment[]; readonly dropped: number } {
  const found = files.flatMap(({ document }) =>
    document === undefined ? [] : commentsOf(document),
  )
  const ours = found.filter(({ path, text }) => {
    if (isMarker(text)) return false
    return path[0] === 'provider' && (path[1] === undefined || ids.has(path[1]))
  })
  const carried = ours.filter(({ text }) => {
    return !repeatsSecret(known, text) && text.split('\n').every(isHarmless)
  })
  return { carried, dropped: ours.length - carried.length }
}

/** Nothing of a key, and nothing that would allow one in the manifest. */
function isHarmless(line: string): boolean {
  return (
    keysIn(line).length === 0 &&
    hiddenFrom(line) === undefined &&
    !tellsSecret(line) &&
    !PROSE.test(line) &&
    !line.includes('opgen:allow')
  )
}

/** A password in plain words, and a key as an argument: `my pw is hunter2`, `--api-key abc1`. */
const PROSE =
  /\b(?:key|token|pw|pwd|pass|pass(?:word|phrase|wd)|secret|credentials?|bearer)\b(?:[^\w\n]|\b(?:is|for|to|here|of|the|at|was|old|new)\b){0,12}(?=\S{0,99}\d)(?=\S{0,99}[a-z])\S{6}/i
