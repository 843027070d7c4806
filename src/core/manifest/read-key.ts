import type { Diagnostic } from '../diagnostic.ts'
import { nearest } from '../nearest.ts'
import type { Sourced } from '../source.ts'
import type { KeySource } from '../wanted.ts'
import { textOf } from './node.ts'
import type { Node, NodePath } from './node.ts'
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
 *
 * @param skip paths that are refused already, below the provider
 */
export function readKey(
  node: Node | undefined,
  provider: { readonly id: string; readonly skip: (path: NodePath) => boolean },
): Key {
  if (node === undefined) return { key: undefined, diagnostics: [] }
  if (node.kind !== 'list') {
    const result = provider.skip(['key']) ? undefined : readSource(node, ['key'], provider)
    return finish(node, result === undefined ? [] : [result])
  }
  if (node.items.length === 0) {
    const empty = problem(
      node,
      'the list of key sources is empty',
      'write `key: none` if no key is needed',
    )
    return { key: undefined, diagnostics: [empty] }
  }
  const results = node.items.flatMap((item, index) => {
    const path = ['key', index]
    const result = provider.skip(path) ? undefined : readSource(item, path, provider)
    return result === undefined ? [] : [result]
  })
  return finish(node, [...results, ...unreachable(node.items)])
}

function finish(node: Node, results: readonly (KeySource | Diagnostic)[]): Key {
  const sources = results.filter((result) => 'kind' in result)
  const diagnostics = results.filter((result) => 'code' in result)
  return { key: { value: sources, source: node.source }, diagnostics }
}

/** Undefined: refused already. */
function readSource(
  node: Node,
  path: NodePath,
  provider: { readonly id: string; readonly skip: (path: NodePath) => boolean },
): KeySource | Diagnostic | undefined {
  if (node.kind === 'map') {
    return [...node.entries.keys()].some((name) => provider.skip([...path, name]))
      ? undefined
      : readForm(node)
  }
  const word = textOf(node)
  if (word === 'keychain')
    return { kind: 'keychain', service: KEYCHAIN_SERVICE, account: provider.id }
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
    hint: `store it with \`opgen key set ${provider.id}\`, and remove it here`,
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
