import { Secret } from '../core/secret.ts'
import { OpgenError } from '../errors.ts'
import type { SecretFileFault } from '../source-words.ts'
import type { System } from '../system/system.ts'

export type SecretFileAnswer =
  | { readonly status: 'present'; readonly secret: Secret }
  | { readonly status: 'absent' }
  | { readonly status: 'refused'; readonly fault: SecretFileFault }

/** In bytes: more is no key. */
const MOST = 64 * 1024

/** Read a file that holds a key and that nobody else may read. A link counts as what it leads to. */
export async function readSecretFile(
  { files, machine }: System,
  path: string,
): Promise<SecretFileAnswer> {
  try {
    const facts = await files.look(await files.resolve(path))
    if (facts === undefined) return { status: 'absent' }
    if (facts.kind !== 'file') return refused({ kind: 'no-file' })
    const { mode } = facts
    if (machine.os !== 'win32' && (mode & 0o077) !== 0) return refused({ kind: 'wide', mode })
    if (facts.size > MOST) return refused({ kind: 'too-long' })
    const text = await files.read(path)
    return text === undefined
      ? { status: 'absent' }
      : { status: 'present', secret: new Secret(text) }
  } catch (error) {
    if (!(error instanceof OpgenError) || error.failure.code !== 'file-refused') throw error
    const isText = error.failure.reason !== 'not-utf8'
    return refused({ kind: isText ? 'not-permitted' : 'not-text' })
  }
}

function refused(fault: SecretFileFault): SecretFileAnswer {
  return { status: 'refused', fault }
}
