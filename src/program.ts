import { runKeyOf } from './app/settled-runs.ts'
import { createRealTerminal } from './cli/real-terminal.ts'
import { runAndKeep } from './cli/run-and-keep.ts'
import { run } from './cli/run.ts'
import { optimiseLate } from './system/engine-settings.ts'
import type { Program } from './system/looking-system.ts'
import { createRealSystem } from './system/real-system.ts'

/** Run a command line to its end, and set the exit code of the process. */
export async function runProgram(argv: readonly string[], program: Program): Promise<void> {
  process.on('uncaughtException', reportStray)
  optimiseLate()
  const system = createRealSystem(program)
  const terminal = createRealTerminal(process)
  const code = argv.includes('apply')
    ? await runAndKeep(runKeyOf(argv, program), system, terminal)
    : await run(argv, system, terminal)
  // What could not be printed shows a turn later.
  process.once('beforeExit', () => {
    if (code === 0 && terminal.lost()) process.exitCode = 1
  })
  process.exitCode = code
}

/**
 * Tell of a bug that no command could catch. What it says may be anything, a key too, and the redactor
 * that knows is out of reach: only where it was thrown is printed.
 */
function reportStray(error: unknown): void {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const frames = stack.split('\n').filter((line) => /^ {4}at /.test(line))
  const lines = ['opgen: bug: something was thrown outside of the command', ...frames]
  process.stderr.write(`${lines.join('\n')}\n`)
  process.stderr.write('opgen: hint: this is a fault of opgen; report it with the lines above\n')
  process.exit(70)
}
