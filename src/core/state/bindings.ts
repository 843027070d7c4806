import type { Binding } from './recorded.ts'

/** The pairs with one more. A source has one key, so all of its pairs have the fingerprint of that. */
export function withBinding(
  bindings: readonly Binding[],
  { source, destination, fingerprint }: Binding,
): readonly Binding[] {
  const key = fingerprint === undefined ? {} : { fingerprint }
  const updated = bindings.map((binding) =>
    binding.source === source ? { ...binding, ...key } : binding,
  )
  const isKnown = updated.some(
    (binding) => binding.source === source && binding.destination === destination,
  )
  return isKnown ? updated : [...updated, { source, destination, ...key }]
}
