import type { Diagnostic } from '../diagnostic.ts'
import type { Fact, MachineFacts } from '../machine-facts.ts'
import { didYouMean } from '../nearest.ts'
import { matchesGlob } from './glob.ts'
import { field, namesOf, textOf } from './node.ts'
import type { Node } from './node.ts'
import { quote } from './words.ts'

/** `maybe`: a fact that the condition asks for is not known. */
export type Holds = 'yes' | 'no' | 'maybe'

/**
 * Whether a condition (`when`) holds for a machine: all of its entries must, and of a list any item.
 * No condition always holds. What has the wrong shape is left to the schema, and counts as holding.
 */
export function holds(when: Node | undefined, facts: MachineFacts): Holds {
  if (when?.kind !== 'map') return 'yes'
  const answers = [...when.entries].flatMap(([name, { value }]) => judge(name, value, facts))
  if (answers.includes('no')) return 'no'
  return answers.includes('maybe') ? 'maybe' : 'yes'
}

function judge(name: string, value: Node, facts: MachineFacts): readonly Holds[] {
  switch (name) {
    case 'hostname':
      return [anyHostname(value, facts.hostname)]
    case 'os':
    case 'arch':
    case 'user':
    case 'profile':
      return [anyMatch(value, facts[name])]
    case 'env':
      return value.kind === 'map'
        ? [...value.entries].map(([variable, entry]) => anyMatch(entry.value, facts.env(variable)))
        : []
    default:
      return []
  }
}

function anyMatch(patterns: Node, fact: Fact): Holds {
  if (fact === undefined) return 'maybe'
  if (fact === null) return 'no'
  return patternsOf(patterns).some((pattern) => matchesGlob(pattern, fact)) ? 'yes' : 'no'
}

/** Case does not matter, and either the full name or its first label may match (spec "Overlays and conditions"). */
function anyHostname(patterns: Node, fact: Fact): Holds {
  if (fact === undefined || fact === null) return anyMatch(patterns, fact)
  const full = fact.toLowerCase()
  const first = full.split('.')[0] ?? full
  return patternsOf(patterns)
    .map((pattern) => pattern.toLowerCase())
    .some((pattern) => matchesGlob(pattern, full) || matchesGlob(pattern, first))
    ? 'yes'
    : 'no'
}

function patternsOf(node: Node): readonly string[] {
  return (node.kind === 'list' ? node.items : [node]).flatMap((item) => textOf(item) ?? [])
}

/** The only value that a condition lets a fact have; undefined when there are several, or a pattern. */
export function onlyValue(when: Node | undefined, name: string): string | undefined {
  const value = field(when, name)
  const [only, second] = value === undefined ? [] : patternsOf(value)
  return second === undefined && only !== undefined && !isPattern(only) ? only : undefined
}

/** The environment variables that a condition looks at. */
export function variablesOf(when: Node | undefined): readonly string[] {
  return namesOf(field(when, 'env'))
}

/** What Node calls the systems and processors it runs on (`process.platform`, `process.arch`). */
const KNOWN = {
  os: ['darwin', 'linux', 'win32'],
  arch: ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'],
} as const

/** What others call them. */
const ALSO_CALLED: Readonly<Record<string, string>> = {
  macos: 'darwin',
  mac: 'darwin',
  osx: 'darwin',
  windows: 'win32',
  win: 'win32',
  amd64: 'x64',
  x86_64: 'x64',
  'x86-64': 'x64',
  aarch64: 'arm64',
  i386: 'ia32',
  x86: 'ia32',
}

/** Problems of a condition that a schema does not see: one that can never hold is a slip. */
export function checkCondition(when: Node | undefined): readonly Diagnostic[] {
  if (when?.kind !== 'map') return []
  return [...when.entries].flatMap(([name, { value }]) => {
    const parts =
      name === 'env' && value.kind === 'map'
        ? [...value.entries.values()].map((entry) => entry.value)
        : [value]
    return parts.flatMap((part) => [...checkEmpty(part), ...checkTexts(name, part)])
  })
}

function checkEmpty(node: Node): readonly Diagnostic[] {
  if (node.kind !== 'list' || node.items.length > 0) return []
  return [
    {
      code: 'bad-condition',
      severity: 'error',
      message: 'an empty list holds on no machine',
      source: node.source,
      hint: 'name what it should match, or remove the condition',
    },
  ]
}

function checkTexts(name: string, node: Node): readonly Diagnostic[] {
  const items = node.kind === 'list' ? node.items : [node]
  return items.flatMap((item) => {
    const text = textOf(item)
    if (text === undefined) return []
    if (text === '') {
      return [
        {
          code: 'bad-condition',
          severity: 'error' as const,
          message: 'an empty text matches nothing',
          source: item.source,
          hint: 'what is empty counts as not set; write "*" for anything that is set',
        },
      ]
    }
    if (text.includes('{{')) {
      return [
        {
          code: 'bad-condition',
          severity: 'error' as const,
          message: 'a condition cannot hold an expression',
          source: item.source,
          hint: 'it is judged before any "vars" are known; write a pattern such as "work-*"',
        },
      ]
    }
    return name === 'os' || name === 'arch' ? checkKnown(name, text, item) : []
  })
}

export function checkKnown(
  name: 'os' | 'arch',
  text: string,
  item: Pick<Node, 'source'>,
): readonly Diagnostic[] {
  const known: readonly string[] = KNOWN[name]
  if (known.includes(text) || isPattern(text)) return []
  const meant = ALSO_CALLED[text.toLowerCase()]
  return [
    {
      code: 'bad-condition',
      severity: 'error',
      message: `${quote(text)} is no ${name} that opgen knows`,
      source: item.source,
      hint: `${name} is one of ${known.join(', ')}`,
      ...(meant !== undefined && known.includes(meant)
        ? { hint: `write ${quote(meant)}` }
        : didYouMean(text, known)),
    },
  ]
}

function isPattern(text: string): boolean {
  return /[*?]/.test(text)
}
