import { matchesGlob } from '../manifest/glob.ts'
import type { LockedDiscovery } from './lock.ts'

/** Whether a model of this id is taken: one that some pattern includes, and none excludes. */
export function isChosen({ include, exclude }: LockedDiscovery, id: string): boolean {
  const matches = (pattern: string): boolean => matchesGlob(pattern, id)
  return (include === undefined || include.some(matches)) && !exclude.some(matches)
}
