import { noFacts } from '../../src/core/machine-facts.ts'
import { readManifestFile } from '../../src/core/manifest/manifest-file.ts'
import type { ManifestText } from '../../src/core/manifest/manifest-file.ts'
import { providerIdsOf, readManifest } from '../../src/core/manifest/read-manifest.ts'
import type { ParsedManifest } from '../../src/core/manifest/read-manifest.ts'
import type { View } from '../../src/core/manifest/see-tree.ts'
import { parseExpressions } from '../../src/system/handlebars-expressions.ts'

/** A machine of which nothing is known. */
export const NOWHERE: View = {
  facts: noFacts,
  machine: undefined,
  vars: undefined,
  parse: parseExpressions,
}

/** Read a manifest of one file. */
export function parseManifest(text: ManifestText, view: View = NOWHERE): ParsedManifest {
  return readManifest(alone(text), view)
}

/** The ids of a manifest of one file. */
export function manifestProviderIds(text: ManifestText): readonly string[] | undefined {
  return providerIdsOf(alone(text))
}

function alone(text: ManifestText): Parameters<typeof readManifest>[0] {
  return { file: readManifestFile(text), includes: [], diagnostics: [] }
}
