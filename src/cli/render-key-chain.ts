import { harmless } from '../core/format-diagnostic.ts'
import type { Candidate, Explanation, KeyChain } from '../core/explain/explanation.ts'
import type { OpenCodeLine } from '../core/opencode-line.ts'
import { COLUMNS } from './cut.ts'
import type { Paint } from './paint.ts'
import type { View } from './names-of-files.ts'
import { wrapped } from './wrapped.ts'

/** Where each line of OpenCode looks for the key, and the sources of the manifest: titles with their lines. */
export function renderKeys(
  { keys, sources, installed }: Explanation,
  view: View,
): readonly (readonly [string, readonly string[]])[] {
  return [
    [`Key in OpenCode 1${absence(installed, 1)}`, chainLines(keys.opencode1, view)],
    [`Key in OpenCode 2${absence(installed, 2)}`, chainLines(keys.opencode2, view)],
    ['Key sources of the manifest', sourceLines({ sources, keys }, view)],
  ]
}

/** Said of OpenCode 1 only where there is another. */
function absence(installed: Explanation['installed'], line: OpenCodeLine): string {
  if (installed === undefined || installed.includes(line)) return ''
  return installed.length === 0 && line === 1 ? '' : ' (not found on this machine)'
}

function chainLines({ candidates, outcome, conclusion }: KeyChain, view: View): readonly string[] {
  const { paint } = view
  const width = Math.min(30, Math.max(0, ...candidates.map(({ name }) => name.length)))
  const shade = outcome === 'key' ? paint.green : paint.yellow
  const said = wrapped(harmless(conclusion), COLUMNS - 5)
  const end = said.map((line, index) => `  ${shade(index === 0 ? `=> ${line}` : `   ${line}`)}`)
  return [...candidates.flatMap((one) => candidateLines(one, width, view)), ...end]
}

function candidateLines(one: Candidate, width: number, { paint, names }: View): readonly string[] {
  const { name, form, state, fingerprint, origin, wins, reason } = one
  const mark = wins ? paint.green('>') : ' '
  const shown = harmless(name)
  const isLong = shown.length > width
  const lead = `  ${mark} ${isLong ? shown : shown.padEnd(width)}`
  const place = origin === undefined || origin.kind === 'variable' ? '' : names.place(origin)
  const details = [
    shadeOf({ state, wins }, paint)(STATES[state].padEnd(7)),
    (fingerprint ?? '').padEnd(12),
    ...(place === '' ? [] : [paint.dim(place)]),
  ].join('  ')
  const indent = ' '.repeat(width + 6)
  const head = isLong ? [lead, `${indent}${details}`] : [`${lead}  ${details}`]
  const said = [
    ...(form === undefined || form === 'api' ? [] : [form]),
    ...(reason === undefined ? [] : [reason]),
  ]
  const notes = wrapped(harmless(said.join(': ')), COLUMNS - indent.length)
  const below = said.length === 0 ? [] : notes.map((line) => `${indent}${paint.dim(line)}`)
  return [...head.map((line) => line.trimEnd()), ...below]
}

const STATES = {
  set: 'set',
  empty: 'empty',
  missing: 'missing',
  unset: 'not set',
  ignored: 'ignored',
} as const

function shadeOf(
  { state, wins }: Pick<Candidate, 'state' | 'wins'>,
  paint: Paint,
): (text: string) => string {
  switch (state) {
    case 'set':
      return wins ? paint.green : (text) => text
    case 'empty':
    case 'missing':
      return paint.yellow
    case 'unset':
    case 'ignored':
      return paint.dim
  }
}

function sourceLines(
  { sources, keys }: Pick<Explanation, 'sources' | 'keys'>,
  { paint }: View,
): readonly string[] {
  const hasKey = keys.opencode1.winner !== null || keys.opencode2.winner !== null
  const width = Math.min(44, Math.max(0, ...sources.map(({ source }) => source.length)))
  return sources.flatMap(({ source, state, fingerprint, reason, feeds }) => {
    const isThere = state === 'present'
    const shade = isThere ? paint.green : state === 'unreadable' ? paint.yellow : paint.dim
    const word = state === 'not-asked' ? 'not asked' : state
    const mark = feeds.length > 0 ? paint.green('>') : ' '
    const shown = harmless(source)
    const head = `  ${mark} ${shown.padEnd(width)}  ${shade(word.padEnd(10))}  ${fingerprint ?? ''}`
    const fed = feeds.length === 2 ? 'the key above' : `the key of OpenCode ${feeds.join('')}`
    const differs = isThere && hasKey ? 'not the key that OpenCode takes' : reason
    const said = feeds.length === 0 ? differs : fed
    const indent = ' '.repeat(width + 6)
    const below = said === undefined ? [] : wrapped(harmless(said), COLUMNS - indent.length)
    return [head.trimEnd(), ...below.map((line) => `${indent}${paint.dim(line)}`)]
  })
}

/** Adapter, address, and what is to be known of them. */
export function renderDestination(
  { destination, known }: Explanation,
  { paint, names }: View,
): readonly string[] {
  const { adapter, isBundled, address, addressOrigin, request, others, plain } = destination
  if (!known.config && !known.catalogue) return []
  const place = addressOrigin === undefined ? '' : `  ${paint.dim(names.place(addressOrigin))}`
  const unknown = known.catalogue ? "the address of OpenCode's catalogue" : 'no address is set'
  const to = request ?? address
  const from = isBundled ? '' : ', which OpenCode does not bring'
  const [first] = others
  const warning = {
    no: [],
    private: ['plain http: who is in the same network can read the key'],
    public: ['plain http: whoever is on the way can read the key'],
  } as const
  return [
    `  ${to === undefined ? unknown : harmless(to)}${place}`,
    adapter === undefined
      ? "  through the adapters of OpenCode's catalogue"
      : `  through ${harmless(adapter)}${from}`,
    ...(first === undefined ? [] : [`  ${otherWords(others.length, first)}`]),
    ...warning[plain].map((line) => `  ${paint.yellow(line)}`),
  ]
}

function otherWords(count: number, { model, to }: { model: string; to: string }): string {
  const more = count === 1 ? '' : `, and ${count - 1} more elsewhere`
  return harmless(`model "${model}" goes to ${to}${more}`)
}
