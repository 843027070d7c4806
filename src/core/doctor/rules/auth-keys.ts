import { checkKey } from '../../check-key.ts'
import { objectAt } from '../../json.ts'
import { quote } from '../../manifest/words.ts'
import { Secret } from '../../secret.ts'
import { classifyHost } from '../../url.ts'
import { blockOf, hasOwnKey, isKnown, mayHaveOthers } from '../auth-logins.ts'
import type { AuthLogin } from '../auth-logins.ts'
import type { Found, Repair, Rule } from '../rule.ts'
import type { Scene } from '../scene.ts'
import { perLogin } from './auth-logins.ts'

/** What is wrong with a key as it is sent; of several faults the one that comes first. */
type KeyFault = 'empty' | 'bearer' | 'characters' | 'space-before' | 'space-after'

function keyFault(key: string): KeyFault | undefined {
  const bare = key.trim()
  if (bare === '') return 'empty'
  if (startsWithBearer(bare)) return 'bearer'
  // What follows a key, a header layer drops; what comes before it is sent.
  const sent = key.replace(/[ \t\r\n]+$/, '')
  if (!/^[\t\u0020-\u007e]*$/.test(sent)) return 'characters'
  if (sent !== bare) return 'space-before'
  return key === sent ? undefined : 'space-after'
}

function startsWithBearer(key: string): boolean {
  const checked = checkKey(key)
  return !checked.ok && checked.fault === 'bearer-prefix'
}

/** The keys of logins that a provider takes, with one of these faults. */
function perKey(
  scene: Scene,
  faults: readonly KeyFault[],
  say: (login: AuthLogin, fault: KeyFault) => Found,
): readonly Found[] {
  return perLogin(scene, (login) => {
    const { id, kind, key } = login
    const fault = kind === 'api' ? keyFault(key) : undefined
    if (fault === undefined || !faults.includes(fault)) return undefined
    // What nobody takes is told of as such.
    if (!isKnown(scene, id) && !mayHaveOthers(scene)) return undefined
    const provider = blockOf(scene, id)
    const isUnused = provider !== undefined && hasOwnKey(provider)
    const found = { provider: id, ...say(login, fault) }
    return isUnused ? { ...found, severity: 'info' } : found
  })
}

const authEmptyKey: Rule = {
  code: 'auth-empty-key',
  severity: 'error',
  title: 'a login with an empty key',
  cause: 'OpenCode counts it as a login, and sends no key',
  fix: 'store the key, or take the login out',
  source: 'contract 3.1; seen',
  check: (scene) =>
    perKey(scene, ['empty'], ({ id, key }) => {
      const what = key === '' ? 'is empty' : 'is nothing but white space'
      const isNeeded = needsKey(scene, id)
      return {
        message: `the key of the login ${quote(id)} ${what}`,
        ...(isNeeded ? {} : { severity: 'info' as const }),
      }
    }),
}

/** Not on a network of one's own, where servers often want no key, nor where the block has another. */
function needsKey(scene: Scene, id: string): boolean {
  const provider = blockOf(scene, id)
  if (provider === undefined) return true
  const { baseURL } = objectAt(provider.block, 'options')
  const isOwn = typeof baseURL === 'string' && classifyHost(baseURL) !== 'public'
  return !isOwn && !hasOwnKey(provider)
}

const authBearer: Rule = {
  code: 'auth-bearer',
  severity: 'error',
  title: 'a login whose key begins with "Bearer"',
  cause:
    'OpenCode puts the word before the key itself, so that it is sent twice, and the key is refused',
  fix: 'take "Bearer" off the key',
  source: 'contract 3.5, 8',
  check: (scene) =>
    perKey(scene, ['bearer'], (login) => ({
      message: `the key of the login ${quote(login.id)} begins with "Bearer"`,
      ...repairWith(scene, login, login.key.trim().replace(/^(?:bearer\s+)+/i, '')),
    })),
}

const authWhiteSpace: Rule = {
  code: 'auth-white-space',
  severity: 'info',
  title: 'white space around the key of a login',
  cause: 'OpenCode drops what comes after the key; other programs that read the file may not',
  fix: 'take the white space off',
  source: 'contract 3.5; seen',
  check: (scene) =>
    perKey(scene, ['space-after', 'space-before'], (login, fault) => {
      const { id, key } = login
      const repair = repairWith(scene, login, key.trim())
      if (fault === 'space-after') {
        return { message: `the key of the login ${quote(id)} has white space after it`, ...repair }
      }
      return {
        message: `the key of the login ${quote(id)} has white space before it`,
        cause: 'OpenCode sends it along, and servers that compare the whole header refuse the key',
        severity: 'warning',
        ...repair,
      }
    }),
}

const authCharacters: Rule = {
  code: 'auth-characters',
  severity: 'error',
  title: 'a login whose key holds a character that no header can have',
  cause:
    'the key does not arrive; with a line break and most others OpenCode sends nothing, and prints the key and keeps it in its database',
  fix: 'store the key again, without what was copied along with it',
  source: 'contract 3.5; seen',
  check: (scene) =>
    perKey(scene, ['characters'], (login) => ({
      message: `the key of the login ${quote(login.id)} holds ${characterIn(login.key)}`,
      ...repairWith(scene, login, login.key.trim()),
    })),
}

function characterIn(key: string): string {
  const [found = ''] = /[^\t\u0020-\u007e]/u.exec(key) ?? []
  if (found === '\n' || found === '\r') return 'a line break'
  const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return found < ' ' || found === '\u007f'
    ? `a control character (U+${code})`
    : `a character that is not ASCII (U+${code})`
}

/** The rest of a key, where that is one. */
function repairWith(
  { auth: { file } }: Scene,
  { id }: AuthLogin,
  rest: string,
): { readonly repair?: Repair } {
  const checked = checkKey(rest)
  if (!checked.ok || checked.trimmed) return {}
  const edits = [{ path: [id, 'key'], value: new Secret(rest) }]
  return { repair: { target: 'auth', file, edits } }
}

export const authKeyRules: readonly Rule[] = [
  authEmptyKey,
  authBearer,
  authWhiteSpace,
  authCharacters,
]
