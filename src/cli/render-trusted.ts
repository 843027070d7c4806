import { harmless } from '../core/format-diagnostic.ts'
import type { TrustedFlow } from '../core/plan/plan.ts'

/** What was accepted without a question is at least said. */
export function renderTrusted(trusted: readonly TrustedFlow[]): string {
  if (trusted.length === 0) return ''
  const width = Math.max(...trusted.map(({ id }) => id.length))
  const lines = trusted.flatMap(({ id, source, destination }) => [
    `  ${id.padEnd(width)}  ${harmless(source)}`,
    `  ${' '.repeat(width)}  to ${harmless(destination)}`,
  ])
  const title = 'opgen: note: keys that go out from here for the first time, trusted from now on:'
  return [title, ...lines].map((line) => `${line}\n`).join('')
}
