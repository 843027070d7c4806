import fs from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { runCommand, type Outcome } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { root } from '../../scripts/set-up.mjs'
import { opgenProgram } from './opgen.ts'

/** A user that owns nothing but what it is given, whatever the system calls it. */
export const NOBODY = 65_534

/** Whether the tests run as root, who is refused nothing, and can give files away. */
export const isRoot = process.getuid?.() === 0

/**
 * Run opgen as a user without any rights, who is given everything that is in the sandbox but what is
 * `withheld`. Where the tests do not run as root, that is the user who runs them.
 */
export async function opgenAsUser(
  sandbox: Sandbox,
  args: readonly string[],
  {
    environment = {},
    withheld = [],
  }: {
    readonly environment?: Readonly<Record<string, string>>
    readonly withheld?: readonly string[]
  },
): Promise<Outcome> {
  const options = {
    folder: sandbox.work,
    environment: { ...sandbox.environment, ...environment },
  }
  if (!isRoot) return await runCommand(process.execPath, [opgenProgram, ...args], options)
  // The package may be where only root can look.
  const own = join(sandbox.folder, 'package')
  for (const name of ['dist', 'templates'])
    fs.cpSync(join(root, name), join(own, name), { recursive: true })
  giveAway(sandbox.folder, withheld)
  const program = join(own, basename(dirname(opgenProgram)), basename(opgenProgram))
  const user = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']
  return await runCommand('setpriv', [...user, process.execPath, program, ...args], options)
}

function giveAway(path: string, withheld: readonly string[]): void {
  if (withheld.includes(path)) return
  fs.lchownSync(path, NOBODY, NOBODY)
  if (!fs.lstatSync(path).isDirectory()) return
  for (const name of fs.readdirSync(path)) giveAway(join(path, name), withheld)
}
