import path from 'node:path'
import { setFlagsFromString } from 'node:v8'

declare const OPGEN_VERSION: string

/** The hidden argument with which the program starts itself to talk to the keychain. */
const KEYCHAIN_CHILD = '__keychain'

async function main(argv: readonly string[]): Promise<void> {
  if (argv[0] === KEYCHAIN_CHILD) {
    const { runKeychainChild } = await import('./system/keychain-child.ts')
    runKeychainChild()
    return
  }
  if (argv.length === 1 && argv[0] === '--version') {
    process.stdout.write(`${OPGEN_VERSION}\n`)
    return
  }
  process.on('uncaughtException', reportStray)
  // With thousands of models V8 would let the heap grow to twice of what is needed before it looks.
  setFlagsFromString('--heap-growing-percent=20')
  const { createRealSystem } = await import('./system/real-system.ts')
  const { createRealTerminal } = await import('./cli/real-terminal.ts')
  const { run } = await import('./cli/run.ts')
  const system = createRealSystem({
    keychainScript: [import.meta.filename, KEYCHAIN_CHILD],
    packageFolder: path.resolve(import.meta.dirname, '..'),
    version: OPGEN_VERSION,
  })
  const terminal = createRealTerminal(process)
  const code = await run(argv, system, terminal)
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

void main(process.argv.slice(2))
