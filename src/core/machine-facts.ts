/**
 * What is known of one property of a computer: its value; null where it is known to have none; and
 * undefined where nobody knows, as for a machine that is only named.
 */
export type Fact = string | null | undefined

/** The facts that make one computer differ from another, as conditions and expressions ask for them. */
export interface MachineFacts {
  /** As the system says it, with or without a domain. */
  readonly hostname: Fact
  /** As Node names it: `darwin`, `linux`, `win32`. */
  readonly os: Fact
  /** As Node names it: `x64`, `arm64`. */
  readonly arch: Fact
  readonly user: Fact
  /** Null: none is set. */
  readonly profile: Fact
  /** An environment variable; an empty one counts as unset. */
  readonly env: (name: string) => Fact
}

/** The facts that `{{machine.…}}` can name. */
export const NAMED_FACTS = ['hostname', 'os', 'arch', 'user'] as const

export type NamedFact = (typeof NAMED_FACTS)[number]

/** Of a machine of which nothing is known. */
export const noFacts: MachineFacts = {
  hostname: undefined,
  os: undefined,
  arch: undefined,
  user: undefined,
  profile: undefined,
  env: () => undefined,
}
