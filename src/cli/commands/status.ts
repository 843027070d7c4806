import { loadPlan } from '../../app/load-plan.ts'
import type { Loaded } from '../../app/load-plan.ts'
import { routeOf, usualRoute } from '../../core/key-delivery.ts'
import { noChoices } from '../../core/plan/plan.ts'
import type { Change, Plan } from '../../core/plan/plan.ts'
import type { Wanted } from '../../core/wanted.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { diagnosticJson } from '../render-diagnostics.ts'
import { renderPlaces } from '../render-plan.ts'
import { placesOf } from '../places.ts'
import { wishOf } from '../plan-json.ts'

type ProviderState = 'in-sync' | 'pending' | 'drifted' | 'missing-key' | 'not-here'

interface ProviderStatus {
  readonly id: string
  readonly state: ProviderState
  readonly key: Change['key']
}

/** What opgen manages here, and how it stands. Pending changes and decisions are no error. */
export async function runStatus(context: CommandContext): Promise<Report> {
  const loaded = await loadPlan(context.session, noChoices, { forApply: false })
  const providers = providerStatuses(loaded)
  const notes = [...stateNotes(loaded), ...fieldNotes(loaded.plan)]
  return {
    exitCode: ExitCode.ok,
    text: renderStatus(context, loaded, providers, notes),
    warnings: loaded.warnings,
    json: {
      manifest: loaded.manifest.file.path,
      delivery: usualRoute(loaded.manifest.wanted),
      providers,
      lastApply: loaded.recorded.lastApply,
      notes,
      diagnostics: loaded.warnings.map(diagnosticJson),
    },
  }
}

function providerStatuses({ plan, manifest, recorded }: Loaded): readonly ProviderStatus[] {
  const statuses = plan.changes
    .filter(({ id }) => !id.startsWith('/'))
    .map((change) => ({
      id: change.id,
      state: stateOf(change, plan, recorded.lastApply === null),
      key: change.key,
    }))
  const elsewhere = manifest.wanted.notHere
    .filter((id) => !statuses.some((status) => status.id === id))
    .map((id) => ({ id, state: 'not-here' as const, key: 'none' as const }))
  return [...statuses, ...elsewhere]
}

function stateOf(change: Change, plan: Plan, neverApplied: boolean): ProviderState {
  if (change.key === 'missing') return 'missing-key'
  const drifts = plan.decisions.some(({ id, kind }) => id === change.id && kind === 'drift')
  if (change.drifted || drifts) return 'drifted'
  const undecided = plan.decisions.some(({ id }) => id === change.id)
  const settled = change.action === 'none' || (change.action === 'adopt' && !neverApplied)
  return settled && !undecided && !neverApplied ? 'in-sync' : 'pending'
}

/** What is recorded and shows nowhere else. */
function stateNotes({ stored, plan }: Loaded): readonly string[] {
  const kept = new Set<string>()
  for (const { values } of Object.values(plan.next.files)) {
    for (const { unit, origin } of Object.values(values)) {
      if (origin === 'kept') kept.add(unit)
    }
  }
  const stays = Object.entries(plan.next.seen).filter(([, seen]) => seen.kept !== null)
  const notes = [
    ...[...kept].map((unit) => `${unit} differs from the manifest, kept as you chose`),
    ...stays.map(([unit]) => `${unit} is of another profile or environment, kept as you chose`),
  ]
  return stored.state.intended === null
    ? notes
    : ['an apply was interrupted; `opgen apply` finishes it', ...notes]
}

/** What is to be said beside the providers: top-level fields that change, and open decisions. */
function fieldNotes(plan: Plan): readonly string[] {
  const fields = plan.changes.filter(({ id, action }) => id.startsWith('/') && action !== 'none')
  const words = {
    create: 'to be written',
    update: 'to be updated',
    delete: 'to be deleted',
  } as const
  const pending = fields.flatMap(({ id, action, drifted }) =>
    action === 'adopt' || action === 'none'
      ? []
      : [`${id} is ${words[action]}${drifted ? ', changed since the last apply' : ''}`],
  )
  const decisions = plan.decisions.map(({ id, kind }) => `${id}: a decision is needed (${kind})`)
  return [...pending, ...decisions]
}

function nameOf(generation: number): string {
  return generation === 0 ? 'nothing had to be written' : `generation ${generation}`
}

const WORDS: Readonly<Record<ProviderState, string>> = {
  'in-sync': 'in sync',
  pending: 'pending',
  drifted: 'drifted',
  'missing-key': 'missing key',
  'not-here': 'not on this machine',
}

const KEY_WORDS: Readonly<Record<Change['key'], string>> = {
  set: 'key to be written',
  unchanged: 'key in place',
  missing: 'no key found',
  none: 'no key needed',
  external: 'key not managed',
  unknown: 'key not looked at',
}

function describeDelivery(wanted: Wanted): string {
  if (usualRoute(wanted) === 'keyfile') return 'Keys are delivered through key files.'
  const others = wanted.providers
    .filter((provider) => routeOf(wanted, provider) === 'keyfile')
    .map(({ id }) => id)
  const but = others.length === 0 ? '' : `, those of ${others.join(', ')} through key files`
  return `Keys are delivered through auth.json${but}.`
}

function renderStatus(
  { paint, session }: CommandContext,
  loaded: Loaded,
  providers: readonly ProviderStatus[],
  notes: readonly string[],
): string {
  const width = Math.max(0, ...providers.map(({ id }) => id.length))
  const rows = providers.map(({ id, state, key }) => {
    const shade = state === 'in-sync' ? paint.green : paint.yellow
    const word = shade(WORDS[state].padEnd(12))
    return `  ${id.padEnd(width)}  ${word}${state === 'not-here' ? '' : KEY_WORDS[key]}`.trimEnd()
  })
  const { lastApply } = loaded.recorded
  const last =
    lastApply === null
      ? 'Never applied on this machine. Run `opgen plan` to see what would happen.'
      : `Last apply: ${lastApply.time.slice(0, 16).replace('T', ' ')} UTC, ${nameOf(lastApply.generation)}.`
  const blocks = [
    renderPlaces(session.system.machine, placesOf(loaded, wishOf(loaded)), paint),
    rows.map((row) => `${row}\n`).join(''),
    notes.map((note) => `  ${note}\n`).join(''),
    `${describeDelivery(loaded.manifest.wanted)}\n${last}\n`,
  ]
  return blocks.filter((block) => block !== '').join('\n')
}
