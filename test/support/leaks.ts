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
