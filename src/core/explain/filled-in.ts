import type { Place } from '../doctor/merged-config.ts'
import { Secret } from '../secret.ts'
import { replaceFiles, replaceVariables } from '../tokens.ts'
import { shownName } from './shown.ts'
import type { CandidateState } from './explanation.ts'
import type { Context } from './context.ts'

/** What OpenCode makes of a text that stands where a key belongs. */
export interface FilledIn {
  readonly state: CandidateState
  /** Undefined where there is none. */
  readonly secret: Secret | undefined
  /** The references in it, as they stand; undefined: it has none. */
  readonly form: string | undefined
  /** What is the matter with them, in a few words. */
  readonly trouble: string | undefined
}

/**
 * Fill in `{env:}` and `{file:}` as OpenCode does it, variables first (contract 1.5). A word before a key, such as
 * `Bearer`, is no part of it, and neither is white space around it.
 */
export function filledIn(
  { scene, fileOf }: Pick<Context, 'scene' | 'fileOf'>,
  { layer }: Place,
  text: string,
): FilledIn {
  const troubles: string[] = []
  let isMissing = false
  const withVariables = replaceVariables(text, (name) => {
    const value = scene.machine.env(name)
    if (value === undefined) troubles.push(`${shownName(name)} is not set`)
    else if (value === '') troubles.push(`${shownName(name)} is empty`)
    return value ?? ''
  })
  const whole = replaceFiles(withVariables, (given) => {
    const file = fileOf(layer, given)
    if (file?.kind !== 'file') {
      isMissing = true
      troubles.push(file?.kind === 'refused' ? 'the file cannot be read' : 'there is no such file')
    } else if (file.isEmpty) troubles.push('the file is empty')
    return file?.content?.reveal() ?? ''
  })
  const secret = keyIn(whole)
  const references = referencesIn(text)
  return {
    state: isMissing ? 'missing' : secret === undefined ? 'empty' : 'set',
    secret: isMissing ? undefined : secret,
    form: references.length === 0 ? undefined : references.map(shownName).join(''),
    trouble: troubles[0] ?? literalTrouble(whole),
  }
}

/** As they stand, variables first. */
function referencesIn(text: string): readonly string[] {
  const found: string[] = []
  const keep =
    (kind: string) =>
    (name: string): string => {
      found.push(`{${kind}:${name}}`)
      return ''
    }
  replaceVariables(text, keep('env'))
  replaceFiles(text, keep('file'))
  return found
}

/** The key in what stands there; undefined: nothing is left of it. */
export function keyIn(text: string): Secret | undefined {
  const key = text.trim().replace(/^(?:Bearer|Basic|Token)(?: +|$)/i, '')
  return key === '' ? undefined : new Secret(key)
}

/** What looks like a reference and is none to OpenCode. */
function literalTrouble(text: string): string | undefined {
  if (!/^\$\{?\w+\}?$|^\{(?!env:|file:)\w+:[^}]*\}$/.test(text.trim())) return undefined
  return 'sent as it stands: only {env:NAME} and {file:PATH} are filled in'
}
