import type { Climbing } from './climbing.ts'
import { complete } from './completion.ts'
import { refusedRungs } from './ground.ts'
import type { Ground } from './ground.ts'
import type { CheckedModel } from './offered.ts'
import { askEndpoint, findFitting } from './protocol.ts'
import type { AtEndpoint } from './protocol.ts'
import { rung } from './rung.ts'
import type { Rung } from './rung.ts'

/** Whether the adapter's endpoint is there, and answers. */
export function* climbToCompletion(
  ground: Ground,
  models: readonly CheckedModel[],
): Climbing<readonly Rung[]> {
  const { endpoint } = ground
  if (endpoint === undefined) return [...withoutEndpoint(ground)]
  const { found, ms } = yield* askEndpoint(ground, endpoint.path)
  const protocol = yield* protocolRung(ground, { found, ms })
  if (protocol.found.state === 'failed') return [protocol]
  return [protocol, ...(yield* completionRungs(ground, models))]
}

function withoutEndpoint({ climber }: Ground): readonly Rung[] {
  const other = { state: 'skipped', what: 'other-protocol' } as const
  const completion = climber.completes ? [rung('completion', other)] : []
  return [rung('protocol', other), ...completion]
}

function* protocolRung(
  ground: Ground,
  { found, ms }: { readonly found: AtEndpoint; readonly ms: number },
): Climbing<Rung> {
  const { climber, endpoint } = ground
  const path = endpoint?.path ?? ''
  switch (found.state) {
    case 'there':
      return rung('protocol', { state: 'ok', what: 'endpoint-there', path }, ms)
    case 'refused': {
      const [about] = refusedRungs(climber.key, found.refusal)
      return { step: 'protocol', ms, found: about?.found ?? { state: 'skipped', what: 'external' } }
    }
    case 'absent': {
      const fitting = endpoint === undefined ? [] : yield* findFitting(ground, endpoint.protocol)
      const { status } = found
      return rung('protocol', { state: 'failed', what: 'no-endpoint', path, status, fitting }, ms)
    }
  }
}

export function* completionRungs(
  ground: Ground,
  models: readonly CheckedModel[],
): Climbing<readonly Rung[]> {
  const { climber, endpoint, declared } = ground
  if (!climber.completes || endpoint === undefined) return []
  if (climber.key.state === 'external') {
    return [rung('completion', { state: 'skipped', what: 'external' })]
  }
  const elsewhere = new Set(declared.flatMap(({ id, isElsewhere }) => (isElsewhere ? [id] : [])))
  const model = chooseModel(
    models.filter(({ id }) => !elsewhere.has(id)),
    climber.model,
  )
  if (model === undefined) return [rung('completion', { state: 'skipped', what: 'no-model' })]
  return [yield* complete(ground, endpoint, model)]
}

/** The preferred one, else the first that is offered, else the first of which that is not known. */
export function chooseModel(
  models: readonly CheckedModel[],
  preferred: string | undefined,
): string | undefined {
  const chosen =
    models.find(({ id }) => id === preferred) ??
    models.find(({ offered }) => offered === true) ??
    models.find(({ offered }) => offered === undefined)
  return chosen?.apiId
}
