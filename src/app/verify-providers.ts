import type { Asking, Climbing, Heard } from '../core/live/climbing.ts'
import { climb } from '../core/live/ladder.ts'
import type { Ladder } from '../core/live/ground.ts'
import type { CheckedModel } from '../core/live/offered.ts'
import type { Rung, StepName } from '../core/live/rung.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { harmless } from '../core/format-diagnostic.ts'
import type { Choices, Decision, TrustedFlow } from '../core/plan/plan.ts'
import type { Wanted } from '../core/wanted.ts'
import { describeRung } from '../ladder-words.ts'
import type { HttpPatience, System } from '../system/system.ts'
import { loadLive, recordTrusted } from './live-keys.ts'
import type { LiveProvider, LiveScene } from './live-keys.ts'
import { variable } from './paths.ts'
import type { Session } from './session.ts'

export interface VerifyRequest {
  /** All providers on this machine when empty. */
  readonly ids: readonly string[]
  readonly choices: Choices
  /** Milliseconds for one request. */
  readonly timeout: number
  /** Whether each provider is asked for a completion, which costs a token. */
  readonly completes: boolean
  /** Called when a provider's server is asked first, and when all has been asked. */
  readonly onProgress: (id: string, state: 'asking' | 'done') => void
}

/** A step of a ladder in words. */
export interface LadderStep {
  readonly step: StepName
  readonly ok: boolean
  readonly ms: number
  readonly detail: string
  /** It could not be judged, for the reason in `detail`. */
  readonly skipped?: true
  /** For one that failed: what to do. */
  readonly hint?: string
}

export interface VerifiedProvider {
  readonly id: string
  readonly baseURL: string | undefined
  readonly steps: readonly LadderStep[]
  readonly models: readonly CheckedModel[]
  /** `undecided`: nothing was asked before a decision. `unknown`: nothing failed, for nothing could be asked. */
  readonly state: 'works' | 'failed' | 'undecided' | 'unknown'
}

export interface Verified {
  readonly manifest: string
  readonly providers: readonly VerifiedProvider[]
  readonly trusted: readonly TrustedFlow[]
  readonly decisions: readonly Decision[]
  readonly warnings: readonly Diagnostic[]
}

/**
 * Ask the servers of providers, all at the same time, whether they can be used as the manifest has them. Nothing is
 * changed, but that a key was sent for the first time is recorded.
 *
 * @throws InvalidInput, OpgenError as {@link loadLive} does
 */
export async function verifyProviders(session: Session, request: VerifyRequest): Promise<Verified> {
  const { ids, choices } = request
  const scene = await loadLive(session, { ids, choices })
  const { manifest } = scene
  const providers = await Promise.all(
    scene.providers.map((live) =>
      verifyProvider(session, live, { request, wanted: manifest.wanted }),
    ),
  )
  const used = whatWasUsed(scene, providers)
  await recordTrusted(session, used)
  return {
    manifest: manifest.file.path,
    providers,
    trusted: used.trusted,
    decisions: scene.decisions,
    warnings: scene.warnings,
  }
}

/** What is accepted and was made use of: a server that was not asked was sent no key. */
function whatWasUsed(
  { trusted, accepted, machineSecret }: LiveScene,
  providers: readonly VerifiedProvider[],
): Pick<LiveScene, 'trusted' | 'accepted' | 'machineSecret'> {
  const asked = new Set(providers.flatMap(({ id, state }) => (state === 'unknown' ? [] : [id])))
  const used = trusted.filter(({ id }) => asked.has(id))
  return {
    trusted: used,
    accepted: accepted.filter((pair) =>
      used.some((flow) => flow.source === pair.source && flow.destination === pair.destination),
    ),
    machineSecret,
  }
}

interface Setting {
  readonly request: VerifyRequest
  readonly wanted: Wanted
}

async function verifyProvider(
  { system }: Session,
  live: LiveProvider,
  { request, wanted }: Setting,
): Promise<VerifiedProvider> {
  const { provider, key } = live
  const { id } = provider
  const climbing = climb({
    provider,
    key,
    model: modelOf(wanted, id),
    completes: request.completes,
  })
  request.onProgress(id, 'asking')
  const ladder = await follow(system, climbing, request.timeout)
  request.onProgress(id, 'done')
  return inWords(ladder, live, system)
}

/** The manifest's default model, where it is one of this provider's. */
function modelOf({ model }: Wanted, id: string): string | undefined {
  const name = model?.value ?? ''
  return name.startsWith(`${id}/`) ? name.slice(id.length + 1) : undefined
}

/** Make the requests that somebody wants made, one after the other. */
async function follow<T>(system: System, climbing: Climbing<T>, timeout: number): Promise<T> {
  let next = climbing.next()
  while (next.done !== true) next = climbing.next(await ask(system, next.value, timeout))
  return next.value
}

/** Nobody who is there takes longer to let somebody in. */
const LONGEST_CONNECTING = 10_000

async function ask(
  system: System,
  { request, mostBytes, isAwaited }: Asking,
  timeout: number,
): Promise<Heard> {
  const start = system.now().getTime()
  const elapsed = (): number => system.now().getTime() - start
  let soFar = ''
  let awaitedMs: number | undefined
  const patience: HttpPatience = {
    connectDeadline: Math.min(timeout, LONGEST_CONNECTING),
    deadline: timeout,
    mostBytes,
    ...(isAwaited === undefined ? {} : { onText: (text) => notice(text, isAwaited) }),
  }
  const answer = await system.http.ask(request, patience)
  return { answer, ms: elapsed(), ...(awaitedMs === undefined ? {} : { awaitedMs }) }

  function notice(text: string, isThere: (soFar: string) => boolean): void {
    if (awaitedMs !== undefined) return
    soFar += text
    if (isThere(soFar)) awaitedMs = elapsed()
  }
}

function inWords(ladder: Ladder, live: LiveProvider, system: System): VerifiedProvider {
  const { provider, key } = live
  const { baseURL } = ladder
  const climbed = {
    provider: provider.id,
    npm: provider.npm,
    baseURL,
    unreadable: key.state === 'unreadable' ? key.words : undefined,
    flag: key.state === 'undecided' ? key.decision.flag : undefined,
    hasExtraAuthorities: variable(system.machine, 'NODE_EXTRA_CA_CERTS') !== undefined,
  }
  const steps = ladder.rungs.map((rung): LadderStep => {
    const { step, ms, found } = rung
    const { detail, hint } = describeRung(rung, climbed)
    return {
      step,
      ok: found.state !== 'failed',
      ms: Math.round(ms),
      detail,
      ...(found.state === 'skipped' ? { skipped: true } : {}),
      ...(hint === undefined ? {} : { hint }),
    }
  })
  const models = ladder.models.map(({ suggestion, ...model }) => ({
    ...model,
    ...(suggestion === undefined ? {} : { suggestion: harmless(suggestion) }),
  }))
  return { id: provider.id, baseURL, steps, models, state: stateOf(ladder.rungs) }
}

function stateOf(rungs: readonly Rung[]): VerifiedProvider['state'] {
  if (rungs.some(({ found }) => found.what === 'key-undecided')) return 'undecided'
  if (rungs.some(({ found }) => found.state === 'failed')) return 'failed'
  return rungs.some(({ found }) => found.state === 'ok') ? 'works' : 'unknown'
}
