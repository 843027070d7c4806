import { isJsonObject } from '../json.ts'
import type { JsonValue } from '../json.ts'
import { parseJsonDocument } from '../jsonc/parse.ts'
import type { Context } from './context.ts'
import type { Origin } from './explanation.ts'
import { keyIn } from './filled-in.ts'
import type { Contender } from './key-places.ts'

export const LOGINS_VARIABLE = 'OPENCODE_AUTH_CONTENT'

/** Whether OpenCode 1 reads its logins from a variable, in place of auth.json (contract 3.1). */
export function readsLoginsFromVariable({ scene }: Pick<Context, 'scene'>): boolean {
  const text = scene.machine.env(LOGINS_VARIABLE) ?? ''
  return text !== '' && parseJsonDocument(text, 'strict').ok
}

/** The login of the id in auth.json, or in the variable that replaces it. */
export function loginContender(context: Context): Contender {
  const { scene, id } = context
  const fromVariable = readsLoginsFromVariable(context)
  const name = fromVariable ? LOGINS_VARIABLE : 'auth.json'
  const base = { kind: 'login', name, form: undefined, fingerprint: null } as const
  const login = scene.logins.get(id)
  if (login === undefined) {
    return { ...base, origin: undefined, state: 'unset', reason: nearMiss(context, fromVariable) }
  }
  const origin = fromVariable ? variableOrigin() : entryOrigin(context, id)
  return { ...base, origin, ...judged(context, login) }
}

type Judged = Pick<Contender, 'form' | 'state' | 'fingerprint' | 'reason'>

function ignored(reason: string, form?: string): Judged {
  return { form, state: 'ignored', fingerprint: null, reason }
}

function judged(context: Context, login: JsonValue): Judged {
  const { type, key } = isJsonObject(login) ? login : {}
  if (type === 'api') {
    if (typeof key !== 'string') return ignored('has no key: OpenCode drops the entry', 'api')
    const secret = keyIn(key)
    if (secret === undefined) {
      return { form: 'api', state: 'empty', fingerprint: null, reason: undefined }
    }
    const fingerprint = context.fingerprintOf(secret)
    return { form: 'api', state: 'set', fingerprint, reason: undefined }
  }
  if (type === 'oauth') {
    return context.scene.catalogue.has(context.id)
      ? { form: 'oauth', state: 'set', fingerprint: null, reason: 'for a plugin of OpenCode' }
      : ignored('a login that no plugin of OpenCode handles for this id', 'oauth')
  }
  if (type === 'wellknown') return ignored('belongs to an address and not to an id', 'wellknown')
  return ignored('no type that OpenCode knows: it drops the entry')
}

/** An entry that was meant for the provider, and is looked up by another name. */
function nearMiss({ scene, id }: Context, fromVariable: boolean): string | undefined {
  if (fromVariable && scene.auth.entries.some(({ key }) => key === id)) {
    return `${LOGINS_VARIABLE} is set, so auth.json is not read`
  }
  const other = [...scene.logins.keys()].find((name) => name.replace(/\/+$/, '') === id)
  return other === undefined ? undefined : `an entry "${other}" is not looked up for "${id}"`
}

/** Where an entry of auth.json stands. */
export function entryOrigin({ scene, positionOf }: Context, id: string): Origin | undefined {
  const { file, text, entries } = scene.auth
  const entry = entries.findLast(({ key }) => key === id)
  if (entry === undefined) return undefined
  return { file, ...positionOf(text, entry.keyStart), kind: 'auth' }
}

function variableOrigin(): Origin {
  return { file: LOGINS_VARIABLE, kind: 'variable' }
}
