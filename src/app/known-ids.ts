import type { Diagnostic } from '../core/diagnostic.ts'
import type { ManifestText } from '../core/manifest/manifest-file.ts'
import { nearest } from '../core/nearest.ts'
import { TOP_LEVEL } from '../core/plan/make-changes.ts'
import { InvalidInput } from '../errors.ts'

/**
 * Require that each id given on the command line is a provider's, or names another part of a plan.
 *
 * @throws InvalidInput with every id that is none
 */
export function requireKnownIds(
  manifest: ManifestText,
  given: readonly string[],
  ids: readonly string[],
): void {
  const known = new Set([...ids, ...TOP_LEVEL, '/auth'])
  const problems = [...new Set(given)]
    .filter((id) => !known.has(id))
    .map((id) => unknownProvider(manifest, id, ids))
  if (problems.length > 0) throw new InvalidInput(problems)
}

/** An id on the command line that is none; the place to blame is where it should have stood. */
export function unknownProvider(
  { path: file, text }: ManifestText,
  id: string,
  ids: readonly string[],
): Diagnostic {
  const near = nearest(id, ids)
  const names = ids.length === 0 ? 'it names none' : `it names ${ids.join(', ')}`
  const line = text.split('\n').findIndex((content) => /^["']?providers\b/.test(content)) + 1
  return {
    code: 'unknown-provider',
    severity: 'error',
    message: `the manifest has no provider "${id}"`,
    source: { file, line: Math.max(line, 1), column: 1 },
    hint: near === undefined ? names : `did you mean "${near}"?`,
  }
}
