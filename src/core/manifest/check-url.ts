import type { Diagnostic } from '../diagnostic.ts'
import type { Sourced } from '../source.ts'
import { hasToken } from '../url.ts'

/** What is wrong with a base URL, wherever it stands. Parts that OpenCode fills in are left alone. */
export function checkUrl({ value, source }: Sourced<string>): readonly Diagnostic[] {
  const problem = urlProblem(value)
  if (problem !== undefined) return [{ severity: 'error', source, ...problem }]
  if (!/\/chat\/completions\/*$/.test(value)) return []
  return [
    {
      code: 'url-names-endpoint',
      severity: 'warning',
      message: 'this base URL names a single endpoint',
      source,
      hint: 'cut it before "/chat/completions": OpenCode adds that itself',
    },
  ]
}

export type UrlProblem = Pick<Diagnostic, 'code' | 'message' | 'hint'>

/** Why a text is no base URL; undefined where it is one, or where parts that are filled in make it one. */
export function urlProblem(value: string): UrlProblem | undefined {
  if (hasUserInfo(value)) {
    return {
      code: 'url-user-info',
      message: 'a URL here cannot hold a user name or password',
      hint: 'a key is stored with `opgen key set`, and never in the URL',
    }
  }
  if (value.trim() === '') return bad('the URL is empty')
  if (/\s/.test(value)) return bad('a URL cannot hold white space')
  // What such a URL becomes is known to OpenCode alone.
  if (/^(?:\{(?:env|file):|\$\{)/.test(value)) return undefined
  if (!/^https?:\/\//i.test(value)) {
    return /^[a-z][\w+.-]*:\/\//i.test(value)
      ? bad('a URL here starts with "http://" or "https://"')
      : bad('this is no URL: it starts with neither "http://" nor "https://"', schemeHint(value))
  }
  if (!hasToken(value) && !URL.canParse(value)) return bad('this is no URL')
  return undefined
}

function bad(message: string, hint?: string): UrlProblem {
  return { code: 'bad-url', message, ...(hint === undefined ? {} : { hint }) }
}

/** Between the scheme and the first slash stands an `@`, also where a part is filled in. */
function hasUserInfo(value: string): boolean {
  const authority = /^[a-z][\w+.-]*:[\\/]{2}([^/\\?#]*)/i.exec(value)?.[1]
  return authority?.includes('@') === true
}

function schemeHint(value: string): string | undefined {
  const local = /^(?:localhost|\d+\.\d+\.\d+\.\d+|[\w-]+:\d+)(?::\d+)?(?:\/|$)/.test(value)
  if (local) return `write "http://${value}"`
  return /^[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:\/|$)/.test(value)
    ? `write "https://${value}"`
    : undefined
}
