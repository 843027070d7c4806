import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import { LOCK_FILE } from '../core/lock/lock.ts'
import type { Lock } from '../core/lock/lock.ts'
import { InvalidInput } from '../errors.ts'
import type { Files } from '../system/system.ts'

/** The lock file of a manifest. */
export interface FoundLock {
  readonly path: string
  /** Undefined: there is none. */
  readonly text: string | undefined
  /** Undefined: there is none, or it cannot be read. */
  readonly value: Lock | undefined
  readonly diagnostics: readonly Diagnostic[]
}

function tooLarge(file: string): Diagnostic {
  return {
    code: 'too-large',
    severity: 'error',
    message: 'the lock file has more than 256 MiB',
    source: { file, line: 1, column: 1 },
    hint: 'delete it, then run `opgen update`',
  }
}

/** In bytes: some hundred thousand models. */
const LARGEST_LOCK = 256 * 1024 * 1024

/** Where the lock file of a manifest is. @param manifest its real path */
export function lockPath(manifest: string): string {
  return path.join(path.dirname(manifest), LOCK_FILE)
}

/**
 * Read the lock file of a manifest, where there is one.
 *
 * @throws OpgenError `file-refused`
 * @throws InvalidInput `too-large`
 */
export async function findLock(files: Files, manifest: string): Promise<FoundLock> {
  const file = lockPath(manifest)
  const facts = await files.look(await files.resolve(file))
  if (facts !== undefined && facts.size > LARGEST_LOCK) {
    throw new InvalidInput([tooLarge(file)])
  }
  // A repository of somebody else's must not make a run wait for a pipe.
  const isThere = facts === undefined || facts.kind === 'file'
  const text = isThere ? await files.read(file) : undefined
  if (text === undefined) return { path: file, text, value: undefined, diagnostics: [] }
  const { readLock } = await import('../core/lock/read-lock.ts')
  const checked = readLock({ path: file, text })
  const value = checked.ok ? checked.value : undefined
  return { path: file, text, value, diagnostics: checked.diagnostics }
}
