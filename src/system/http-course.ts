import { performance } from 'node:perf_hooks'
import type { HttpFault, HttpStep, HttpTrace } from '../core/http.ts'
import { faultOf } from './http-faults.ts'
import type { HttpPatience } from './system.ts'

/** How long a server may be silent before the user is told that it is being waited for. */
const PATIENT_MS = 500

/** One request on its way: how far it came, and its end. */
export interface Course {
  /** A step is completed. */
  readonly reached: (step: HttpStep['step'], issuer?: string) => void
  /** Whom it is on its way to: what goes wrong from now on is wrong with them. */
  readonly enter: (stage: Stage) => void
  /** To be closed at the end. */
  readonly holds: (open: Closable) => void
  /** The first end counts. */
  readonly end: (fault: HttpFault | undefined) => void
  readonly fail: (error: unknown) => void
}

/** `connected`: a request may be sent. */
type Stage = 'to-proxy' | 'to-server' | 'connected'

interface Closable {
  readonly destroy: () => unknown
}

interface Setting {
  readonly patience: HttpPatience
  /** Origin of the proxy that it goes through. */
  readonly proxy: string | undefined
  /** Called once, before all that is open is closed. */
  readonly ended: (fault: HttpFault | undefined, trace: HttpTrace) => void
}

export function startCourse({ patience, proxy, ended }: Setting): Course {
  const steps: HttpStep[] = []
  const open: Closable[] = []
  let since = performance.now()
  let stage: Stage = proxy === undefined ? 'to-server' : 'to-proxy'
  let issuer: string | undefined
  let isOver = false

  const end = (fault: HttpFault | undefined): void => {
    if (isOver) return
    isOver = true
    for (const timer of timers) clearTimeout(timer)
    ended(fault, { steps, proxy, issuer })
    for (const one of open) one.destroy()
  }
  const waiting = setTimeout(() => patience.onWaiting?.(), PATIENT_MS)
  const timers = [
    waiting,
    setTimeout(() => {
      if (stage !== 'connected') end(tooLate(stage))
    }, patience.connectDeadline),
    setTimeout(() => end(tooLate(stage)), patience.deadline),
  ]
  return {
    reached: (step, signer) => {
      const now = performance.now()
      steps.push({ step, ms: now - since })
      since = now
      issuer ??= signer
      if (step === 'answer') clearTimeout(waiting)
    },
    enter: (next) => {
      stage = next
    },
    holds: (one) => {
      if (isOver) one.destroy()
      else open.push(one)
    },
    end,
    fail: (error) => end(stage === 'to-proxy' ? 'proxy-refused' : faultOf(error)),
  }
}

function tooLate(stage: Stage): HttpFault {
  if (stage === 'to-proxy') return 'proxy-refused'
  return stage === 'connected' ? 'no-answer' : 'no-connection'
}
