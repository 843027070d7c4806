import type { Diagnostic } from '../core/diagnostic.ts'
import { isOwnEntry } from '../core/key-source.ts'
import { removeProvider } from '../core/manifest-edit/remove-provider.ts'
import type { RemovedProvider } from '../core/manifest-edit/remove-provider.ts'
import { providerIdsOf } from '../core/manifest/read-manifest.ts'
import { quote } from '../core/manifest/words.ts'
import type { Source } from '../core/source.ts'
import { InvalidInput } from '../errors.ts'
import { unknownProvider } from './known-ids.ts'
import { seeManifest } from './load-manifest.ts'
import {
  newProblems,
  openManifest,
  placesOfProvider,
  withoutPlace,
  writeManifest,
} from './open-manifest.ts'
import type { OpenManifest } from './open-manifest.ts'
import { displayPath } from './paths.ts'
import type { Session } from './session.ts'

export interface Removal extends Omit<RemovedProvider, 'text'> {
  /** Path of the manifest, as it was found. */
  readonly manifest: string
  /** Where another file of the manifest still has the provider. */
  readonly left: readonly Source[]
  /** Whether its key is taken from the entry that `key set` writes; false also where that is not known. */
  readonly hasOwnEntry: boolean
  /** Whether something else is wrong with the manifest. */
  readonly hasProblems: boolean
}

/**
 * Take a provider out of the manifest's file. Its key stays where it is.
 *
 * @throws InvalidInput `unknown-provider`, `provider-elsewhere`
 * @throws OpgenError `manifest-changed`; nothing is written then
 */
export async function removeFromManifest(session: Session, id: string): Promise<Removal> {
  const open = await openManifest(session)
  const places = placesOfProvider(open, id)
  const own = places.filter(({ file }) => file === open.file.path)
  const left = places.filter(({ file }) => file !== open.file.path)
  if (own.length === 0) throw new InvalidInput([notHere(session, { open, id, left })])
  const { diagnostics, wanted } = await seeManifest(session, open.file)
  const edit = removeProvider(open.file, id, left.length === 0 ? 'go' : 'stay')
  const after = await seeManifest(session, { path: open.file.path, text: edit.text })
  const errors = newProblems(diagnostics, after.diagnostics).filter(
    ({ severity }) => severity === 'error',
  )
  // Their places are those of a text that is in no file.
  if (errors.length > 0)
    throw new InvalidInput(errors.map((problem) => withoutPlace(open, problem)))
  await writeManifest(session, open, edit.text)
  const provider = wanted?.providers.find((each) => each.id === id)
  return {
    manifest: open.file.path,
    lines: edit.lines,
    facts: edit.facts,
    left,
    hasOwnEntry: provider?.key.sources.some((source) => isOwnEntry(id, source)) === true,
    hasProblems: after.wanted === undefined,
  }
}

interface Missing {
  readonly open: OpenManifest
  readonly id: string
  readonly left: readonly Source[]
}

function notHere({ system }: Session, { open, id, left }: Missing): Diagnostic {
  const [place] = left
  if (place === undefined) {
    return unknownProvider(open.file, id, providerIdsOf(open.source) ?? [])
  }
  const file = displayPath(system.machine, place.file)
  return {
    code: 'provider-elsewhere',
    severity: 'error',
    message: `${quote(id)} stands in ${file}, which the manifest includes`,
    source: place,
    hint: `run \`opgen remove ${id} --manifest ${/^[\w./~+-]+$/.test(file) ? file : 'FILE'}\``,
  }
}
