import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sandbox } from '../../scripts/sandbox.mjs'

/**
 * The ways in which a text can hold a secret: as it is, and as hex or base64 digits, also in the
 * middle of something longer. JSON and URL escapes leave letters and digits alone, so a secret made
 * of these is found in them as it is.
 */
export function disguisesOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  return [secret, bytes.toString('hex'), ...[0, 1, 2].map((shift) => base64Within(bytes, shift))]
}

/** The base64 digits that stand for the bytes alone when `shift` bytes (modulo 3) precede them. */
function base64Within(bytes: Buffer, shift: number): string {
  const digits = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '')
  const shared = (shift + bytes.length) % 3 === 0 ? 0 : 1
  return digits.slice(Math.ceil((shift * 4) / 3), digits.length - shared)
}

/** Whether a text holds the secret in any disguise, whatever the case of hex digits. */
export function leaks(text: string, secret: string): boolean {
  return disguisesOf(secret).some((disguise) => text.includes(disguise))
}

/** Every file in the sandbox, byte for byte as latin1 text, so that binary files are searched too. */
export async function keptTexts(sandbox: Sandbox): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(sandbox.folder, { recursive: true, withFileTypes: true })
  const texts = new Map<string, string>()
  for (const found of entries.filter((each) => each.isFile())) {
    const path = join(found.parentPath, found.name)
    texts.set(path, await readFile(path, 'latin1'))
  }
  return texts
}
