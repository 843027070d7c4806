import path from 'node:path'
import type { Machine } from '../system/system.ts'

/** An environment variable; the empty string counts as unset, as in the XDG specification. */
export function variable(machine: Machine, name: string): string | undefined {
  const value = machine.env[name]
  return value === '' ? undefined : value
}

/** A path as a person gives it, made absolute: relative to the working directory, `~/` is home. */
export function absolute(machine: Machine, given: string): string {
  if (given === '~' || given.startsWith('~/')) return path.join(machine.home, given.slice(1))
  return path.resolve(machine.cwd, given)
}

const FALLBACKS = {
  CONFIG: '.config',
  DATA: '.local/share',
  STATE: '.local/state',
  CACHE: '.cache',
}

/** OpenCode uses the XDG folders on every system (contract 1.1), and opgen follows it. */
export function xdgFolder(machine: Machine, kind: keyof typeof FALLBACKS): string {
  const given = variable(machine, `XDG_${kind}_HOME`)
  return given === undefined
    ? path.join(machine.home, FALLBACKS[kind])
    : path.resolve(machine.cwd, given)
}

/** A path as a message shows it: relative below the working directory, `~/…` below home. */
export function displayPath(machine: Machine, file: string): string {
  const relative = path.relative(machine.cwd, file)
  const atRoot = path.dirname(machine.cwd) === machine.cwd
  if (!atRoot && relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative))
    return relative
  const fromHome = path.relative(machine.home, file)
  if (fromHome === '') return '~'
  return fromHome.startsWith('..') || path.isAbsolute(fromHome) ? file : `~/${fromHome}`
}
