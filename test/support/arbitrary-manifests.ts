import type { Choices } from './odd-text.ts'

/* Manifests as people leave them behind: valid, and otherwise as odd as can be. */

/** A manifest, and what must be known of it to judge an edit. */
export interface OddManifest {
  readonly text: string
  readonly ids: readonly string[]
  /** Whether the providers stand in braces that hold none. */
  readonly isEmpty: boolean
}

const IDS = ['ollama', 'b', 'gate-way', 'X.1', 'lab']

/** How a file is written. */
interface Hand {
  readonly choose: Choices
  readonly step: number
  readonly list: number
  readonly odds: number
}

export function oddManifest(choose: Choices): OddManifest {
  const hand = {
    choose,
    step: choose.pick([2, 4, 1, 3]),
    list: choose.pick([2, 0, 4]),
    odds: choose.pick([100, 6, 3]),
  }
  const ids = IDS.slice(0, choose.below(IDS.length + 1))
  const isEmpty = ids.length === 0
  const sections = [
    ['version: 1'],
    ...(choose.sometimes(3) ? [[`model: ${ids[0] ?? 'other'}x/m`]] : []),
    isEmpty ? [`providers: {}`] : providers(hand, ids),
    ...(choose.sometimes(3) ? [overlays(hand)] : []),
    ...(choose.sometimes(3) ? [enabled(hand)] : []),
    ...(choose.sometimes(6) ? [['vars:', '  x: |', '    first', '', '    # no comment']] : []),
  ]
  const rest = choose.sometimes(4) ? sections.toReversed() : sections
  const lines = rest.flatMap((section) => [...between(hand, 0), ...section])
  const all = [...lines, ...between(hand, 0)]
  const eols = choose.pick([['\n'], ['\r\n'], ['\n', '\r\n'], ['\r']])
  const joined = all.map((line) => line + choose.pick(eols)).join('')
  const text = choose.sometimes(3) ? joined.replace(/[\r\n]+$/, '') : joined
  return { text: (choose.sometimes(6) ? '\uFEFF' : '') + text, ids, isEmpty }
}

/** Lines that say nothing: blank ones, and comments of all kinds. */
function between({ choose, odds }: Hand, indent: number): readonly string[] {
  if (!choose.sometimes(odds)) return []
  const count = 1 + choose.below(3)
  return Array.from({ length: count }, () => {
    const blanks = ' '.repeat(choose.pick([indent, 0, indent + 2, indent + 5]))
    const inner = choose.pick(['', ' ', '  ', '      ', '\t'])
    return choose.pick(['', '  ', `${blanks}#${inner}preset: x`, `${blanks}#${inner}"{[ 'é`])
  })
}

function tail({ choose, odds }: Hand): string {
  return choose.sometimes(odds) ? choose.pick([' # why', '   #\ttab', ' #', '  ']) : ''
}

function providers(hand: Hand, ids: readonly string[]): readonly string[] {
  const { choose, step } = hand
  if (choose.sometimes(5)) return inBraces(hand, ids)
  const blank = choose.sometimes(2) ? [''] : []
  const lines = ids.flatMap((id, index) => [
    ...(index > 0 ? blank : []),
    ...between(hand, step),
    ...provider(hand, id),
  ])
  return [`providers:${tail(hand)}`, ...lines]
}

function provider(hand: Hand, id: string): readonly string[] {
  const { choose, step, list } = hand
  const indent = ' '.repeat(step)
  if (choose.sometimes(3)) {
    return [`${indent}${id}: { preset: vllm, models: ["a:b", c] }${tail(hand)}`]
  }
  const deeper = ' '.repeat(2 * step)
  const fields = [
    [`${deeper}preset: vllm${tail(hand)}`],
    [`${deeper}models:${tail(hand)}`, `${deeper}${' '.repeat(list)}- m${tail(hand)}`],
    ...(choose.sometimes(5)
      ? [[`${deeper}name: ${choose.pick(['|', '>-', '|+'])}`, `${deeper}  a name`, '', '']]
      : []),
    ...(choose.sometimes(5) ? [[`${deeper}name2: a text`, `${deeper}  that goes on`]] : []),
  ]
  const lines = fields.flatMap((field) => [...between(hand, 2 * step), ...field])
  return [`${indent}${id}:${tail(hand)}`, ...lines]
}

function inBraces(hand: Hand, ids: readonly string[]): readonly string[] {
  const { choose, step } = hand
  const entries = ids.map((id) => `${id}: { preset: vllm, models: ["a:b"] }`)
  const trailing = choose.sometimes(3)
  if (choose.sometimes(2)) {
    return [`providers: { ${entries.join(', ')}${trailing ? ',' : ''} }${tail(hand)}`]
  }
  const lines = entries.flatMap((entry, index) => {
    const comma = index < entries.length - 1 || trailing ? ',' : ''
    return [...between(hand, step), `${' '.repeat(step)}${entry}${comma}${tail(hand)}`]
  })
  return [`providers: {${tail(hand)}`, ...lines, ...between(hand, step), `  }${tail(hand)}`]
}

function overlays(hand: Hand): readonly string[] {
  return [
    `machines:${tail(hand)}`,
    ...between(hand, 2),
    `  work:${tail(hand)}`,
    ...between(hand, 4),
    `    when: { os: linux }${tail(hand)}`,
    ...between(hand, 4),
    '    providers: { other: { enabled: false } }',
  ]
}

function enabled(hand: Hand): readonly string[] {
  if (hand.choose.sometimes(2)) return [`enabled_providers: [ollama, b]${tail(hand)}`]
  return [
    `enabled_providers:${tail(hand)}`,
    ...between(hand, 2),
    `  - ollama${tail(hand)}`,
    ...between(hand, 2),
    `  - b${tail(hand)}`,
  ]
}
