import { setFlagsFromString } from 'node:v8'

/** From so many bytes on a file may take hundreds of megabytes to work on. */
const BIG = 1_000_000

/**
 * What a run of a fraction of a second runs often it would spend its time to optimise, mostly in vain: with Node 20
 * that takes a third of a first `apply`. Long runs are optimised all the same, a little later. Newer engines have a
 * quick optimiser for that, and not this setting.
 */
export function optimiseLate(): void {
  if (engine() === 11) setFlagsFromString('--interrupt-budget=1000000')
}

/** With thousands of models V8 would let the heap grow to a multiple of what is needed before it looks. */
export function growSlowlyFor(bytes: number): void {
  if (bytes > BIG && engine() <= 13) setFlagsFromString('--heap-growing-percent=40')
}

/** Major version of V8, which prints an error for each setting that it does not know. */
function engine(): number {
  return Number.parseInt(process.versions.v8, 10)
}
