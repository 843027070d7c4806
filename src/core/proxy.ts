import { Secret } from './secret.ts'

/** A server that passes requests on. */
export interface Proxy {
  /** Scheme, host and port. */
  readonly origin: string
  /** What it is to be told of whoever asks: `Basic …`. */
  readonly authorization: Secret | undefined
}

/** `unusable`: a variable names something, and OpenCode could not use it either. */
export type ProxyChoice = Proxy | 'unusable' | undefined

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The proxy that OpenCode sends a request through; undefined: none. It follows the conventions of its
 * runtime: `HTTP_PROXY` and `HTTPS_PROXY` by the scheme of the address, with `NO_PROXY`; lower case comes
 * first, what is empty does not count, and nothing else does: neither `ALL_PROXY` nor whether it is this
 * machine that is asked.
 */
export function proxyFor(url: URL, env: Environment): ProxyChoice {
  const value = variable(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY')
  if (value === undefined || isExempt(url, variable(env, 'NO_PROXY') ?? '')) return undefined
  return parseProxy(value) ?? 'unusable'
}

/** The variable that names the proxy for an address, as most people write it. */
export function proxyVariable(origin: string): string {
  return origin.startsWith('http:') ? '$HTTP_PROXY' : '$HTTPS_PROXY'
}

function variable(env: Environment, name: string): string | undefined {
  return [env[name.toLowerCase()], env[name]].find((value) => value !== undefined && value !== '')
}

/** Whether the list has the host, a domain above it, or, with a port, just this host and port. */
function isExempt({ host, hostname }: URL, list: string): boolean {
  return list.split(',').some((listed) => {
    const entry = listed.trim().toLowerCase().replace(/^\./, '')
    if (entry === '') return false
    if (entry === '*' || entry === host) return true
    return !hasPort(entry) && (entry === hostname || hostname.endsWith(`.${entry}`))
  })
}

/** The colons of an IPv6 address are others. */
function hasPort(entry: string): boolean {
  return entry.startsWith('[') ? entry.includes(']:') : entry.split(':').length === 2
}

function parseProxy(value: string): Proxy | undefined {
  const text = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`
  if (value !== value.trim() || !URL.canParse(text)) return undefined
  const { protocol, origin, username, password } = new URL(text)
  if (protocol !== 'http:' && protocol !== 'https:') return undefined
  const [, user] = /^[^/]*\/\/([^/?#]*)@/.exec(text) ?? []
  if (user === undefined) return { origin, authorization: undefined }
  // A name without a password is not understood by OpenCode's runtime.
  if (!user.includes(':')) return undefined
  const credentials = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')
  return { origin, authorization: new Secret(`Basic ${credentials}`) }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
