import { destinationOf, renderDestination } from '../destination.ts'
import { fromPointer, toPointer } from '../json.ts'
import type { WantedProvider } from '../wanted.ts'
import { findNode, readValue } from './actual.ts'
import { planToSave } from './before.ts'
import { isSensitive } from './describe.ts'
import type { Drafts, FileDraft } from './draft.ts'
import { askFor, blockPath, changedPath, forceOrKeep, unitDraft } from './draft.ts'
import { answerTo, selects } from './plan.ts'
import { blockValues, planKey, takesStoredKey, wayToKey } from './plan-key.ts'
import type { KeyedProvider, ProviderFiles, ResolvedKey } from './plan-key.ts'
import { planUnread } from './plan-unread.ts'
import { locate, planSlot } from './plan-values.ts'

/** Plan one wanted provider's block and what holds its key. */
export function planProvider(drafts: Drafts, files: ProviderFiles, keyed: KeyedProvider): void {
  const { id } = keyed.provider
  unitDraft(drafts, id)
  for (const { path, value } of blockValues(files, keyed)) {
    const draft = locate(files.config, path, files.newConfig)
    planSlot(drafts, draft, { unit: id, path, value: { json: value } })
  }
  if (keyed.key.state === 'unread') planUnread(drafts, files, keyed)
  else planKey(drafts, files, keyed)
}

/** A provider without a key cannot work: leave it out, or ask. */
export function planMissingKey(drafts: Drafts, provider: WantedProvider, key: ResolvedKey): void {
  if (key.state !== 'missing') return
  drafts.leftOut.add(provider.id)
  if (selects(drafts.choices.skipMissing, provider.id)) {
    unitDraft(drafts, provider.id)
    return
  }
  const destination = renderDestination(destinationOf(provider), provider)
  const details = [
    { text: `no key found (${key.tried.join(', ')})` },
    // Whoever types one at this question lets it go there.
    { text: `it would go to ${destination}` },
  ]
  const page = provider.key.keyPage === undefined ? '' : ` (get one at ${provider.key.keyPage})`
  const hint = `${wayToKey(provider, 'one')}${page}`
  const question = { id: provider.id, kind: 'missing-key' as const, details, hint }
  askFor(drafts, { ...question, takesStoredKey: takesStoredKey(provider) }, ['--skip-missing'])
}

/** A key that only a command has, which was never accepted here: run it, or ask. */
export function planUntrusted(drafts: Drafts, { id }: WantedProvider, key: ResolvedKey): void {
  if (key.state !== 'untrusted') return
  drafts.leftOut.add(id)
  const details = [{ text: `its key comes from \`${key.command}\`, run in ${key.folder}` }]
  askFor(drafts, { id, kind: 'command', details }, ['--trust-commands'])
}

/** Whether anything in a block of that name is opgen's: for an element of a list nobody's block goes. */
function ownsInBlock({ files }: Drafts, provider: string): boolean {
  return [...files.values()].some(({ old }) =>
    [...Object.values(old.values), ...Object.values(old.containers)].some(
      ({ unit }) => unit === provider,
    ),
  )
}

/**
 * A provider that leaves the manifest, in a block where somebody else wrote too: whose block is it?
 * Forced, the whole block goes.
 */
export function planForeignRest(drafts: Drafts, draft: FileDraft, provider: string): void {
  const block = blockPath(draft.file, provider)
  // A block that opgen did not make was there without it, and is so again.
  const isMade = draft.old.containers[toPointer(block)]?.origin === 'written'
  if (drafts.ending.kind === 'restore' && !isMade) return
  const foreign = foreignMembers(draft, provider)
  const answer = answerTo(drafts.choices, { id: provider, kind: 'conflict' })
  if (foreign.length === 0 || answer === 'keep' || !ownsInBlock(drafts, provider)) return
  if (answer === 'force') {
    const mayBeSecret = foreign.some((pointer) => {
      const found = readValue(draft.file, fromPointer(pointer), drafts.fingerprintOf)
      return found !== undefined && 'json' in found && isSensitive(fromPointer(pointer), found.json)
    })
    if (draft.file.target === 'auth' || mayBeSecret) {
      planToSave(drafts, draft, { unit: provider, path: block })
    }
    draft.deletes.set(toPointer(block), 'value')
    unitDraft(drafts, provider).deleted.push(changedPath(draft.file, block))
    return
  }
  const asked = drafts.decisions.some(({ id, kind }) => id === provider && kind === 'drift')
  if (asked) return
  const why =
    drafts.ending.kind === 'restore' ? "opgen's values go" : 'the provider left the manifest'
  const texts = [
    `${why}, but somebody else wrote into ${toPointer(block)} too`,
    ...foreign.map((pointer) => `${pointer} is not opgen's`),
  ]
  const details = texts.map((text) => ({ text }))
  askFor(drafts, { id: provider, kind: 'conflict', details }, forceOrKeep(provider))
}

/** Pointers below a block that nobody plans to delete. */
function foreignMembers(draft: FileDraft, provider: string): readonly string[] {
  const block = blockPath(draft.file, provider)
  const found: string[] = []
  const walk = (path: readonly string[]): void => {
    const pointer = toPointer(path)
    const node = findNode(draft.file, path)
    if (node === undefined || draft.deletes.get(pointer) === 'value') return
    if (draft.restores.has(pointer)) return
    if (node.kind !== 'object') found.push(pointer)
    else if (node.members.length > 0) for (const { key } of node.members) walk([...path, key])
    else if (!draft.deletes.has(pointer) && draft.old.containers[pointer] === undefined) {
      if (path.length > block.length) found.push(pointer)
    }
  }
  walk(block)
  return found
}
