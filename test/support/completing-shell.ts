import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { freshSandbox } from './fresh.ts'
import { opgenProgram, place, succeeds } from './opgen.ts'
import { runCommand } from '../../scripts/command.mjs'
import { typeAt } from './pseudo-terminal.ts'

/** What names are made of that shells must neither run nor lose. */
export const HOSTILE = {
  command: '$(touch ran)`touch ran`;touch ran',
  quotes: `it's "quoted" \\ and !1 100% #`,
  colons: 'z:ai/glm-4.6:free@x=y',
}

/** A manifest with these machines, for machines may have any name. */
export function machines(...names: readonly string[]): string {
  const lines = names.map((name) => `  ${JSON.stringify(name)}: {}\n`)
  return `version: 1\nproviders: { gateway: {}, llama.cpp: {} }\nmachines:\n${lines.join('')}`
}

/**
 * A sandbox in which `opgen` is the built program for whoever asks what completes a line. For everything else
 * it prints what words it was given, so that one sees what a completed line is to the shell that runs it.
 */
export async function completionSandbox(manifest: string): Promise<Sandbox> {
  const sandbox = await freshSandbox()
  const bin = join(sandbox.folder, 'bin')
  await mkdir(bin)
  const program = join(bin, 'opgen')
  const real = `'${process.execPath}' '${opgenProgram}'`
  const asks = `case $1 in __complete | completion) exec ${real} "$@" ;; esac`
  await writeFile(program, `#!/bin/sh\n${asks}\nprintf 'given'\nprintf ' <%s>' "$@"\necho .\n`)
  await chmod(program, 0o755)
  await place(join(sandbox.work, 'providers.yaml'), manifest)
  const { environment } = sandbox
  return {
    ...sandbox,
    environment: { ...environment, LANG: 'C.UTF-8', PATH: `${bin}:${environment['PATH']}` },
  }
}

/** What the script of a shell is. */
export async function scriptFor(sandbox: Sandbox, shell: string): Promise<string> {
  const { environment } = sandbox
  return (await succeeds(runCommand('opgen', ['completion', shell], { environment }))).stdout
}

/**
 * Type at a shell that a person sits at, and leave it.
 *
 * @param typed a line, with its tabs
 * @param until what the screen shows then
 */
export async function typeAtShell(
  shell: readonly string[],
  sandbox: Sandbox,
  { typed, until, environment = {} }: TypedLine,
): Promise<string> {
  const { text, status } = await typeAt(shell, sandbox, {
    args: [],
    environment,
    prompt: 'READY',
    typed,
    // The line is given up, whatever stands in it.
    next: [{ prompt: until, typed: '\u0015exit\r' }],
  })
  if (status === -1) throw new Error(`the screen never showed ${until}:\n${text}`)
  return text
}

export interface TypedLine {
  readonly typed: string
  readonly until: string
  readonly environment?: Readonly<Record<string, string>>
}
