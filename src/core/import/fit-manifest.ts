import type { FoundComment } from './comments.ts'
import type { ManifestDraft } from './print-manifest.ts'

/** What of an import is small enough, together, for one manifest. */
export interface Fitting<Provider> {
  readonly providers: readonly Provider[]
  /** In the order given: those after the ones that fit. */
  readonly left: readonly Provider[]
  readonly comments: readonly FoundComment[]
}

/**
 * Take as many providers, from the first on, as a manifest may have, and then the comments if it may have
 * them all. Each provider fits alone.
 */
export function fitManifest<Provider extends ManifestDraft['providers'][number]>(
  all: readonly Provider[],
  comments: readonly FoundComment[],
  isAccepted: (draft: Pick<ManifestDraft, 'providers' | 'comments'>) => boolean,
): Fitting<Provider> {
  if (isAccepted({ providers: all, comments })) return { providers: all, left: [], comments }
  const fits = (count: number): boolean =>
    isAccepted({ providers: all.slice(0, count), comments: [] })
  let least = 0
  let most = all.length
  while (least < most) {
    const count = Math.ceil((least + most) / 2)
    if (fits(count)) least = count
    else most = count - 1
  }
  const providers = all.slice(0, least)
  const withAll = isAccepted({ providers, comments })
  return { providers, left: all.slice(least), comments: withAll ? comments : [] }
}
