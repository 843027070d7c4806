/**
 * Base URLs as they stand in OpenCode's configuration. Parts may be filled in by OpenCode itself:
 * `{env:NAME}` and `{file:path}` when it reads its configuration, `${NAME}` at request time.
 */
const TOKEN = /\{(?:env|file):[^{}]*\}|\$\{[^{}]*\}/

/** Whether OpenCode fills in a part of this URL, so that it cannot be parsed as it stands. */
export function hasToken(url: string): boolean {
  return TOKEN.test(url)
}

/** The URL without slashes at its end. */
export function withoutTrailingSlashes(url: string): string {
  let end = url.length
  while (end > 0 && url[end - 1] === '/') end -= 1
  return url.slice(0, end)
}

/** Whether two URLs are the same up to slashes at their ends. */
export function sameUrl(a: string, b: string): boolean {
  return withoutTrailingSlashes(a) === withoutTrailingSlashes(b)
}

/**
 * Scheme, host and port, e.g. `https://api.example.com` or `http://localhost:11434`: who receives
 * what is sent. For a URL with parts that OpenCode fills in, and for one that cannot be parsed, the
 * whole text.
 */
export function originOf(url: string): string {
  if (hasToken(url) || !URL.canParse(url)) return url
  const { origin } = new URL(url)
  return origin === 'null' ? url : origin
}

/** Whether what is sent to this URL can be read on its way: `http://…`, in any case. */
export function isPlainHttp(url: string): boolean {
  return /^http:/i.test(url.trim())
}

/**
 * Where a host is: on this machine, on a network of one's own, or anywhere. A host that cannot be
 * told, because OpenCode fills it in or the text is no URL, counts as public.
 */
export function classifyHost(url: string): 'loopback' | 'private' | 'public' {
  const parseable = hasToken(url) ? withoutTokensAfterHost(url) : url
  if (parseable === undefined || !URL.canParse(parseable)) return 'public'
  const host = new URL(parseable).hostname.replace(/\.$/, '')
  if (host === '') return 'public'
  if (host.startsWith('[')) return classifyIpv6(host.slice(1, -1))
  return /^\d+\.\d+\.\d+\.\d+$/.test(host) ? classifyIpv4(host) : classifyName(host)
}

/** The part before the path, when it holds no token. */
function withoutTokensAfterHost(url: string): string | undefined {
  const start = /^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0]
  return start === undefined || hasToken(start) || start.includes('{') ? undefined : start
}

function classifyName(host: string): 'loopback' | 'private' | 'public' {
  if (host === 'localhost' || host.endsWith('.localhost')) return 'loopback'
  // No registry sells these; `corp` and `home` are kept back for the networks that have them (ICANN, 2018).
  const own =
    !host.includes('.') || /\.(?:local|localdomain|lan|internal|corp|home|home\.arpa)$/.test(host)
  return own ? 'private' : 'public'
}

/** @param host four decimal numbers: `URL` has turned every other spelling into that */
function classifyIpv4(host: string): 'loopback' | 'private' | 'public' {
  const [a = 0, b = 0] = host.split('.').map(Number)
  if (a === 127) return 'loopback'
  const own =
    a === 10 || // RFC 1918
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) || // link-local, RFC 3927
    (a === 100 && b >= 64 && b <= 127) || // shared address space, RFC 6598
    host === '0.0.0.0'
  return own ? 'private' : 'public'
}

/** @param host compressed, lower case: `URL` has made it so */
function classifyIpv6(host: string): 'loopback' | 'private' | 'public' {
  if (host === '::1') return 'loopback'
  const mapped = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(host)
  if (mapped !== null) {
    const [high, low] = [mapped[1], mapped[2]].map((part) => Number.parseInt(part ?? '0', 16))
    return classifyIpv4([high, low].flatMap((part = 0) => [part >> 8, part & 255]).join('.'))
  }
  // Unique local fc00::/7 (RFC 4193), link-local fe80::/10 (RFC 4291), unspecified.
  return /^(?:f[cd][\da-f]{2}|fe[89ab][\da-f]):/.test(host) || host === '::' ? 'private' : 'public'
}
