import { fallbackVariables } from '../../adapters.ts'
import { objectAt } from '../../json.ts'
import { quote } from '../../manifest/words.ts'
import { nearest } from '../../nearest.ts'
import { classifyHost, withoutTrailingSlashes } from '../../url.ts'
import { hasOwnKey, isAddress, isKnown, loginsOf, mayHaveOthers } from '../auth-logins.ts'
import type { AuthLogin } from '../auth-logins.ts'
import type { Found, Repair, Rule } from '../rule.ts'
import type { Scene, SceneProvider } from '../scene.ts'
import { perLogin } from './auth-logins.ts'

const authIdMismatch: Rule = {
  code: 'auth-id-mismatch',
  severity: 'error',
  title: 'a login under an id that is nearly that of a provider',
  cause:
    'OpenCode looks for a login under exactly the id of the provider, and finds none: the most common set-up mistake',
  fix: 'give the login and the provider one id',
  source: 'contract 3.3, 8',
  check(scene) {
    const providers = withoutKey(scene)
    return perLogin(scene, (login) => {
      if (!isUnused(scene, login)) return undefined
      const meant = meantBy(login.id, providers)
      return meant === undefined ? undefined : mismatch(scene, login, meant)
    })
  },
}

/** Whether no provider that was looked at has this id, or could with a slash less. */
function isUnused(scene: Scene, { id, kind }: AuthLogin): boolean {
  if (kind === undefined || kind === 'wellknown') return false
  return !isKnown(scene, id) && !isKnown(scene, withoutTrailingSlashes(id))
}

/** The blocks that have neither a login nor a key. */
function withoutKey(scene: Scene): readonly SceneProvider[] {
  return scene.providers.filter((provider) => {
    const { id, block } = provider
    if (scene.logins.has(id) || hasOwnKey(provider)) return false
    const { env = scene.catalogue.variables(id) ?? [] } = block
    const names: readonly unknown[] = [
      ...(Array.isArray(env) ? env : []),
      ...fallbackVariables(provider.adapter ?? ''),
    ]
    return !names.some((name) => typeof name === 'string' && (scene.machine.env(name) ?? '') !== '')
  })
}

interface Meant {
  readonly provider: SceneProvider
  /** Whether the ids differ in nothing but case, signs, or a word such as "ai" at the end. */
  readonly isSure: boolean
}

function meantBy(id: string, providers: readonly SceneProvider[]): Meant | undefined {
  const same = providers.find((provider) => coreOf(provider.id) === coreOf(id))
  if (same !== undefined) return { provider: same, isSure: true }
  const guess = nearest(
    id,
    providers.map((provider) => provider.id),
  )
  const provider = providers.find((one) => one.id === guess)
  if (provider === undefined) return undefined
  // `corp-1` and `corp-2` are two of a row.
  return { provider, isSure: digitsOf(id) === digitsOf(provider.id) }
}

function digitsOf(id: string): string {
  return id.replaceAll(/\D/g, '')
}

function coreOf(id: string): string {
  return withoutTrailingSlashes(id)
    .toLowerCase()
    .replace(/[-_. ](?:ai|api|llm|key|provider|io|com)$/, '')
    .replaceAll(/[-_. ]/g, '')
}

function mismatch(scene: Scene, { id }: AuthLogin, { provider, isSure }: Meant): Found {
  const { baseURL } = objectAt(provider.block, 'options')
  // On a network of one's own, servers often want no key.
  const mayBeOpen = typeof baseURL === 'string' && classifyHost(baseURL) !== 'public'
  const isError = isSure && !mayBeOpen && !mayHaveOthers(scene)
  return {
    message: `auth.json has a login ${quote(id)}, and the provider ${quote(provider.id)} has none`,
    fix: `rename the login to ${quote(provider.id)} where that is what it is for`,
    provider: provider.id,
    ...(isError ? {} : { severity: 'warning' as const }),
  }
}

const authTrailingSlash: Rule = {
  code: 'auth-trailing-slash',
  severity: 'error',
  title: 'a login whose id ends with a slash',
  cause: 'OpenCode looks for the id without the slash, and never finds the login',
  fix: 'take the slash off the id of the login',
  source: 'contract 3.2',
  check: (scene) =>
    perLogin(scene, (login) => {
      const { id, kind } = login
      const bare = withoutTrailingSlashes(id)
      const isAbout = bare !== id && bare !== '' && !isAddress(id) && kind !== undefined
      if (!isAbout || !isKnown(scene, bare)) return undefined
      const others = loginsOf(scene.auth).filter(
        (other) => withoutTrailingSlashes(other.id) === bare,
      )
      if (others.some((other) => other.id === bare)) {
        return {
          message: `the login ${quote(id)} counts for nothing beside ${quote(bare)}`,
          cause:
            'OpenCode takes the login without the slash, and removes the other at the next login',
          fix: 'take it out',
          severity: 'info',
          provider: bare,
        }
      }
      return {
        message: `the login ${quote(id)} is never found: the provider is ${quote(bare)}`,
        provider: bare,
        ...(others.length === 1 ? renamed(scene, login, bare) : {}),
      }
    }),
}

function renamed(
  { auth: { file } }: Scene,
  { id, value }: AuthLogin,
  to: string,
): { readonly repair: Repair } {
  const edits = [
    { path: [to], value },
    { path: [id], value: undefined },
  ]
  return { repair: { target: 'auth', file, edits } }
}

const authUnused: Rule = {
  code: 'auth-unused',
  severity: 'info',
  title: 'a login that no provider uses',
  cause:
    'OpenCode knows no provider of that id, by itself or from its configuration, and says nothing',
  fix: 'add the provider, or take the login out with `opencode auth logout`',
  source: 'contract 3.3',
  check(scene) {
    if (mayHaveOthers(scene)) return []
    const providers = withoutKey(scene)
    return perLogin(scene, (login) => {
      const { id } = login
      if (!isUnused(scene, login) || meantBy(id, providers) !== undefined) return undefined
      return { message: `no provider uses the login ${quote(id)}`, provider: id }
    })
  },
}

export const authIdRules: readonly Rule[] = [authIdMismatch, authTrailingSlash, authUnused]
