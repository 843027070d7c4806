import type { Diagnostic } from '../diagnostic.ts'
import { routeOf } from '../key-delivery.ts'
import type { Route } from '../key-delivery.ts'
import { quote } from '../manifest/words.ts'
import type { RecordedState } from '../state/recorded.ts'
import type { KeySource, Wanted, WantedProvider } from '../wanted.ts'
import type { Choices, Decision, Plan } from './plan.ts'

/** What shows that an OpenCode 2.x is on this machine, or has been at work here. */
export interface Trace {
  readonly kind: 'program' | 'service' | 'database'
  /** As a message shows it. */
  readonly path: string
  /** Of a program. */
  readonly version?: string
}

export interface DeliveryScene {
  readonly wanted: Wanted
  readonly recorded: RecordedState
  /** None: there is no OpenCode 2.x, or nobody looked. */
  readonly traces: readonly Trace[]
  readonly choices: Pick<Choices, 'switchDelivery'>
  /** Whether an environment variable is set. */
  readonly isSet: (name: string) => boolean
}

/** What `delivery` comes to on this machine. */
export interface SettledDelivery {
  /** With a `delivery` that is never `auto`. */
  readonly wanted: Wanted
  /** What `auto` comes to; undefined: the manifest says it itself, or there is no key to deliver. */
  readonly auto: Route | undefined
  readonly decisions: readonly Decision[]
  readonly warnings: readonly Diagnostic[]
}

/**
 * Whether it makes a difference if there is an OpenCode 2.x: looking for one takes time, and a manifest
 * without keys has no use for the answer.
 */
export function dependsOnInstalled({
  wanted,
  isSet,
}: Pick<DeliveryScene, 'wanted' | 'isSet'>): boolean {
  if (wanted.delivery !== 'keyfile') return usualProviders(wanted).length > 0
  return variablesThatWin(wanted, isSet).length > 0
}

/**
 * Say how keys reach OpenCode here. `auto` is decided where keys first go somewhere and recorded; what
 * another answer would be is for the user to decide, since it moves every key.
 */
export function settleDelivery(scene: DeliveryScene): SettledDelivery {
  const { wanted, recorded, traces, choices } = scene
  if (wanted.delivery !== 'auto') {
    return { wanted, auto: undefined, decisions: [], warnings: warningsFor(scene, wanted) }
  }
  const before = decidedBefore(recorded)
  const isAsked = usualProviders(wanted).length > 0
  const now = isAsked ? (traces.length > 0 ? 'keyfile' : 'auth.json') : (before ?? 'auth.json')
  const isOpen = before !== undefined && before !== now && !choices.switchDelivery
  const auto = isOpen ? before : now
  const settled = { ...wanted, delivery: auto }
  return {
    wanted: settled,
    auto: isAsked || before !== undefined ? auto : undefined,
    decisions: isOpen ? [decisionFor(now, traces)] : [],
    warnings: isOpen
      ? []
      : [...(before === now ? [] : noteOf(now, traces)), ...warningsFor(scene, settled)],
  }
}

/** The plan with what is open about the delivery, and with what is to be recorded of it. */
export function withDelivery(plan: Plan, settled: SettledDelivery): Plan {
  const { autoDelivery: _, ...others } = plan.next
  const { auto } = settled
  return {
    ...plan,
    decisions: [...settled.decisions, ...plan.decisions],
    warnings: [...settled.warnings, ...plan.warnings],
    next:
      auto === undefined || Object.keys(others.delivery).length === 0
        ? others
        : { ...others, autoDelivery: auto },
  }
}

/** Providers with a key that goes the usual way, whatever that is. */
function usualProviders({ providers }: Wanted): readonly WantedProvider[] {
  return providers.filter(({ key, keyIn }) => keyIn.kind === 'apiKey' && key.sources.some(givesKey))
}

function givesKey({ kind }: KeySource): boolean {
  return kind !== 'none' && kind !== 'external'
}

/**
 * Which way keys went after the last apply under `auto`; undefined where no key went any usual way. The first
 * versions recorded only the routes, and `auto` was `auth.json` for them.
 */
