import type { HttpAnswer, HttpFault, HttpStep } from '../http.ts'
import type { Heard } from './climbing.ts'
import type { Found, Rung, StepName } from './rung.ts'

/** How far a request came: its steps up to the answer, the last one failed where there was none. */
export interface Reached {
  readonly rungs: readonly Rung[]
  readonly isAnswered: boolean
}

/** The rungs that one request tells of. Whatever it was answered, that is no fault of these. */
export function rungsOf({ answer, ms }: Heard, url: string): Reached {
  const { trace } = answer
  const steps: readonly HttpStep['step'][] = isTls(url)
    ? ['name', 'connection', 'tls', 'answer']
    : ['name', 'connection', 'answer']
  const rungs: Rung[] = []
  for (const step of steps) {
    const taken = trace.steps.find((one) => one.step === step)
    if (taken !== undefined) {
      rungs.push({ step: nameOf(step), ms: taken.ms, found: foundAt(step, answer, url) })
      continue
    }
    const left = leftOut(step, answer, url)
    if (left !== undefined) {
      rungs.push({ step: nameOf(step), ms: 0, found: left })
      continue
    }
    const fault = answer.fault ?? 'unknown'
    const spent = trace.steps.reduce((sum, one) => sum + one.ms, 0)
    const found: Found = {
      state: 'failed',
      what: 'refused',
      refusal: { kind: 'not-reached', fault },
    }
    rungs.push({ step: nameOf(step), ms: Math.max(ms - spent, 0), found })
    return { rungs, isAnswered: false }
  }
  return { rungs, isAnswered: true }
}

function isTls(url: string): boolean {
  return new URL(url).protocol === 'https:'
}

function nameOf(step: HttpStep['step']): StepName {
  return step === 'answer' ? 'http' : step
}

function foundAt(step: HttpStep['step'], answer: HttpAnswer, url: string): Found {
  const { proxy, issuer } = answer.trace
  switch (step) {
    case 'name':
      return { state: 'ok', what: 'named', host: new URL(proxy ?? url).hostname }
    case 'connection':
      return { state: 'ok', what: 'connected', to: placeOf(url), proxy }
    case 'tls':
      return { state: 'ok', what: 'encrypted', issuer, proxy }
    case 'answer':
      return {
        state: 'ok',
        what: 'answered',
        status: answer.state === 'answered' ? answer.status : 0,
      }
  }
}

function placeOf(url: string): string {
  const { hostname, port, protocol } = new URL(url)
  const usual = protocol === 'https:' ? '443' : '80'
  return `${hostname}:${port === '' ? usual : port}`
}

/** With these nothing was looked up. */
const WITHOUT_NAME: ReadonlySet<HttpFault> = new Set(['no-host', 'no-names', 'not-sent'])

/** Why the first step was not taken although nothing was wrong; undefined: it was the one that failed. */
function leftOut(step: HttpStep['step'], answer: HttpAnswer, url: string): Found | undefined {
  if (step !== 'name') return undefined
  const host = new URL(url).hostname
  if (isNumeric(host)) return { state: 'skipped', what: 'numeric-host', host }
  const { fault } = answer
  if (answer.trace.proxy !== undefined || fault?.startsWith('proxy-') === true) {
    return { state: 'skipped', what: 'proxy-looks-up', host }
  }
  // How long that took is not known.
  const isNamed = fault === undefined || !WITHOUT_NAME.has(fault)
  return isNamed ? { state: 'ok', what: 'named', host } : undefined
}

function isNumeric(host: string): boolean {
  return host.startsWith('[') || /^\d+\.\d+\.\d+\.\d+$/.test(host)
}
