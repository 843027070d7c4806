import type { Diagnostic } from '../diagnostic.ts'
import type { Manifest } from './manifest.ts'

/** Problems that only show when presets are filled in, and what in the same provider may cause them. */
const CAUSES: Readonly<Record<string, readonly string[]>> = {
  'unknown-preset': [],
  'not-supported-yet': [],
  'no-models': ['bad-model-id', 'duplicate-model', 'wrong-type', 'not-supported-yet', 'bad-value'],
  'missing-base-url': ['unknown-field', 'bad-url', 'url-user-info', 'wrong-type', 'reserved-field'],
}

/**
 * Of the problems found by filling in presets on a manifest that has others already, those that are
 * not mere consequences: all that is wrong should be told at once, and nothing twice.
 */
export function furtherProblems(
  manifest: Manifest,
  known: readonly Diagnostic[],
  found: readonly Diagnostic[],
): readonly Diagnostic[] {
  const ownerOf = (diagnostic: Diagnostic): string | undefined =>
    manifest.providers.findLast(({ source }) => source.line <= (diagnostic.source?.line ?? 0))?.id
  return found.filter((diagnostic) => {
    const causes = CAUSES[diagnostic.code]
    if (causes === undefined) return false
    const owner = ownerOf(diagnostic)
    return !known.some((other) => causes.includes(other.code) && ownerOf(other) === owner)
  })
}
