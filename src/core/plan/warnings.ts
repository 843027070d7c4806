import type { Diagnostic } from '../diagnostic.ts'
import type { JsonDocument } from '../jsonc/parse.ts'
import { nodeAt, positionAt } from '../jsonc/parse.ts'
import { toPointer } from '../json.ts'
import { routeOf } from '../key-delivery.ts'
import type { Source } from '../source.ts'
import type { Wanted } from '../wanted.ts'
import { findNode } from './actual.ts'
import type { FileDraft } from './draft.ts'
import { effectiveList, elementsOf } from './plan-lists.ts'

/** A config file that OpenCode reads beside the targets. */
export interface OtherConfig {
  readonly path: string
  readonly document: JsonDocument
  /** Why OpenCode reads it, e.g. `OPENCODE_CONFIG` or `project file`. */
  readonly because: string
}

interface Scene {
  readonly config: readonly FileDraft[]
  readonly wanted: Wanted
  readonly elsewhere: readonly OtherConfig[]
}

/** What may hide a rendered provider although the plan is carried out (manifest.md "Lists that hide"). */
export function warnings(scene: Scene): readonly Diagnostic[] {
  return [
    ...disabledOnDisk(scene),
    ...explicitList(scene),
    ...keptList(scene),
    ...scene.elsewhere.flatMap((other) => hiddenElsewhere(scene, other)),
    ...scene.elsewhere.flatMap((other) => setElsewhere(scene, other)),
    ...keysThatWin(scene),
  ]
}

function quoted(ids: readonly string[]): string {
  return ids.map((id) => `"${id}"`).join(', ')
}

function disabledOnDisk({ config, wanted }: Scene): readonly Diagnostic[] {
  // An id in the manifest's own list is told about where it stands there.
  const own = new Set(wanted.disabledProviders?.value.map((item) => item.value))
  const list = effectiveList(config, 'disabled_providers')
  const owned = list?.old.elements['/disabled_providers'] ?? {}
  const onDisk = new Set(
    elementsOf(list, 'disabled_providers').filter((id) => !Object.hasOwn(owned, id)),
  )
  const source = placeOf(list, 'disabled_providers')
  return wanted.providers
    .filter(({ id }) => onDisk.has(id) && !own.has(id))
    .map(({ id }) => ({
      code: 'provider-disabled',
      severity: 'warning',
      message: `"${id}" is in disabled_providers, so OpenCode does not show it`,
      ...(source === undefined ? {} : { source }),
      hint: `take "${id}" out of disabled_providers, or set \`enabled: false\` for it`,
    }))
}

function placeOf(draft: FileDraft | undefined, name: string): Source | undefined {
  const document = draft?.file.document
  const node = draft === undefined ? undefined : findNode(draft.file, [name])
  if (draft === undefined || document === undefined || node === undefined) return undefined
  return { file: draft.file.path, ...positionAt(document.text, node.start) }
}

function explicitList({ config, wanted }: Scene): readonly Diagnostic[] {
  const enabled = wanted.enabledProviders
  if (enabled.mode !== 'list') return []
  const list = effectiveList(config, 'enabled_providers')
  if (list !== undefined) return []
  const known = new Set([
    ...enabled.items.map((item) => item.value),
    ...wanted.providers.map(({ id }) => id),
  ])
  const others = config.flatMap(providerIds).filter((id) => !known.has(id))
  const named = others.length === 0 ? '' : `${quoted([...new Set(others)])} and `
  return [
    {
      code: 'list-hides',
      severity: 'warning',
      message: `a new enabled_providers list hides ${named}every built-in provider that it does not name`,
      source: enabled.source,
      hint: 'use `enabled_providers: auto` to hide nothing',
    },
  ]
}

function providerIds(draft: FileDraft): readonly string[] {
  const node = findNode(draft.file, ['provider'])
  return node?.kind === 'object' ? node.members.map((member) => member.key) : []
}

function keptList({ config, wanted }: Scene): readonly Diagnostic[] {
  if (wanted.enabledProviders.mode !== 'keep') return []
  const list = effectiveList(config, 'enabled_providers')
  if (list === undefined) return []
  const listed = elementsOf(list, 'enabled_providers')
  const hidden = wanted.providers.map(({ id }) => id).filter((id) => !listed.includes(id))
  if (hidden.length === 0) return []
  const source = placeOf(list, 'enabled_providers')
  return [
    {
      code: 'hidden-provider',
      severity: 'warning',
      message: `enabled_providers does not list ${quoted(hidden)}, so OpenCode hides it`,
      ...(source === undefined ? {} : { source }),
      hint: 'add it by hand, or use `enabled_providers: auto`',
    },
  ]
}

function hiddenElsewhere({ wanted }: Scene, other: OtherConfig): readonly Diagnostic[] {
  const ids = wanted.providers.map(({ id }) => id)
  const found: Diagnostic[] = []
  for (const name of ['enabled_providers', 'disabled_providers'] as const) {
    const node = nodeAt(other.document, [name])
    if (node?.kind !== 'array') continue
    const listed = new Set(
      node.elements.map(({ value }) => (value.kind === 'scalar' ? value.value : undefined)),
    )
    const hidden = ids.filter((id) => listed.has(id) === (name === 'disabled_providers'))
    if (hidden.length === 0) continue
    found.push({
      code: 'hidden-elsewhere',
      severity: 'warning',
      message: `${name} in this file (${other.because}) hides ${quoted(hidden)}`,
      source: { file: other.path, ...positionAt(other.document.text, node.start) },
      hint: 'opgen does not write this file: edit it by hand',
    })
  }
  return found
}

/** OpenCode prefers `options.apiKey`, whatever it holds, to the login of auth.json (contract 3.3). */
function keysThatWin({ config, wanted }: Scene): readonly Diagnostic[] {
  const found: Diagnostic[] = []
  for (const provider of wanted.providers) {
    const isKeyless = provider.key.sources.every(
      ({ kind }) => kind === 'external' || kind === 'none',
    )
    if (isKeyless || routeOf(wanted, provider) !== 'auth.json') continue
    const path = ['provider', provider.id, 'options', 'apiKey']
    for (const { file, old } of config) {
      const node = findNode(file, path)
      const isOwned = old.values[toPointer(path)] !== undefined
      if (file.document === undefined || node === undefined || isOwned) continue
      found.push({
        code: 'key-that-wins',
        severity: 'warning',
        message: `OpenCode takes this "apiKey" of "${provider.id}" and not the key in auth.json`,
        source: { file: file.path, ...positionAt(file.document.text, node.start) },
        hint: 'take it out by hand: opgen did not write it',
      })
    }
  }
  return found
}

function setElsewhere({ wanted }: Scene, other: OtherConfig): readonly Diagnostic[] {
  const found: Diagnostic[] = []
  for (const { id } of wanted.providers) {
    const node = nodeAt(other.document, ['provider', id])
    if (node === undefined) continue
    found.push({
      code: 'provider-elsewhere',
      severity: 'warning',
      message: `this file (${other.because}) also defines "${id}", and OpenCode merges both`,
      source: { file: other.path, ...positionAt(other.document.text, node.start) },
      hint: `opgen does not write this file: take "${id}" out of it by hand`,
    })
  }
  return found
}
