import { originOf, withoutTrailingSlashes } from '../url.ts'

/** What people paste together with a base URL. */
const PASTED = /(?<!\/)\/(?:chat\/completions|completions|responses|messages|models|embeddings)$/

const VERSION = /(?<!\/)\/v\d+[a-z\d]*$/

/**
 * Base URLs that may have been meant, of the same server, the likeliest first: without an endpoint that was
 * pasted along, without a version that stands there twice, and with or without `/v1`.
 */
export function neighboursOf(baseURL: string): readonly string[] {
  const given = withoutTrailingSlashes(baseURL)
  const bare = withoutTrailingSlashes(given.replace(PASTED, ''))
  const once = bare.replace(/(\/v\d+[a-z\d]*)(?:\/v\d+[a-z\d]*)+$/, '$1')
  const root = withoutTrailingSlashes(once.replace(VERSION, ''))
  const candidates = [bare, once, VERSION.test(once) ? root : `${once}/v1`, root, `${root}/v1`]
  // A host may be called like an endpoint: what is not of the same origin is not of the same server.
  return [...new Set(candidates)].filter(
    (url) => url !== given && URL.canParse(url) && originOf(url) === originOf(given),
  )
}
