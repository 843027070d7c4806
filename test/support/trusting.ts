import type { MemoryWorld } from './memory-system.ts'
import { opgenJson } from './run-opgen.ts'

/** The flags that let every key of a world's manifest go where it says, for an apply of it. */
export async function trusting(world: MemoryWorld): Promise<string> {
  const planned = await opgenJson(world, 'plan')
  if (!hasDecisions(planned)) return ''
  const flags = planned.decisions.filter(({ kind }) => kind === 'origin').map(({ flag }) => flag)
  return flags.map((flag) => ` ${flag}`).join('')
}

interface Planned {
  readonly decisions: readonly { readonly kind: string; readonly flag: string }[]
}

/** A manifest with problems has none. */
function hasDecisions(planned: unknown): planned is Planned {
  return typeof planned === 'object' && planned !== null && 'decisions' in planned
}
