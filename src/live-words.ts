import type { HttpFault } from './core/http.ts'
import type { Refusal } from './core/live/reception.ts'
import { proxyVariable } from './core/proxy.ts'
import type { Words } from './errors.ts'

/** What is asked, and about whose key. */
export interface Asked {
  readonly provider: string
  /** Of the server. */
  readonly origin: string
}

/** What a server's answer to a key means, and what to do. Nothing of the answer itself is shown. */
export function describeReception(reception: Refusal, asked: Asked): Words {
  const { origin } = asked
  switch (reception.kind) {
    case 'key-rejected':
    case 'key-forbidden':
    case 'no-credit':
    case 'any-key':
      return describeJudgement(reception.kind, reception.status, asked)
    case 'no-model-list':
    case 'web-page':
    case 'odd-answer':
      return describeOther(reception.kind, reception.status, asked)
    case 'redirected':
      return describeRedirect(reception.to, origin)
    case 'rate-limited':
      return {
        message: `${origin} has been asked too often, and did not look at the key (${reception.status})`,
        hint: 'wait a minute, then run it again',
      }
    case 'server-fault':
      return {
        message: `${origin} has a fault of its own, and did not look at the key (${reception.status})`,
        hint: 'run it again later',
      }
    case 'not-reached':
      return describeFault(reception.fault, asked)
  }
}

function describeJudgement(
  kind: 'key-rejected' | 'key-forbidden' | 'no-credit' | 'any-key',
  status: number,
  { provider, origin }: Asked,
): Words {
  switch (kind) {
    case 'key-rejected':
      return {
        message: `${origin} does not accept this key for "${provider}" (${status})`,
        hint: 'copy the whole key again, and check that it is one for this provider',
      }
    case 'key-forbidden':
      return {
        message: `${origin} forbids what this key for "${provider}" asks for (${status})`,
        hint: 'the key may lack a permission, or not be usable from here; look at its settings',
      }
    case 'no-credit':
      return {
        message: `${origin} wants to be paid before it takes this key for "${provider}" (${status})`,
        hint: 'add credit to the account that the key belongs to',
      }
    case 'any-key':
      return {
        message: `${origin} lists its models for any key, so that this one cannot be checked`,
        hint: unverified(provider),
      }
  }
}

/** Something else than a list of models. */
function describeOther(
  kind: 'no-model-list' | 'web-page' | 'odd-answer',
  status: number,
  { provider, origin }: Asked,
): Words {
  switch (kind) {
    case 'no-model-list':
      return {
        message: `${origin} has no list of models to check a key with (${status})`,
        hint: `check the path of "baseURL"; if it is right, ${unverified(provider)}`,
      }
    case 'web-page':
      return {
        message: `${origin} answered with a web page, and not with a list of models`,
        hint: 'check "baseURL": the one of an API often ends in "/v1"',
      }
    case 'odd-answer':
      return {
        message: `${origin} answered with something else than a list of models (${status})`,
        hint: `check "baseURL" and "npm"; if they are right, ${unverified(provider)}`,
      }
  }
}

/** The way for a key that cannot be checked. */
export function unverified(provider: string): string {
  return `store it unverified: \`opgen key set ${provider}\``
}

function describeRedirect(to: string, origin: string): Words {
  if (to === origin) {
    return {
      message: `${origin} redirects to another path of its own, where no key is sent`,
      hint: 'correct the path of "baseURL"',
    }
  }
  return {
    message: `${origin} redirects to ${to === '' ? 'no address' : to}, and no key is sent there`,
    hint: 'if that is where the provider is now, change "baseURL"',
  }
}

type ProxyFault = Extract<HttpFault, `proxy-${string}`>
type CertificateFault = Extract<HttpFault, `certificate-${string}`>

function isProxyFault(fault: HttpFault): fault is ProxyFault {
  return fault.startsWith('proxy-')
}

function isCertificateFault(fault: HttpFault): fault is CertificateFault {
  return fault.startsWith('certificate-')
}

function describeFault(fault: HttpFault, { origin }: Asked): Words {
  if (isProxyFault(fault)) return describeProxyFault(fault, origin)
  if (isCertificateFault(fault)) return describeCertificateFault(fault, origin)
  // Where nothing is let out but what goes through a proxy, it looks like any of these.
  const checkURL = `check "baseURL" and the network; a proxy is taken from ${proxyVariable(origin)}`
  const again = 'run it again later'
  switch (fault) {
    case 'no-host':
      return { message: `there is no host ${hostOf(origin)}`, hint: checkURL }
    case 'no-names':
      return { message: `the address of ${hostOf(origin)} cannot be looked up`, hint: checkURL }
    case 'refused':
      return { message: `nothing answers at ${origin}: the connection was refused`, hint: checkURL }
    case 'unreachable':
      return { message: `there is no way from here to ${origin}`, hint: checkURL }
    case 'no-connection':
      return { message: `no connection to ${origin} was made in time`, hint: checkURL }
    case 'no-answer':
      return { message: `${origin} did not answer in time`, hint: again }
    case 'cut-off':
      return { message: `${origin} closed the connection before its answer ended`, hint: again }
    case 'no-tls':
      return {
        message: `${origin} does not speak TLS as it should`,
        hint: 'check "baseURL": a local server may want `http://`',
      }
    case 'not-http':
      return { message: `what answers at ${origin} does not speak HTTP`, hint: 'check "baseURL"' }
    case 'too-large':
      return { message: `the answer of ${origin} is too large`, hint: 'check "baseURL"' }
    case 'not-sent':
      return { message: `${origin} cannot be asked`, hint: 'check "baseURL" and the headers' }
    case 'unknown':
      return { message: `${origin} could not be asked`, hint: checkURL }
  }
}

function describeCertificateFault(fault: CertificateFault, origin: string): Words {
  switch (fault) {
    case 'certificate-untrusted':
      return {
        message: `nobody whom this machine trusts has signed the certificate of ${origin}`,
        hint: 'for a certificate authority of your own, name its file in $NODE_EXTRA_CA_CERTS',
      }
    case 'certificate-expired':
      return {
        message: `the certificate of ${origin} is not valid now`,
        hint: 'check the clock of this machine; else the server needs a new one',
      }
    case 'certificate-name':
      return {
        message: `the certificate of ${origin} is for another host`,
        hint: 'check "baseURL"',
      }
  }
}

/** OpenCode asks through the same proxy. */
function describeProxyFault(fault: ProxyFault, origin: string): Words {
  const variable = proxyVariable(origin)
  const around = `or name ${hostOf(origin)} in $NO_PROXY`
  switch (fault) {
    case 'proxy-unusable':
      return {
        message: `${variable} names no proxy that OpenCode could use`,
        hint: 'write it as `http://host:port` or `http://user:password@host:port`',
      }
    case 'proxy-refused':
      return {
        message: `no connection was made to the proxy that ${variable} names`,
        hint: `check ${variable}, ${around}`,
      }
    case 'proxy-denied':
      return {
        message: `the proxy that ${variable} names does not let a request to ${origin} through`,
        hint: `check the user and password in ${variable}, ${around}`,
      }
  }
}

function hostOf(origin: string): string {
  return `"${URL.canParse(origin) ? new URL(origin).hostname : origin}"`
}
