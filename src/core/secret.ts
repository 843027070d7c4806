import { createHmac } from 'node:crypto'
import { inspect } from 'node:util'

/**
 * A short keyed hash of a key: 12 hex digits of HMAC-SHA256 under this machine's random secret.
 * Enough to see a change; useless without the machine's secret.
 */
export type Fingerprint = string

/** An API key that cannot be printed by accident: every way to turn it into text gives `[secret]`. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The key itself. Called where it is written or sent to the keychain, and nowhere else. */
  reveal(): string {
    return this.#value
  }

  /** @param machineSecret the random bytes that {@link Fingerprint}s of this machine are made with */
  fingerprint(machineSecret: Uint8Array): Fingerprint {
    return createHmac('sha256', machineSecret).update(this.#value).digest('hex').slice(0, 12)
  }

  /** Whether it is the same key. */
  equals(other: Secret): boolean {
    return this.#value === other.#value
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}
