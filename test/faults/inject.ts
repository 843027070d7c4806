import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand, type Outcome } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { root } from '../../scripts/set-up.mjs'
import { opgenProgram, writeManifest } from '../support/opgen.ts'
import type { Step } from './world.ts'

/** Where a program is to die. */
export interface Point {
  /** Number of the change of the disk, from 1. */
  readonly at: number
  readonly how: 'before' | 'middle' | 'after'
  /** The change, for messages. */
  readonly change: string
}

/** One change that a program made to the disk. */
export interface DiskChange {
  /** The function of `node:fs`. */
  readonly name: string
  readonly path: string
  /** Of a rename. */
  readonly to: string | null
  /** Milliseconds on the monotonic clock of this computer. */
  readonly began: number
  readonly ended: number
  /** Whether bytes were written, so that there is a middle. */
  readonly writes: boolean
  /** Texts of the watched files that are different from now on; null: absent. */
  readonly changed: Readonly<Record<string, string | null>>
}

/** One refusal: of a single call, or of it and all that need space from then on. */
export interface Refusal {
  readonly at: number
  readonly how: 'refuse' | 'all'
  readonly code: string
  /** Looks at what is below this folder are counted, too. */
  readonly below: string
}

/** What to do to a program: write down its changes, kill or interrupt it at one, or refuse one. */
export type Injection =
  | { readonly log: string; readonly targets: readonly string[]; readonly below?: string }
  | { readonly point: Point }
  | { readonly interruptAt: number }
  | { readonly refusal: Refusal }

/** The environment for a program with the fault injector in it. */
export function injecting(injection: Injection): Readonly<Record<string, string>> {
  if ('log' in injection) {
    const { log, targets, below } = injection
    const looks = below === undefined ? {} : { FAULT_BELOW: below }
    return { FAULT_LOG: log, FAULT_WATCH: targets.join('\n'), ...looks }
  }
  if ('refusal' in injection) {
    const { at, how, code, below } = injection.refusal
    return { FAULT_AT: String(at), FAULT_HOW: how, FAULT_CODE: code, FAULT_BELOW: below }
  }
  if ('interruptAt' in injection) {
    return { FAULT_AT: String(injection.interruptAt), FAULT_HOW: 'interrupt' }
  }
  return { FAULT_AT: String(injection.point.at), FAULT_HOW: injection.point.how }
}

const injector = join(root, 'test', 'support', 'fault-injector.cjs')

/** Run a step as `runStep` does, with the fault injector in the program. */
export async function runInjected(
  sandbox: Sandbox,
  { manifest, keys, args }: Step,
  injection: Readonly<Record<string, string>>,
): Promise<Outcome> {
  await writeManifest(sandbox, manifest)
  return await runCommand(process.execPath, ['--require', injector, opgenProgram, ...args], {
    folder: sandbox.work,
    environment: { ...sandbox.environment, ...keys, ...injection },
  })
}

export async function readChanges(log: string): Promise<readonly DiskChange[]> {
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line))
}
