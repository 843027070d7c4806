import type { Diagnostic } from '../core/diagnostic.ts'
import { addProvider } from '../core/manifest-edit/add-provider.ts'
import type { AddedProvider } from '../core/manifest-edit/add-provider.ts'
import type { NewProvider } from '../core/manifest-edit/entry-text.ts'
import { checkIds } from '../core/manifest/check-ids.ts'
import { withFoundKeys } from '../core/manifest/find-keys.ts'
import type { ManifestText } from '../core/manifest/manifest-file.ts'
import { mergeFiles, overlaysOf } from '../core/manifest/compose.ts'
import { field, keySourceAt, nodeAt, textOf, walk } from '../core/manifest/node.ts'
import type { MapNode } from '../core/manifest/node.ts'
import { providerIdsOf } from '../core/manifest/read-manifest.ts'
import { quote } from '../core/manifest/words.ts'
import { DEFAULT_PRESET } from '../core/preset/preset.ts'
import type { Source } from '../core/source.ts'
import type { WantedProvider } from '../core/wanted.ts'
import { InvalidInput } from '../errors.ts'
import { listPresets } from './list-presets.ts'
import type { PresetEntry } from './list-presets.ts'
import { seeManifest } from './load-manifest.ts'
import type { SeenManifest } from './load-manifest.ts'
import {
  newProblems,
  openManifest,
  placesOfProvider,
  withoutPlace,
  writeManifest,
} from './open-manifest.ts'
import type { OpenManifest } from './open-manifest.ts'
import type { Session } from './session.ts'

/** A manifest to which a provider may be added. */
export interface Adding {
  readonly id: string
  readonly open: OpenManifest
  /** What is wrong with it already. */
  readonly problems: readonly Diagnostic[]
  readonly presets: readonly PresetEntry[]
  /** The preset when none is named: the one that is called like the provider, else the usual one. */
  readonly preset: string
}

/**
 * Open the manifest, in which no provider has this id.
 *
 * @throws InvalidInput `provider-exists`, or for an id that cannot be one
 */
export async function startAdding(session: Session, id: string): Promise<Adding> {
  const open = await openManifest(session)
  const [place] = placesOfProvider(open, id)
  if (place !== undefined) throw new InvalidInput([alreadyThere(id, place)])
  const badId = checkNewId(open, id)
  if (badId !== undefined) throw new InvalidInput([badId])
  const problems = await problemsOf(session, open.file)
  const { presets } = await listPresets(session)
  const preset = presets.some(({ name }) => name === id) ? id : DEFAULT_PRESET
  return { id, open, problems: problems.diagnostics, presets, preset }
}

/** All that is wrong with a text of the manifest, and what looks like a key anywhere in it. */
async function problemsOf(
  session: Session,
  file: ManifestText,
): Promise<Pick<SeenManifest, 'diagnostics' | 'source' | 'wanted'>> {
  const { diagnostics, ...seen } = await seeManifest(session, file)
  return { ...seen, diagnostics: withFoundKeys(file, diagnostics) }
}

function alreadyThere(id: string, source: Source): Diagnostic {
  return {
    code: 'provider-exists',
    severity: 'error',
    message: `there is a provider ${quote(id)} already`,
    source,
    hint: 'change it there, or choose another id',
  }
}

/** What is wrong with an id by itself, and beside those that are there. */
function checkNewId(open: OpenManifest, id: string): Diagnostic | undefined {
  const { source, file } = open
  const whole = mergeFiles(source)
  const ids = (providerIdsOf(source) ?? []).map((other) => ({
    id: other,
    source: placesOfProvider({ source, file }, other)[0] ?? whole.source,
  }))
  const own: Source = { file: file.path, line: 0, column: 0 }
  const found = checkIds([...ids, { id, source: own }]).find(({ source: at }) => at === own)
  if (found === undefined) return undefined
  const problem = withoutPlace(open, found)
  if (problem.code !== 'looks-like-key') return problem
  return { ...problem, message: 'the id looks like an API key', hint: KEY_HINT }
}

const KEY_HINT = 'a key is stored with `opgen key set ID`, and is no part of the manifest'

/** What is known of the new provider so far. */
export interface Draft {
  readonly preset: string
  readonly baseURL: string | undefined
  readonly models: readonly string[]
}

