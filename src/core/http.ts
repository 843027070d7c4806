import type { Secret } from './secret.ts'

/** One request over HTTP, as a value: it can be printed, and no key with it. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  /** `http:` or `https:`. */
  readonly url: string
  readonly headers: readonly HttpHeader[]
  readonly body?: string
}

export interface HttpHeader {
  readonly name: string
  readonly value: string | KeyedText
}

/** A text with a key in it, put together where it is sent. `format` holds `{key}` exactly once. */
export interface KeyedText {
  readonly format: string
  readonly key: Secret
}

/** What came of a request. Texts are the server's: never to be shown, a key may be repeated in them. */
export type HttpAnswer =
  | {
      readonly state: 'answered'
      readonly status: number
      /** Of the header `content-type`, in lower case and without parameters; `''` when there is none. */
      readonly contentType: string
      /** The header `location`. */
      readonly location: string | undefined
      /** As far as it came. */
      readonly body: string
      /** Why the body is not whole; undefined when it is. */
      readonly fault: HttpFault | undefined
      readonly trace: HttpTrace
    }
  | { readonly state: 'failed'; readonly fault: HttpFault; readonly trace: HttpTrace }

/** How far a request came, and how long each step took. */
export interface HttpTrace {
  /** Steps that were completed, in order. Nothing is looked up for an address in numbers. */
  readonly steps: readonly HttpStep[]
  /** Origin of the proxy that was asked, without user and password; undefined: none. */
  readonly proxy: string | undefined
  /**
   * Who signed the server's certificate: organisation, else common name; undefined without TLS. The
   * server's text: to be shown only through `harmless`.
   */
  readonly issuer: string | undefined
}

export interface HttpStep {
  /**
   * `name`: of the server, or of the proxy; `connection`: to the server, or to a proxy that has made one
   * or is going to; `tls`: to the server; `answer`: status and headers.
   */
  readonly step: 'name' | 'connection' | 'tls' | 'answer'
  /** Milliseconds that it took by itself. */
  readonly ms: number
}

/** Why there is no answer, or not all of it. */
export type HttpFault =
  /** The name of the host leads nowhere. */
  | 'no-host'
  /** Names of hosts cannot be looked up now. */
  | 'no-names'
  | 'refused'
  | 'unreachable'
  /** No connection was made in time. */
  | 'no-connection'
  /** The connection was made, and the answer did not come in time. */
  | 'no-answer'
  | 'certificate-untrusted'
  | 'certificate-expired'
  | 'certificate-name'
  | 'no-tls'
  | 'cut-off'
  | 'not-http'
  /** A variable names a proxy that nobody can use. */
  | 'proxy-unusable'
  /** No connection to the proxy was made. */
  | 'proxy-refused'
  /** The proxy makes no connection to the server, or wants to know who asks. */
  | 'proxy-denied'
  | 'too-large'
  /** The request is one that cannot be made. */
  | 'not-sent'
  | 'unknown'
