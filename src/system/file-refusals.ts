import { OpgenError } from '../errors.ts'
import type { FileRefusal } from '../errors.ts'

/** What an operation gives; undefined where there is no such file. */
export function unlessAbsent<T>(operation: () => T): T | undefined {
  try {
    return operation()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

export async function refusing<T>(file: string, operation: () => T): Promise<T> {
  return refused(file, operation)
}

/** Do something to a file; what the world refuses is an `OpgenError` that names it. */
export function refused<T>(file: string, operation: () => T): T {
  try {
    return operation()
  } catch (error) {
    if (error instanceof OpgenError) throw error
    const reason = REASONS[codeOf(error) ?? '']
    if (reason === undefined && codeOf(error) === undefined) throw error
    throw new OpgenError({ code: 'file-refused', path: file, reason: reason ?? 'other' })
  }
}

const REASONS: Readonly<Record<string, FileRefusal>> = {
  EACCES: 'not-permitted',
  EPERM: 'not-permitted',
  EROFS: 'read-only',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EISDIR: 'is-a-folder',
  ELOOP: 'link-loop',
  ENOTDIR: 'no-folder',
  EEXIST: 'no-folder',
  EBUSY: 'in-use',
}

/** The code of an error of the system's. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
