import type {
  HttpAnswer,
  HttpFault,
  HttpRequest,
  HttpStep,
  HttpTrace,
} from '../../src/core/http.ts'

/** How far a request came that took a millisecond for each of these steps. */
export function traced(...steps: readonly HttpStep['step'][]): HttpTrace {
  return { steps: steps.map((step) => ({ step, ms: 1 })), proxy: undefined, issuer: undefined }
}

/** No answer. */
export function failed(fault: HttpFault, ...steps: readonly HttpStep['step'][]): HttpAnswer {
  return { state: 'failed', fault, trace: traced(...steps) }
}

/** The answer of a server, as far as a test says. */
export function answered(
  status: number,
  body: unknown = '',
  more: Partial<Extract<HttpAnswer, { state: 'answered' }>> = {},
): Extract<HttpAnswer, { state: 'answered' }> {
  return {
    state: 'answered',
    status,
    contentType: 'application/json',
    location: undefined,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    fault: undefined,
    trace: traced('name', 'connection', 'tls', 'answer'),
    ...more,
  }
}

export const A_LIST = { object: 'list', data: [{ id: 'm' }] }

/** The headers of a request as they are sent, the key in them. */
export function sentHeaders({ headers }: HttpRequest): Readonly<Record<string, string>> {
  return Object.fromEntries(
    headers.map(({ name, value }) => [
      name.toLowerCase(),
      typeof value === 'string' ? value : value.format.replace('{key}', value.key.reveal()),
    ]),
  )
}

/** A server that lists its models to whoever has this key. */
export function listingTo(key: string): (request: HttpRequest) => HttpAnswer {
  return (request) =>
    Object.values(sentHeaders(request)).some((value) => value.endsWith(key))
      ? answered(200, A_LIST)
      : answered(401)
}
