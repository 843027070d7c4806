import { compareFindings, diagnose } from '../core/doctor/diagnose.ts'
import type { Diagnosis } from '../core/doctor/diagnose.ts'
import { learnSecrets } from './learn-secrets.ts'
import { manifestFindings } from './manifest-findings.ts'
import { readScene } from './read-scene.ts'
import type { Session } from './session.ts'

/** What doctor found, and what it looked at. */
export interface Health {
  /** The worst first. */
  readonly diagnoses: readonly Diagnosis[]
  /** The files of OpenCode's that were read. */
  readonly looked: readonly string[]
}

/** Look for everything that is known to go wrong, offline. Writes nothing, and opens no key store. */
export async function checkHealth(session: Session): Promise<Health> {
  const scene = await readScene(session)
  learnSecrets(session, scene)
  const { layers, layersOf2, auth, isWhole } = scene
  const files = new Set([...layers, ...layersOf2].map(({ file }) => file))
  if (auth.state !== 'absent') files.add(auth.file)
  // Who names files has said what it is about.
  const ofManifest = isWhole ? await manifestFindings(session) : []
  const diagnoses = [
    ...diagnose(scene),
    ...ofManifest.map((finding): Diagnosis => ({ finding, repair: undefined })),
  ]
  return {
    diagnoses: diagnoses.toSorted((a, b) => compareFindings(a.finding, b.finding)),
    looked: [...files],
  }
}
