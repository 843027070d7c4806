import { Secret } from './secret.ts'

export type KeyFault = 'empty' | 'bad-character' | 'bearer-prefix'

export type CheckedKey =
  | { readonly ok: true; readonly key: Secret; readonly trimmed: boolean }
  | { readonly ok: false; readonly fault: KeyFault }

/**
 * Cut surrounding white space, and refuse what OpenCode would leak or send wrongly: a character
 * outside 0x21-0x7E ends up in its log (contract 3.5), `Bearer ` would be sent twice.
 */
export function checkKey(text: string): CheckedKey {
  const key = text.trim()
  if (key === '') return { ok: false, fault: 'empty' }
  if (/^bearer\s/i.test(key)) return { ok: false, fault: 'bearer-prefix' }
  if (!/^[\u0021-\u007e]+$/.test(key)) return { ok: false, fault: 'bad-character' }
  return { ok: true, key: new Secret(key), trimmed: key !== text }
}
