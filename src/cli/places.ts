import type { Planned } from '../app/planned.ts'
import { usualRoute } from '../core/key-delivery.ts'
import { targetsJson } from './plan-json.ts'
import type { Wish } from './plan-json.ts'

/** The files that a run is about, each with what it is. */
export function placesOf(planned: Planned, wish: Wish): readonly (readonly [string, string])[] {
  const { config } = targetsJson(planned)
  const manifest = wish.manifest === null ? [] : [['manifest', wish.manifest] as const]
  return [
    ...manifest,
    ...config.map((file) => ['config', file] as const),
    ...keyPlaces(planned, wish).map((place) => ['keys', place] as const),
  ]
}

/** Where keys are written, or were so far. */
function keyPlaces({ plan, recorded, targets }: Planned, { wanted }: Wish): readonly string[] {
  const routes = new Set([
    ...Object.values(recorded.delivery),
    ...Object.values(plan.next.delivery),
  ])
  // Without any key there is still one place where they would be.
  if (routes.size === 0) routes.add(usualRoute(wanted))
  const { auth, keys } = targets
  return [...(routes.has('auth.json') ? [auth] : []), ...(routes.has('keyfile') ? [keys] : [])]
}