/** A field of a new provider that something is wrong with; undefined: none in particular. */
export type DraftField = 'preset' | 'baseURL' | 'models' | undefined

export interface DraftProblem {
  readonly field: DraftField
  /** Without a place where it is in the manifest: nothing of that is in a file. */
  readonly diagnostic: Diagnostic
}

/** A provider as it would be written. */
export interface Drafted {
  readonly provider: NewProvider
  readonly edit: AddedProvider
  /** Errors that the manifest would have because of it. */
  readonly problems: readonly DraftProblem[]
  /** With their places in the new text. */
  readonly warnings: readonly Diagnostic[]
  /** As this machine has it; undefined as long as anything is wrong with the manifest. */
  readonly wanted: WantedProvider | undefined
  /** Where lists hide it from OpenCode. */
  readonly hidden: readonly HidingList[]
}

export interface HidingList {
  readonly field: 'enabled_providers' | 'disabled_providers'
  /** Name of the overlay; undefined for the manifest itself. */
  readonly machine: string | undefined
  readonly source: Source
}

/** Work out what the manifest would be with a provider. Nothing is written. */
export async function draftProvider(
  session: Session,
  { id, open, problems }: Adding,
  draft: Draft,
): Promise<Drafted> {
  const provider = { id, ...draft }
  const edit = addProvider(open.file, provider)
  const seen = await problemsOf(session, { path: open.file.path, text: edit.text })
  const found = newProblems(problems, seen.diagnostics)
  const tree = mergeFiles(seen.source)
  return {
    provider,
    edit,
    problems: found
      .filter(({ severity }) => severity === 'error')
      .map((problem) => ({
        field: fieldOf(tree, id, problem),
        diagnostic: inWordsOfOptions(withoutPlace(open, problem)),
      })),
    warnings: found.filter(({ severity }) => severity !== 'error'),
    wanted: seen.wanted?.providers.find((each) => each.id === id),
    hidden: hidingLists(tree, id),
  }
}

function fieldOf(tree: MapNode, id: string, { code, source }: Diagnostic): DraftField {
  if (code === 'missing-base-url') return 'baseURL'
  if (code === 'no-models') return 'models'
  const provider = nodeAt(tree, ['providers', id])
  const values = provider === undefined ? [] : walk(provider)
  const name = values.findLast(({ node }) => isWithin(source, node.source))?.path[0]
  return name === 'preset' || name === 'baseURL' || name === 'models' ? name : undefined
}

function inWordsOfOptions(problem: Diagnostic): Diagnostic {
  switch (problem.code) {
    case 'missing-base-url':
      return { ...problem, hint: 'give it with `--base-url URL`' }
    case 'no-models':
      return { ...problem, hint: 'name them with `--model ID`, once for each' }
    case 'looks-like-key':
    case 'url-user-info':
      return { ...problem, hint: KEY_HINT }
    default:
      return problem
  }
}

/** Whether a place is in a value, as far as one can tell from where that begins. */
function isWithin(place: Source | undefined, value: Source): boolean {
  return place?.file === value.file && place.line === value.line && place.column >= value.column
}

/** OpenCode shows only what the one list names, and nothing that the other does. */
function hidingLists(tree: MapNode, id: string): readonly HidingList[] {
  const layers = [
    { machine: undefined, layer: tree },
    ...overlaysOf(tree).map((overlay) => ({ machine: overlay.name, layer: overlay.tree })),
  ]
  return layers.flatMap(({ machine, layer }) =>
    LISTS.flatMap(({ name, hidesNamed }) => {
      const list = field(layer, name)
      if (list?.kind !== 'list') return []
      const isNamed = list.items.some((item) => textOf(item) === id)
      const source = keySourceAt(layer, [name])
      return isNamed === hidesNamed ? [{ field: name, machine, source }] : []
    }),
  )
}

const LISTS = [
  { name: 'enabled_providers', hidesNamed: false },
  { name: 'disabled_providers', hidesNamed: true },
] as const

/** @throws OpgenError `manifest-changed` */
export async function writeDraft(
  session: Session,
  { open }: Adding,
  { edit }: Drafted,
): Promise<void> {
  await writeManifest(session, open, edit.text)
}
