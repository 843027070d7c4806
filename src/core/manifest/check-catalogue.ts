import { CATALOGUE_IDS, CATALOGUE_VERSION } from '../catalogue.ts'
import type { Diagnostic } from '../diagnostic.ts'
import { nearest } from '../nearest.ts'
import type { ManifestProvider } from './manifest.ts'
import { quote } from './words.ts'

/**
 * Check a provider with a catalogue preset: where OpenCode does not know the id, and nobody says which
 * adapter to use, the block activates nothing. The catalogue of a running OpenCode may be newer.
 */
export function checkCatalogue({
  id,
  source,
  npm,
  doubtful,
}: ManifestProvider): readonly Diagnostic[] {
  const isKnown = CATALOGUE_IDS.has(id)
  if (isKnown || typeof npm?.value === 'string' || doubtful.has('npm')) return []
  const guess = nearest(id, CATALOGUE_IDS)
  return [
    {
      code: 'not-in-catalogue',
      severity: 'warning',
      message: `the catalogue of OpenCode ${CATALOGUE_VERSION} has no provider ${quote(id)}`,
      source,
      hint:
        guess === undefined
          ? 'a catalogue preset wants an id of that catalogue; for another one set "npm", "baseURL" and "models"'
          : `did you mean ${quote(guess)}?`,
    },
  ]
}