function decidedBefore({ delivery, keys, autoDelivery }: RecordedState): Route | undefined {
  const usual = Object.entries(delivery).filter(([id]) => {
    const { sources, keyIn } = keys[id] ?? {}
    return (keyIn?.kind ?? 'apiKey') === 'apiKey' && (sources?.some(givesKey) ?? true)
  })
  if (usual.length === 0) return undefined
  const isInAuth = usual.some(([, route]) => route === 'auth.json')
  return autoDelivery ?? (isInAuth ? 'auth.json' : undefined)
}

function decisionFor(now: Route, traces: readonly Trace[]): Decision {
  const [trace] = traces
  const texts =
    trace === undefined
      ? ['no OpenCode 2.x is found here any more', 'keys would move to auth.json']
      : [`${describe(trace)} does not read auth.json`, 'keys would move to key files']
  return {
    id: '/delivery',
    kind: 'delivery',
    detail: texts.join('; '),
    details: texts.map((text) => ({ text })),
    flag: '--switch-delivery',
    otherFlags: [],
    hint: `to leave them there, say \`delivery: ${now === 'keyfile' ? 'auth.json' : 'keyfile'}\` in the manifest`,
  }
}

function describe({ kind, path, version }: Trace): string {
  if (kind === 'program') return `OpenCode ${version ?? '2.x'} (${path})`
  return kind === 'service'
    ? `OpenCode 2.x, whose service is registered in ${path},`
    : `OpenCode 2.x, which has opened ${path},`
}

/** Said once, when it is decided. */
function noteOf(now: Route, [trace]: readonly Trace[]): readonly Diagnostic[] {
  if (now === 'auth.json' || trace === undefined) return []
  const message = `${describe(trace)} does not read auth.json: keys go through key files`
  return [{ code: 'delivery-decided', severity: 'info', message }]
}

function warningsFor(scene: DeliveryScene, wanted: Wanted): readonly Diagnostic[] {
  const [trace] = scene.traces
  if (trace === undefined) return []
  return wanted.delivery === 'auth.json'
    ? unreadWarning(wanted, trace)
    : variablesThatWin(wanted, scene.isSet).map(([id, name]) => variableWarning(id, name, trace))
}

function unreadWarning(wanted: Wanted, trace: Trace): readonly Diagnostic[] {
  const ids = usualProviders(wanted).map(({ id }) => quote(id))
  if (ids.length === 0) return []
  const [keys, reach] = ids.length === 1 ? ['key', 'does'] : ['keys', 'do']
  return [
    {
      code: 'auth-not-read',
      severity: 'warning',
      message: `${describe(trace)} does not read auth.json, so the ${keys} of ${ids.join(', ')} ${reach} not reach it`,
      hint: 'use `delivery: keyfile`, which OpenCode 1.x and 2.x both read',
    },
  ]
}

/**
 * Variables under `env` of a provider that are set, where its key is in a key file: OpenCode 2.x prefers
 * the variable (1.x does not). One that the key itself comes from does no harm.
 */
function variablesThatWin(
  wanted: Wanted,
  isSet: DeliveryScene['isSet'],
): readonly (readonly [string, string])[] {
  return wanted.providers.flatMap((provider) => {
    const { id, key, values } = provider
    const hasKey = key.sources.some(givesKey)
    if (!hasKey || provider.keyIn.kind !== 'apiKey' || routeOf(wanted, provider) !== 'keyfile') {
      return []
    }
    const named = values.find(({ path }) => path.length === 3 && path[2] === 'env')?.value
    const own = key.sources.map((source) => (source.kind === 'env' ? source.name : undefined))
    const names = Array.isArray(named) ? named : []
    const winner = names.find(
      (name) => typeof name === 'string' && !own.includes(name) && isSet(name),
    )
    return typeof winner === 'string' ? [[id, winner] as const] : []
  })
}

function variableWarning(id: string, name: string, trace: Trace): Diagnostic {
  return {
    code: 'variable-that-wins',
    severity: 'warning',
    message: `$${name} is set, and ${describe(trace)} takes it for "${id}" and not its key file`,
    hint: `unset it, or take it out of \`env\` of "${id}"`,
  }
}
