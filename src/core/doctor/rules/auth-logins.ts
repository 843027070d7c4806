import { checkKey } from '../../check-key.ts'
import { isJsonObject, objectAt } from '../../json.ts'
import type { JsonObject } from '../../json.ts'
import { quote } from '../../manifest/words.ts'
import { Secret } from '../../secret.ts'
import { hasPlugins } from '../certainty.ts'
import { atLogin, blockOf, hasOwnKey, isAddress, kindOf, loginsOf } from '../auth-logins.ts'
import type { AuthLogin } from '../auth-logins.ts'
import type { Found, Repair, Rule } from '../rule.ts'
import { mayBeLine } from '../scene.ts'
import type { Scene, SceneProvider } from '../scene.ts'

/** What is found of each login that an OpenCode 1 would read. */
export function perLogin(
  scene: Scene,
  faultOf: (login: AuthLogin) => Found | undefined,
): readonly Found[] {
  if (!mayBeLine(scene, 1)) return []
  return loginsOf(scene.auth).flatMap((login) => {
    const found = faultOf(login)
    return found === undefined ? [] : [{ at: atLogin(scene.auth, login.member), ...found }]
  })
}

const authType: Rule = {
  code: 'auth-type',
  severity: 'error',
  title: 'a login that is not as OpenCode wants it',
  cause:
    'OpenCode ignores the login without a word, and deletes it the next time that it writes auth.json',
  fix: 'write { "type": "api", "key": "…" }, or log in again',
  source: 'contract 3.1; seen',
  check: (scene) =>
    perLogin(scene, (login) => {
      if (login.kind !== undefined) return undefined
      const repair = typeRepair(scene, login)
      const message = `the login ${quote(login.id)} ${whatIsWrong(login)}`
      return { message, provider: login.id, ...(repair === undefined ? {} : { repair }) }
    }),
}

function whatIsWrong({ value }: AuthLogin): string {
  if (typeof value === 'string') return 'is a text, and not an object'
  if (!isJsonObject(value)) return 'is no object'
  const { type } = value
  if (type === undefined) return 'has no "type"'
  if (type === 'api' || type === 'oauth' || type === 'wellknown') {
    return `of type "${type}" ${fieldFault(value)}`
  }
  const isWord = typeof type === 'string' && /^[a-z][a-z_-]{0,15}$/i.test(type)
  return isWord
    ? `has the type "${type}", which OpenCode does not know`
    : 'has a type that OpenCode does not know'
}

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  api: ['key'],
  oauth: ['refresh', 'access', 'expires'],
  wellknown: ['key', 'token'],
}

function fieldFault(value: JsonObject): string {
  const { type } = value
  const needed = typeof type === 'string' ? (FIELDS[type] ?? []) : []
  const missing = needed.find((name) => value[name] === undefined)
  if (missing !== undefined) return `has no "${missing}"`
  const wrong = needed.find((name) => name !== 'expires' && typeof value[name] !== 'string')
  if (wrong !== undefined) return `has a "${wrong}" that is no text`
  const others = Object.keys(value).filter((name) => kindOf(without(value, name)) !== undefined)
  if (others[0] !== undefined) return `has a "${others[0]}" that OpenCode does not accept`
  return type === 'oauth'
    ? 'has an "expires" that is no whole number from 0 up'
    : 'is not as OpenCode wants it'
}

function without(value: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([other]) => other !== name))
}

/** What people write for "api". */
const MEANT_API = /^(?:api|key|token|api[-_]?key)$/i

/** Where it is certain what was meant: a key. */
function typeRepair({ auth: { file } }: Scene, { id, value }: AuthLogin): Repair | undefined {
  if (typeof value === 'string') {
    const checked = checkKey(value)
    if (!checked.ok || checked.trimmed) return undefined
    const edits = [
      { path: [id], value: undefined },
      { path: [id, 'key'], value: new Secret(value) },
      { path: [id, 'type'], value: 'api' },
    ]
    return { target: 'auth', file, edits }
  }
  if (!isJsonObject(value) || typeof value['type'] !== 'string') return undefined
  if (!MEANT_API.test(value['type']) || kindOf({ ...value, type: 'api' }) === undefined) {
    return undefined
  }
  return { target: 'auth', file, edits: [{ path: [id, 'type'], value: 'api' }] }
}

const authOauth: Rule = {
  code: 'auth-oauth',
  severity: 'error',
  title: 'a subscription login where a key is wanted',
  cause:
    'OpenCode ignores a login of type "oauth" unless a plugin knows the provider: requests go out without a key',
  fix: 'store a key, as { "type": "api", "key": "…" }',
  source: 'contract 3.3; anomalyco/opencode#10950; seen',
  check: (scene) =>
    perLogin(scene, ({ id, kind }) => {
      const provider = kind === 'oauth' ? blockOf(scene, id) : undefined
      if (provider === undefined) return undefined
      return provider.inCatalogue ? builtInOauth(provider) : customOauth(scene, provider)
    }),
}

function customOauth(scene: Scene, provider: SceneProvider): Found | undefined {
  const { id } = provider
  if (hasOwnKey(provider)) return undefined
  const message = `the login ${quote(id)} is of type "oauth", and ${quote(id)} is no provider of OpenCode's own`
  if (!hasPlugins(scene)) return { message, provider: id }
  return {
    message: `${message}: it counts only where a plugin knows it`,
    severity: 'warning',
    provider: id,
  }
}

function builtInOauth({ id, block }: SceneProvider): Found | undefined {
  const { baseURL } = objectAt(block, 'options')
  if (typeof baseURL !== 'string' && typeof block['api'] !== 'string') return undefined
  return {
    message: `the login ${quote(id)} is of type "oauth", and its block has an address of its own`,
    cause:
      'OpenCode sends requests to the vendor and not to that address, or the login itself to that address: which of them is up to the provider',
    fix: 'log out of it with `opencode auth logout`, or give the address an id of its own',
    severity: 'warning',
    provider: id,
  }
}

const authWellknown: Rule = {
  code: 'auth-wellknown',
  severity: 'error',
  title: 'a login of type "wellknown" under an id that is no URL',
  cause:
    'OpenCode asks for a configuration at that id: every command that reads the configuration fails',
  fix: 'take the login out, or log in with `opencode auth login https://…`',
  source: 'contract 3.3; seen',
  check: (scene) =>
    perLogin(scene, ({ id, kind }) => {
      if (kind !== 'wellknown' || isAddress(id)) return undefined
      return { message: `the login ${quote(id)} is of type "wellknown", and its id is no URL` }
    }),
}

export const authLoginRules: readonly Rule[] = [authType, authOauth, authWellknown]
