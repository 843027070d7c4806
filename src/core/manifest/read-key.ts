import type { Diagnostic } from '../diagnostic.ts'
import { nearest } from '../nearest.ts'
import type { Sourced } from '../source.ts'
import type { KeySource } from '../wanted.ts'
import { textOf } from './node.ts'
import type { Node } from './node.ts'
import { badKeySource as problem, FORMS_HINT, readForm } from './read-key-form.ts'

/** The service under which opgen keeps its own entries in the OS keychain. */
export const KEYCHAIN_SERVICE = 'opgen'

const WORDS = ['keychain', 'none', 'external'] as const

interface Key {
  readonly key: Sourced<readonly KeySource[]> | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Read `key` of a provider: one source, or a list of them. What is written there wrongly may be a key,
 * so no message repeats a value.
 */
export function readKey(node: Node | undefined, provider: string): Key {
  if (node === undefined) return { key: undefined, diagnostics: [] }
  if (node.kind !== 'list') return finish(node, [readSource(node, provider)])
  if (node.items.length === 0) {
    const empty = problem(
      node,
      'the list of key sources is empty',
      'write `key: none` if no key is needed',
    )
    return { key: undefined, diagnostics: [empty] }
  }
  const results = node.items.map((item) => readSource(item, provider))
  return finish(node, [...results, ...unreachable(node.items)])
}

function finish(node: Node, results: readonly (KeySource | Diagnostic)[]): Key {
  const sources = results.filter((result) => 'kind' in result)
  const diagnostics = results.filter((result) => 'code' in result)
  return { key: { value: sources, source: node.source }, diagnostics }
}

function readSource(node: Node, provider: string): KeySource | Diagnostic {
  if (node.kind === 'map') return readForm(node)
  const word = textOf(node)
  if (word === 'keychain') return { kind: 'keychain', service: KEYCHAIN_SERVICE, account: provider }
  if (word === 'none' || word === 'external') return { kind: word }
  if (node.kind === 'list') return problem(node, 'a key source cannot be a list in a list')
  if (word === undefined) return problem(node, '"key" says where the key is', FORMS_HINT)
  const guess = nearest(word, WORDS)
  if (guess !== undefined) {
    return problem(node, 'unknown key source', `did you mean "${guess}"?`)
  }
  const reference = /^\{(env|file):(.*)\}$/.exec(word)
  if (reference?.[1] === 'env') {
    return problem(node, 'this is how OpenCode refers to a variable', 'write `key: { env: NAME }`')
  }
  if (reference?.[1] === 'file') {
    return problem(node, 'this is how OpenCode refers to a file', 'write `key: { file: PATH }`')
  }
  return {
    code: 'key-in-manifest',
    severity: 'error',
    message: '"key" says where the key is, and never holds the key itself',
    source: node.source,
    hint: `store it with \`opgen key set ${provider}\`, and remove it here`,
  }
}

/** `none` and `external` always answer, so nothing after them is ever tried. */
function unreachable(items: readonly Node[]): readonly Diagnostic[] {
  const last = items.findIndex((item) => ['none', 'external'].includes(textOf(item) ?? ''))
  const after = last < 0 ? undefined : items[last + 1]
  if (after === undefined) return []
  const word = textOf(items[last]) ?? ''
  return [problem(after, `nothing after "${word}" is ever tried`, `put "${word}" last`)]
}
