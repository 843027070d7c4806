import {
  bindStoredKey,
  placesOfKey,
  probeKeychain,
  removeKey,
  requireProvider,
  storeKey,
} from '../../app/key-store.ts'
import { listKeys } from '../../app/list-keys.ts'
import type { KeyEntry, KeyList } from '../../app/list-keys.ts'
import type { StoredKeyUse } from '../../app/key-store.ts'
import { trustProvider } from '../../app/trust-provider.ts'
import { harmless } from '../../core/format-diagnostic.ts'
import { OpgenError } from '../../errors.ts'
import type { KeyCommand } from '../../errors.ts'
import { describeSource } from '../../source-words.ts'
import type { SourceRefusal } from '../../source-words.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'

/** Store a key in the OS keychain, from a hidden prompt or from standard input. */
export async function runKeySet(
  { session, terminal }: CommandContext,
  id: string,
): Promise<Report> {
  await requireProvider(session, id)
  await probeKeychain(session, id)
  const text = await readKey({ session, terminal }, id, 'key set')
  const { fingerprint, trimmed } = await storeKey(session, id, text)
  const use = await bindStoredKey(session, id, fingerprint)
  const cut = trimmed ? 'opgen: note: white space around the key was cut\n' : ''
  return {
    exitCode: ExitCode.ok,
    text: `Stored the key for "${id}" in the keychain (fingerprint ${fingerprint}).\n`,
    notes: cut + renderUse(use),
    json: { id, stored: true, fingerprint },
  }
}

function renderUse({ otherSource, destination, formerly }: StoredKeyUse): string {
  const next =
    otherSource === undefined
      ? 'opgen: hint: run `opgen apply` to hand it to OpenCode\n'
      : `opgen: note: the manifest takes this key from ${harmless(otherSource)}, not from this entry of the keychain\n`
  if (destination === undefined) return next
  const before =
    formerly.length === 0 ? '' : `opgen: note: so far it went to ${harmless(formerly.join(', '))}\n`
  return `opgen: note: it may go to ${harmless(destination)}\n${before}${next}`
}

/** From standard input, unless a person is there to be asked. */
export async function readKey(
  { session, terminal }: Pick<CommandContext, 'session' | 'terminal'>,
  id: string,
  command: KeyCommand,
): Promise<string> {
  if (!terminal.stdinIsTerminal) return await terminal.readStdin()
  const mayAsk = session.options.interactive
  // Reading a terminal without a prompt would wait without a word and show what is typed.
  if (!mayAsk) throw new OpgenError({ code: 'no-key-given', provider: id, command })
  const what = command === 'key set' ? 'Key' : 'New key'
  const answer = await terminal.askHidden(`${what} for "${id}" (not shown): `)
  if (answer === undefined) throw new OpgenError({ code: 'interrupted' })
  return answer
}

/** Accept where the manifest sends the key of a provider. */
export async function runKeyTrust({ session }: CommandContext, id: string): Promise<Report> {
  const { pairs } = await trustProvider(session, id)
  const lines = pairs.map(
    ({ source, destination }) => `  ${harmless(source)}\n    to ${harmless(destination)}\n`,
  )
  const title = pairs.length === 0 ? `Nothing new to trust for "${id}".` : `Trusted for "${id}":`
  return {
    exitCode: ExitCode.ok,
    text: `${title}\n${lines.join('')}`,
    json: { id, trusted: pairs },
  }
}

/** Remove a key from the OS keychain. */
export async function runKeyRemove({ session }: CommandContext, id: string): Promise<Report> {
  const removed = await removeKey(session, id)
  const places = removed ? await placesOfKey(session, id) : []
  return {
    exitCode: ExitCode.ok,
    text: removed
      ? `Removed the key for "${id}" from the keychain.\n`
      : `There is no key for "${id}" in the keychain.\n`,
    notes: places.map((place) => stillRendered(id, place)).join(''),
    json: { id, removed },
  }
}

function stillRendered(id: string, place: string): string {
  return [
    `opgen: note: ${place} still holds it, and the next apply reports missing-key\n`,
    `opgen: hint: to take it out of ${place} too, remove "${id}" from the manifest\n`,
  ].join('')
}

/** List every provider of this machine with the state of its key. Never a key. */
export async function runKeyList(context: CommandContext): Promise<Report> {
  const { keys, refused } = await listKeys(context.session)
  return {
    exitCode: ExitCode.ok,
    text: renderKeys(context, keys),
    notes: renderRefused(refused),
    json: { keys },
  }
}

/** What is the matter with the sources that gave no answer; once, where it is the same for several. */
function renderRefused(refused: KeyList['refused']): string {
  const alike = new Map<string, { readonly refusal: SourceRefusal; readonly ids: string[] }>()
  for (const [id, refusal] of refused) {
    const what = describeSource(refusal, []).message
    const known = alike.get(what)
    if (known === undefined) alike.set(what, { refusal, ids: [id] })
    else known.ids.push(id)
  }
  const notes = [...alike.values()].map(({ refusal, ids }) => {
    const { message, hint } = describeSource(refusal, ids)
    return `opgen: note: ${harmless(message)}\nopgen: hint: ${harmless(hint)}\n`
  })
  return notes.join('')
}

function renderKeys({ paint }: CommandContext, keys: readonly KeyEntry[]): string {
  if (keys.length === 0) return 'The manifest has no providers on this machine.\n'
  const columns = keys.map(({ id, source, state }) => [id, state, source] as const)
  const width = (index: 0 | 1): number => Math.max(...columns.map((column) => column[index].length))
  const lines = keys.map(({ id, state, source, fingerprint, destination, keyPage }) => {
    const shade = state === 'missing' || state === 'unreadable' ? paint.yellow : paint.green
    const head = `  ${id.padEnd(width(0))}  ${shade(state.padEnd(width(1)))}  ${source}`
    const mark = fingerprint === null ? '' : `  ${paint.dim(fingerprint)}`
    const indent = ' '.repeat(width(0) + 4)
    const goes = destination === '' ? '' : `\n${indent}${paint.dim(`to ${destination}`)}`
    const page = keyPage === null || state !== 'missing' ? '' : `\n${indent}get one at ${keyPage}`
    return `${head}${mark}${goes}${page}\n`
  })
  return lines.join('')
}
