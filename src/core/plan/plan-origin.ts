import { keyVariable } from '../key-variable.ts'
import { sourceName } from '../key-source.ts'
import { KEYCHAIN_SERVICE } from '../manifest/read-key.ts'
import type { Binding, RecordedState } from '../state/recorded.ts'
import { withBinding } from '../state/bindings.ts'
import type { WantedProvider } from '../wanted.ts'
import type { Drafts } from './draft.ts'
import { askFor } from './draft.ts'
import type { Flow } from './flows.ts'
import { flowsOf } from './flows.ts'
import type { FlowScene } from './flows.ts'
import type { TrustedFlow } from './plan.ts'
import { selects } from './plan.ts'
import type { KeyedProvider, ResolvedKey } from './plan-key.ts'

/** What has been accepted on this machine, and what this plan adds to it. */
export interface Ledger extends FlowScene {
  /** Every pair that is accepted, those of this plan included. */
  bindings: readonly Binding[]
  /** Pairs that are accepted because nothing was ever applied here. */
  readonly trusted: TrustedFlow[]
  /** Whether an apply has succeeded on this machine. */
  readonly isSettled: boolean
  /** Providers for which a person has typed the key in this run. */
  readonly typedKeys: ReadonlySet<string>
  /** Whether the copy of a key stands as opgen wrote it, and goes where it went. */
  readonly isInPlace: (keyed: KeyedProvider) => boolean
}

/**
 * Plan that everything secret that a provider sends goes only where that was accepted: a new pair of
 * source and destination is a decision, once an apply has succeeded on this machine. To be planned last: only then
 * is it known which login stays, and is sent along.
 */
export function planOrigins(drafts: Drafts, keyed: readonly KeyedProvider[], ledger: Ledger): void {
  for (const one of keyed) {
    if (!drafts.leftOut.has(one.provider.id)) planOrigin(drafts, one, ledger)
  }
}

export function planOrigin(drafts: Drafts, keyed: KeyedProvider, ledger: Ledger): void {
  const { provider } = keyed
  const { id } = provider
  for (const flow of flowsOf(keyed, ledger)) {
    const verdict = judge(ledger, flow, provider)
    if (verdict === 'accepted' || selects(drafts.choices.trustOrigin, id)) {
      ledger.bindings = withBinding(ledger.bindings, flow)
      continue
    }
    const isOwnKey = flow.fingerprint !== undefined && flow.because === undefined
    // Who types a key is shown where it goes, and not where it, or the one before it, went so far.
    const isTyped = ledger.typedKeys.has(id) && verdict === 'new'
    if (isOwnKey && (isTyped || ledger.isInPlace(keyed))) {
      ledger.bindings = withBinding(ledger.bindings, flow)
      continue
    }
    if (verdict === 'new' && !ledger.isSettled && flow.because === undefined) {
      ledger.bindings = withBinding(ledger.bindings, flow)
      ledger.trusted.push({ id, source: flow.source, destination: flow.destination })
      continue
    }
    const details = describe(ledger, flow).map((text) => ({ text }))
    askFor(drafts, { id, kind: 'origin', details }, [`--trust-origin ${id}`])
  }
}

/** `new`: the source was never bound; `elsewhere`: it was, or its key was, to another destination. */
function judge(
  { bindings }: Ledger,
  flow: Flow,
  { id }: WantedProvider,
): 'accepted' | 'new' | 'elsewhere' {
  const own = bindings.filter(({ source }) => source === flow.source)
  const same = sameKey(bindings, flow)
  if (same.length > 0) {
    const isOfThisKey = own.some((one) => one.fingerprint === flow.fingerprint)
    const covered = covers(same, flow) || (isOfThisKey && covers(own, flow))
    return covered ? 'accepted' : 'elsewhere'
  }
  if (covers(own, flow)) return 'accepted'
  // What is named after the provider is meant for it, and may go where the entry of that name may. Not
  // where other sources of its key may: the manifest says which those are.
  if (flow.source === `env:${keyVariable(id)}` || flow.source === `login:${id}`) {
    const entry = sourceName({ kind: 'keychain', service: KEYCHAIN_SERVICE, account: id })
    const named = bindings.filter(({ source }) => source === entry)
    if (covers(named, flow)) return 'accepted'
  }
  return own.length === 0 ? 'new' : 'elsewhere'
}

/** Pairs of other sources that had this very key: it counts as theirs. */
function sameKey(bindings: readonly Binding[], flow: Flow): readonly Binding[] {
  return bindings.filter(
    ({ source, fingerprint }) =>
      source !== flow.source && fingerprint !== undefined && fingerprint === flow.fingerprint,
  )
}

/** Whether every part of where it goes was accepted for these sources, be it one by one. */
function covers(bindings: readonly Binding[], { destination }: Flow): boolean {
  const parts = new Set(bindings.flatMap((binding) => binding.destination.split(' ')))
  return destination.split(' ').every((part) => parts.has(part))
}

/** A question in lines: what it is about, where it would go, and where it goes so far. */
function describe({ bindings }: Ledger, flow: Flow): readonly string[] {
  const what = describeSource(flow)
  if (flow.because !== undefined) return [what, flow.because]
  const same = sameKey(bindings, flow)
  const [other] = same
  const known = other === undefined ? bindings.filter(({ source }) => source === flow.source) : same
  const alias = other === undefined ? '' : ` (the same key as ${other.source})`
  const places = known.map(({ destination }) => destination).join(', ')
  return [
    `${what}${alias}`,
    `would go to ${flow.destination}`,
    known.length === 0 ? 'and was never sent anywhere from here' : `and so far goes to ${places}`,
  ]
}

/** What is sent, as a question names it. */
export function describeSource({ source, destination, fingerprint }: Flow): string {
  const [kind = '', ...rest] = source.split(':')
  const address = rest.join(':')
  if (kind === 'adapter') return `"npm" ${destination}`
  if (kind === 'option') return `"${address}"`
  if (kind === 'variables') return `the variable that OpenCode's catalogue has for "${address}"`
  if (kind === 'login') return "its login in OpenCode's own files"
  if (fingerprint !== undefined) return `its key (${source})`
  return kind === 'env' ? `$${address}` : address
}

/** What was accepted before, and by whom more is. */
export function startLedger(
  { bindings, lastApply }: RecordedState,
  scene: Omit<Ledger, 'bindings' | 'trusted' | 'isSettled'>,
): Ledger {
  return { ...scene, bindings, trusted: [], isSettled: lastApply !== null }
}

/** The commands that were accepted before, and those that brought a key now. */
export function acceptedCommands(
  keys: Iterable<ResolvedKey>,
  { commands }: RecordedState,
): readonly string[] {
  const brought = [...keys].flatMap((key) => (key.state === 'present' ? (key.command ?? []) : []))
  return [...new Set([...commands, ...brought])]
}
