import { Secret } from '../secret.ts'

/** Why a text names nobody that a vault can be encrypted to. */
export type RecipientFault = 'no-file' | 'identity' | 'ssh' | 'other-kind' | 'malformed'

/** Why a text holds no identity that opens a vault. */
export type IdentityFault = 'absent' | 'empty' | 'ssh' | 'encrypted' | 'other-kind' | 'malformed'

/** Why an X25519 recipient (`age1…`) is none; undefined when it is one. */
export function checkRecipient(text: string): RecipientFault | undefined {
  if (/^age-(?:secret-key|plugin)/i.test(text)) return 'identity'
  if (/^ssh-|^ecdsa-/.test(text)) return 'ssh'
  if (/^age1(?:pq|tag|[a-z0-9]+1)/.test(text) && text.length !== RECIPIENT_LENGTH)
    return 'other-kind'
  return text.length === RECIPIENT_LENGTH && text.startsWith('age1') && isBech32(text)
    ? undefined
    : 'malformed'
}

const RECIPIENT_LENGTH = 62
const IDENTITY_LENGTH = 74

/** The lines of a file of recipients or identities that say something. */
export function linesOf(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}

export type ReadIdentities =
  | { readonly ok: true; readonly identities: readonly Secret[] }
  | { readonly ok: false; readonly fault: IdentityFault }

/** Read an identity file as `age-keygen` writes it. No fault tells what stands there. */
export function readIdentities(text: string): ReadIdentities {
  if (/^-----BEGIN AGE|^age-encryption\.org\//.test(text)) return { ok: false, fault: 'encrypted' }
  if (text.includes('PRIVATE KEY-----')) return { ok: false, fault: 'ssh' }
  const lines = linesOf(text)
  if (lines.length === 0) return { ok: false, fault: 'empty' }
  const faults = lines.flatMap((line) => identityFault(line) ?? [])
  const [fault] = faults
  if (fault !== undefined) return { ok: false, fault }
  return { ok: true, identities: lines.map((line) => new Secret(line)) }
}

function identityFault(line: string): IdentityFault | undefined {
  if (/^AGE-(?:PLUGIN-|SECRET-KEY-PQ-)/.test(line)) return 'other-kind'
  const isWhole = line.length === IDENTITY_LENGTH && line.startsWith('AGE-SECRET-KEY-1')
  return isWhole && isBech32(line) ? undefined : 'malformed'
}

const DIGITS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'

/** Whether a text has the checksum of Bech32 (BIP 173), whatever its length, in one case. */
export function isBech32(text: string): boolean {
  const lower = text.toLowerCase()
  if (lower !== text && text.toUpperCase() !== text) return false
  const end = lower.lastIndexOf('1')
  const digits = Array.from(lower.slice(end + 1), (digit) => DIGITS.indexOf(digit))
  if (end < 1 || digits.includes(-1)) return false
  const prefix = Array.from(lower.slice(0, end), (letter) => letter.charCodeAt(0))
  const values = [...prefix.map((code) => code >> 5), 0, ...prefix.map((code) => code & 31)]
  return checksum([...values, ...digits]) === 1
}

const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

function checksum(values: readonly number[]): number {
  let sum = 1
  for (const value of values) {
    const top = sum >>> 25
    sum = ((sum & 0x1ffffff) << 5) ^ value
    for (const [bit, term] of GENERATOR.entries()) if ((top >>> bit) & 1) sum ^= term
  }
  return sum
}
