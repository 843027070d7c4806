import { writeSync } from 'node:fs'
import path from 'node:path'
import type { Program } from './system/looking-system.ts'

declare const OPGEN_VERSION: string
/** Another one for every other build. */
declare const OPGEN_BUILD: string
/** What `--help` prints; empty while the program is being built. */
declare const OPGEN_HELP: string

/** The hidden argument with which the program starts itself to talk to the keychain. */
const KEYCHAIN_CHILD = '__keychain'

/**
 * What most runs come to is done here, without the rest of the program, which takes longer to load: telling the
 * version, the help, and that there is nothing to do.
 */
async function main(argv: readonly string[]): Promise<void> {
  if (argv[0] === KEYCHAIN_CHILD) {
    const { runKeychainChild } = await import('./system/keychain-child.ts')
    runKeychainChild()
    return
  }
  const program = {
    keychainScript: [import.meta.filename, KEYCHAIN_CHILD],
    packageFolder: path.resolve(import.meta.dirname, '..'),
    version: OPGEN_VERSION,
    build: OPGEN_BUILD,
  }
  const known = await knownOutput(argv, program)
  if (known !== undefined && print(known)) return
  const { runProgram } = await import('./program.ts')
  await runProgram(argv, program)
}

/** What a command line prints, where that can be told without running it. */
async function knownOutput(argv: readonly string[], program: Program): Promise<string | undefined> {
  const [word = '--help'] = argv
  if (argv.length <= 1 && word === '--version') return `${program.version}\n`
  if (argv.length <= 1 && word === '--help') return OPGEN_HELP === '' ? undefined : OPGEN_HELP
  if (!argv.includes('apply')) return undefined
  const { findSettled, runKeyOf } = await import('./app/settled-runs.ts')
  const { createLookingSystem } = await import('./system/looking-system.ts')
  return await findSettled(createLookingSystem(program), runKeyOf(argv, program))
}

/** Print without `process.stdout`, which takes its time to make; false where the program has to see to it. */
function print(text: string): boolean {
  const bytes = Buffer.from(text)
  let rest = bytes
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(1, rest))
    return true
  } catch (error) {
    // A reader that has seen enough is no error.
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return true
    if (rest.length === bytes.length) return false
    process.stdout.write(rest)
    return true
  }
}

void main(process.argv.slice(2))
