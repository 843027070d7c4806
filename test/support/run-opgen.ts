import { run } from '../../src/cli/run.ts'
import { HOME, memoryWorld } from './memory-system.ts'
import type { RunOptions, Session } from '../../src/app/session.ts'
import type { MemoryWorld, WorldOptions } from './memory-system.ts'
import { memoryTerminal } from './memory-terminal.ts'
import type { MemoryTerminalOptions } from './memory-terminal.ts'
import { packageTemplates } from './package-templates.ts'

export const MANIFEST = `${HOME}/dotfiles/providers.yaml`
export const CONFIG = `${HOME}/.config/opencode/opencode.jsonc`
export const AUTH = `${HOME}/.local/share/opencode/auth.json`
export const KEYS = `${HOME}/.local/share/opgen/keys`
export const STATE = `${HOME}/.local/state/opgen/state.json`

/** A memory world with opgen's package in it, and a manifest where it is looked for. */
export function worldWith(manifest: string, options: WorldOptions = {}): MemoryWorld {
  const files = { ...packageTemplates(), [MANIFEST]: manifest, ...options.files }
  return memoryWorld({ ...options, files })
}

export interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** The key files of a world, by provider id. */
export function keyFiles({ files }: MemoryWorld): Readonly<Record<string, string>> {
  const own = [...files].filter(([file]) => file.startsWith(`${KEYS}/`))
  return Object.fromEntries(own.map(([file, { text }]) => [file.slice(KEYS.length + 1), text]))
}

/** Run one command line in a world. */
export async function opgen(
  world: MemoryWorld,
  line: string,
  options: MemoryTerminalOptions = {},
): Promise<Outcome> {
  const terminal = memoryTerminal(options)
  const code = await run(line.split(' '), world.system, terminal)
  return { code, out: terminal.stdout(), err: terminal.stderr() }
}

/** The JSON document of a command. */
export async function opgenJson(world: MemoryWorld, line: string): Promise<unknown> {
  return JSON.parse((await opgen(world, `${line} --json`)).out)
}

/** A run without any option, and without anybody to ask. */
export const PLAIN_RUN: RunOptions = {
  manifest: undefined,
  config: undefined,
  auth: undefined,
  profile: undefined,
  machine: undefined,
  machineFacts: undefined,
  interactive: false,
}

/** A session of such a run, but for its system, in which nobody is told anything. */
export const PLAIN_SESSION: Omit<Session, 'system'> = {
  options: PLAIN_RUN,
  onWaiting: () => {},
  onBusy: () => {},
  learn: () => {},
}
