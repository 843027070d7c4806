import type { Scene } from '../core/doctor/scene.ts'
import { secretsIn } from '../core/import/known-secrets.ts'
import { isJsonObject } from '../core/json.ts'
import type { JsonValue } from '../core/json.ts'
import { valueOf } from '../core/jsonc/parse.ts'
import { keysIn } from '../core/manifest/key-forms.ts'
import type { Session } from './session.ts'

/** Make known, before anything is printed, all that may be a key in what was read. */
export function learnSecrets({ learn }: Session, scene: Scene): void {
  for (const { document, text } of new Set([...scene.layers, ...scene.layersOf2])) {
    if (document !== undefined)
      for (const secret of secretsIn(valueOf(document.root))) learn(secret)
    learnForms(learn, text)
  }
  for (const login of scene.logins.values()) learnLogin(learn, login)
  for (const { value } of scene.auth.entries) learnLogin(learn, valueOf(value))
  for (const { content } of scene.references.values()) {
    // A prompt is no key, and its words stand everywhere.
    const text = content?.reveal() ?? ''
    if (!/\s/.test(text)) learn(text)
  }
}

/** Of a login everything but its type may be secret. */
export function learnLogin(learn: Session['learn'], login: JsonValue): void {
  if (typeof login === 'string') learn(login.trim())
  if (!isJsonObject(login)) return
  for (const [name, value] of Object.entries(login)) {
    if (typeof value === 'string' && name !== 'type') learn(value.trim())
  }
}

function learnForms(learn: Session['learn'], text: string): void {
  for (const line of text.split('\n')) {
    for (const { start, end } of keysIn(line)) learn(line.slice(start, end))
  }
}
