import type { KeychainPatience, System } from '../system/system.ts'

/** What every use case needs: the outside world, and how this run was started. */
export interface Session {
  readonly system: System
  readonly options: RunOptions
  /** Called when a key source keeps the run waiting. */
  readonly onWaiting: (source: SlowSource) => void
  /** Called once when another opgen keeps the run waiting. */
  readonly onBusy: () => void
  /** Told of all that a key source gives, key or not: it is never printed. */
  readonly learn: (text: string) => void
}

/** What is waited for: the keychain, or a command of the manifest. */
export type SlowSource =
  | { readonly kind: 'keychain' }
  | { readonly kind: 'command'; readonly line: string }

export interface RunOptions {
  /** `--manifest`, as given. */
  readonly manifest: string | undefined
  /** `--config` and `--auth`, as given. */
  readonly config: string | undefined
  readonly auth: string | undefined
  /** `--profile`, `--machine` and `--machine-facts`, as given. */
  readonly profile: string | undefined
  readonly machine: string | undefined
  readonly machineFacts: string | undefined
  /** Whether a person is there to answer a dialog: a terminal, no `--no-input`, no `CI`. */
  readonly interactive: boolean
}

/** Milliseconds to wait for another opgen: it may in turn be waiting for its keychain. */
export const BUSY_DEADLINE = { interactive: 120_000, unattended: 30_000 } as const

/** Milliseconds that a keychain may take: a person may have to type a password, a script may not wait. */
const DEADLINE = { interactive: 60_000, unattended: 5_000 } as const

/** How long this run waits for the keychain, and how it says so. */
export function patienceOf({ options, onWaiting }: Session): KeychainPatience {
  const deadline = options.interactive ? DEADLINE.interactive : DEADLINE.unattended
  return { deadline, onWaiting: () => onWaiting({ kind: 'keychain' }) }
}
