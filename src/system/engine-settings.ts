import { setFlagsFromString } from 'node:v8'

/** From so many bytes on a file may take hundreds of megabytes to work on. */
const BIG = 1_000_000

/**
 * Settings of V8 that a run of a fraction of a second needs. What it runs often it would spend its time to
 * optimise, mostly in vain: that took a third of a first `apply`. Long runs are optimised all the same, a little
 * later.
 */
export function optimiseLate(): void {
  setFlagsFromString('--interrupt-budget=1000000')
}

/** With thousands of models V8 would let the heap grow to a multiple of what is needed before it looks. */
export function growSlowlyFor(bytes: number): void {
  if (bytes > BIG) setFlagsFromString('--heap-growing-percent=40')
}
