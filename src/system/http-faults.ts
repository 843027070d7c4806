import type { HttpFault } from '../core/http.ts'

/**
 * Why a request came to nothing, by the code of Node.js's error. Its message is looked at by nobody: it
 * may hold a part of what was sent or received.
 */
export function faultOf(error: unknown): HttpFault {
  const code = codeOf(error)
  const known = FAULTS.get(code)
  if (known !== undefined) return known
  return FAMILIES.find(([family]) => family.test(code))?.[1] ?? 'unknown'
}

const FAULTS: ReadonlyMap<string, HttpFault> = new Map([
  ['ENOTFOUND', 'no-host'],
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
  ['EADDRNOTAVAIL', 'unreachable'],
  // What a firewall of this machine says.
  ['EACCES', 'unreachable'],
  ['EPERM', 'unreachable'],
  ['ETIMEDOUT', 'no-connection'],
  ['ECONNRESET', 'cut-off'],
  ['ECONNABORTED', 'cut-off'],
  ['EPIPE', 'cut-off'],
  ['ERR_STREAM_PREMATURE_CLOSE', 'cut-off'],
  ['CERT_HAS_EXPIRED', 'certificate-expired'],
  ['CERT_NOT_YET_VALID', 'certificate-expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate-name'],
  ['HOSTNAME_MISMATCH', 'certificate-name'],
  ['EPROTO', 'no-tls'],
  ['ERR_INVALID_URL', 'not-sent'],
  ['ERR_INVALID_PROTOCOL', 'not-sent'],
  ['ERR_INVALID_CHAR', 'not-sent'],
  ['ERR_INVALID_HTTP_TOKEN', 'not-sent'],
  ['ERR_UNESCAPED_CHARACTERS', 'not-sent'],
])

const FAMILIES: readonly (readonly [RegExp, HttpFault])[] = [
  [/^EAI_/, 'no-names'],
  // What OpenSSL says of a chain of certificates (X509_V_ERR_…), as Node.js spells it.
  [/CERT|SIGNATURE|^(?:INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$/, 'certificate-untrusted'],
  [/^ERR_(?:SSL|TLS)_/, 'no-tls'],
  // Of Node.js's parser of HTTP.
  [/^HPE_/, 'not-http'],
]

/** Where several addresses of a host were tried, the first of their errors counts. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  return error instanceof AggregateError ? codeOf(error.errors[0]) : ''
}
