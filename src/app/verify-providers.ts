import type { Asking, Climbing, Heard } from '../core/live/climbing.ts'
import { climb } from '../core/live/ladder.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Choices, Decision, TrustedFlow } from '../core/plan/plan.ts'
import type { Wanted } from '../core/wanted.ts'
import type { HttpPatience, System } from '../system/system.ts'
import { loadLive, recordTrusted, usedOf } from './live-keys.ts'
import type { LiveProvider } from './live-keys.ts'
import { climbThrough } from './climb-through.ts'
import { inWords } from './ladder-steps.ts'
import type { VerifiedProvider } from './ladder-steps.ts'
import type { Session } from './session.ts'

export interface VerifyRequest {
  /** All providers on this machine when empty. */
  readonly ids: readonly string[]
  readonly choices: Choices
  /** Milliseconds for one request. */
  readonly timeout: number
  /** Whether each provider is asked for a completion, which costs a token. */
  readonly completes: boolean
  /** Whether the OpenCode of this machine is asked for each provider, too. */
  readonly throughOpenCode: boolean
  /** Called when a provider's server is asked first, and when all has been asked. */
  readonly onProgress: (id: string, state: 'asking' | 'done') => void
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
  const asked = providers.filter(({ state }) => state !== 'unknown').map(({ id }) => id)
  const used = usedOf(scene, new Set(asked))
  await recordTrusted(session, used)
  return {
    manifest: manifest.file.path,
    providers: request.throughOpenCode
      ? await addThroughOpenCode(session, providers, { request, wanted: manifest.wanted })
      : providers,
    trusted: used.trusted,
    decisions: scene.decisions,
    warnings: scene.warnings,
  }
}

/** One after the other: each OpenCode takes a processor and some hundred megabytes. */
async function addThroughOpenCode(
  session: Session,
  providers: readonly VerifiedProvider[],
  { request, wanted }: Setting,
): Promise<readonly VerifiedProvider[]> {
  const all: VerifiedProvider[] = []
  for (const provider of providers) {
    const { id } = provider
    request.onProgress(id, 'asking')
    const preferred = modelOf(wanted, id)
    all.push(await climbThrough(session, provider, { preferred, timeout: request.timeout }))
    request.onProgress(id, 'done')
  }
  return all
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

/** Characters in which the first token of an answer stands. */
const MOST_AWAITED = 32_768

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
    // What is awaited comes early, and in lines; looking for it again at each piece of a long answer would take long.
    if (awaitedMs !== undefined || soFar.length > MOST_AWAITED) return
    soFar += text
    if (/[\n}]/.test(text) && isThere(soFar)) awaitedMs = elapsed()
  }
}
