import { hasErrors } from '../core/diagnostic.ts'
import { providerIdsOf } from '../core/manifest/read-manifest.ts'
import { sourceName } from '../core/key-source.ts'
import { makePlan } from '../core/plan/make-plan.ts'
import type { ResolvedKey } from '../core/plan/plan-key.ts'
import { NO_PASSING } from '../core/plan/plan-profile.ts'
import { noChoices } from '../core/plan/plan.ts'
import type { Choices, Plan } from '../core/plan/plan.ts'
import { emptyState } from '../core/state/recorded.ts'
import type { Wanted, WantedKey } from '../core/wanted.ts'
import { InvalidInput } from '../errors.ts'
import { problemsOf, viewAllMachines } from './check-manifest.ts'
import type { AllMachines, SeenByMachine } from './check-manifest.ts'
import { absentKeyFiles } from './key-files.ts'
import { findTargets } from './find-targets.ts'
import { requireKnownIds } from './known-ids.ts'
import type { Session } from './session.ts'

export interface MachinePlan {
  /** Undefined: the manifest names no machine. */
  readonly machine: string | undefined
  readonly plan: Plan
  readonly seen: SeenByMachine
}

/**
 * What a first apply would do on each machine of the manifest. What is on their disks and in their
 * keychains is not known here, so nothing on this computer is looked at either.
 *
 * @throws InvalidInput with the problems of all machines, or for an id in `only` that is none
 */
export async function planMachines(
  session: Session,
  only: Choices['only'],
): Promise<{ readonly all: AllMachines; readonly plans: readonly MachinePlan[] }> {
  const all = await viewAllMachines(session)
  requireKnown(all, only)
  const problems = problemsOf(all.machines)
  if (hasErrors(problems)) throw new InvalidInput(problems)
  const plans = all.machines.flatMap((seen) =>
    seen.wanted === undefined
      ? []
      : [{ machine: seen.machine, plan: planFirst(session, seen.wanted, { all, only }), seen }],
  )
  return { all, plans }
}

/** As where one machine is planned for; what an earlier apply wrote is not looked at. */
function requireKnown({ file, source }: AllMachines, only: Choices['only']): void {
  const ids = providerIdsOf(source)
  if (only !== undefined && ids !== undefined) requireKnownIds(file, [...only], ids)
}

function planFirst(
  session: Session,
  wanted: Wanted,
  { all, only }: { readonly all: AllMachines; readonly only: Choices['only'] },
): Plan {
  const targets = findTargets(session)
  const newConfig = targets.config.at(-1) ?? ''
  const plan = makePlan({
    wanted,
    keys: new Map(wanted.providers.map(({ id, key }) => [id, supposedKey(key)])),
    actual: {
      config: [{ target: 'config', path: newConfig, syntax: 'jsonc', document: undefined }],
      auth: { target: 'auth', path: targets.auth, syntax: 'strict', document: undefined },
      keyFiles: absentKeyFiles(session.system.machine, wanted),
      newConfig,
    },
    recorded: emptyState,
    choices: { ...noChoices, only },
    fingerprintOf: () => '',
    manifest: all.realPath,
    passing: NO_PASSING,
    authLink: undefined,
    elsewhere: [],
    readReference: (path) => ({ path, holdsKeys: false }),
  })
  const changes = plan.changes.map((change) => ({
    ...change,
    key: change.key === 'set' ? ('unknown' as const) : change.key,
  }))
  return { ...plan, changes }
}

/** The first source of a key is taken to have one. */
function supposedKey({ sources, placeholder }: WantedKey): ResolvedKey {
  const [first] = sources
  if (first?.kind === 'external') return { state: 'external' }
  if (first !== undefined && first.kind !== 'none') {
    const source = sourceName(first)
    return { state: 'present', fingerprint: source, source }
  }
  return placeholder === undefined ? { state: 'none' } : { state: 'placeholder', fingerprint: '' }
}
