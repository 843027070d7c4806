import { fallbackVariables } from '../../adapters.ts'
import type { JsonValue } from '../../json.ts'
import { isVendorKey } from '../../manifest/key-text.ts'
import { quote } from '../../manifest/words.ts'
import { addressesOf, isLocal } from '../addresses-in.ts'
import { adaptersOf } from '../adapters-in.ts'
import { repairOf } from '../config-repair.ts'
import { faultOf, isTemplate, misspelling, withoutScheme } from '../key-fault.ts'
import type { Misspelling } from '../key-fault.ts'
import { isSet } from '../keys-in.ts'
import type { KeyText } from '../keys-in.ts'
import { mcpTextsOf } from '../mcp-texts.ts'
import { placeOf } from '../merged-config.ts'
import type { MergedNode } from '../merged-config.ts'
import { atValue } from '../rule.ts'
import type { Found, Rule } from '../rule.ts'
import type { Scene, SceneProvider } from '../scene.ts'
import { perKeyText } from './per-key-text.ts'

const tokenSpelling: Rule = {
  code: 'token-spelling',
  severity: 'error',
  title: 'a variable in a spelling that OpenCode does not know',
  cause:
    'OpenCode fills in {env:NAME} and {file:path}, exactly so, and sends all else as it stands',
  fix: 'write {env:NAME} or {file:path}',
  source: 'contract 1.5; anomalyco/opencode#27853, #31085; survey 4',
  check: (scene) => [
    ...perKeyText(scene, ['misspelt'], ({ raw, filled, what, node }, { id }) => {
      const found = misspelling(raw, filled.unset)
      return found && spellingFault(scene, { found, node, what: `the ${what} of ${quote(id)}` })
    }),
    ...mcpTextsOf(scene).flatMap(({ raw, filled, what, node }): Found[] => {
      const found = misspelling(raw, filled.unset)
      if (found === undefined) return []
      const fault = spellingFault(scene, { found, node, what })
      return [{ ...fault, severity: 'warning', at: atValue(placeOf(node)) }]
    }),
  ],
}

interface Misspelt {
  readonly found: Misspelling
  readonly node: MergedNode
  readonly what: string
}

function spellingFault(scene: Scene, { found: { name, value }, node, what }: Misspelt): Found {
  if (name === undefined) {
    return { message: `${what} is written to be filled in, and OpenCode does not do it` }
  }
  const isCertain = value !== undefined && isSet(scene, name)
  return {
    message: `${what} names ${shown(name)} in a way that OpenCode does not know`,
    ...(isWholeName(node.value) ? { cause: WHOLE_NAME } : {}),
    fix: `write {env:${shown(name)}}`,
    ...(isCertain ? repairOf([{ node, value }]) : {}),
  }
}

const WHOLE_NAME =
  'all up to the brace is the name of the variable, white space and defaults, too: OpenCode fills in nothing'

function isWholeName(raw: JsonValue): boolean {
  return typeof raw === 'string' && /(?<!\$)\{env:[^}]*[^\w}][^}]*\}/.test(raw)
}

/** A name without its quotes, unless it may be a key. */
function shown(name: string): string {
  return isVendorKey(name) ? 'NAME' : quote(name).slice(1, -1)
}

const placeholderKey: Rule = {
  code: 'placeholder-key',
  severity: 'error',
  title: 'a placeholder where a key belongs',
  cause: 'OpenCode sends what stands there, and it wins over a login in auth.json',
  fix: 'write {env:NAME} there, or take it out and log in',
  source: 'contract 3.3; survey 4',
  check: (scene) => [
    ...perKeyText(scene, ['placeholder', 'dummy'], (text, provider) =>
      placeholderFault(scene, text, provider),
    ),
    ...scene.providers.flatMap(templateFault),
  ],
}

function placeholderFault(scene: Scene, text: KeyText, provider: SceneProvider): Found | undefined {
  const what = `the ${text.what} of ${quote(provider.id)}`
  const local = isLocal(addressesOf(scene, provider))
  if (faultOf(text) === 'placeholder') {
    const isEmpty = text.filled.text.trim() === ''
    // A server that checks no key takes this one, and none.
    if (local && isEmpty && !scene.logins.has(provider.id)) return undefined
    const message = isEmpty ? `${what} is empty` : `${what} is a placeholder that nobody filled in`
    return { message, ...(local ? { severity: 'warning' as const } : {}) }
  }
  const needsKey = [...adaptersOf(provider)].some((npm) => fallbackVariables(npm).length > 0)
  if (local || !needsKey) return undefined
  return { message: `${what} is a word and no key`, severity: 'warning' }
}

/** What a template was to fill in, in anything that is no key. */
function templateFault(provider: SceneProvider): readonly Found[] {
  const found = textsBelow(provider.node).filter(
    ({ path, value }) => typeof value === 'string' && isTemplate(value) && !isKeyPath(path),
  )
  const [first] = found
  if (first === undefined) return []
  const names = found.slice(0, 3).map(({ path }) => `"${path.slice(2).join('.')}"`)
  const more = found.length > 3 ? ` and ${found.length - 3} more` : ''
  return [
    {
      message: `in ${quote(provider.id)}, ${names.join(', ')}${more} has a template's text in it`,
      cause: 'OpenCode fills in nothing between double braces',
      fix: 'have the file made by the tool whose template it is, or write the value',
      severity: 'warning',
      provider: provider.id,
      at: atValue(placeOf(first)),
    },
  ]
}

function isKeyPath(path: readonly string[]): boolean {
  return ['apiKey', 'authToken'].includes(path.at(-1) ?? '') || path.at(-2) === 'headers'
}

function textsBelow(node: MergedNode): readonly MergedNode[] {
  if (typeof node.value === 'string') return node.value.includes('{{') ? [node] : []
  return [...(node.members?.values() ?? [])].flatMap(textsBelow)
}

const bearerInKey: Rule = {
  code: 'bearer-in-key',
  severity: 'error',
  title: 'a key that begins with "Bearer"',
  cause: 'OpenCode puts the word before it again, and the server gets "Bearer Bearer"',
  fix: 'take "Bearer" off',
  source: 'contract 3.5, 8',
  check: (scene) =>
    perKeyText(scene, ['bearer'], (text, { id }) => {
      const { raw, node, what } = text
      const bare = withoutScheme(raw)
      const isHere = bare !== raw.trim()
      return {
        message: `the ${what} of ${quote(id)} begins with "Bearer"`,
        fix: isHere ? 'take "Bearer" off' : 'take "Bearer" off the value that is filled in',
        ...(isHere ? repairOf([{ node, value: bare }]) : {}),
      }
    }),
}

const keyCharacters: Rule = {
  code: 'key-characters',
  severity: 'error',
  title: 'a key with characters that no header can have',
  cause: 'OpenCode sends no request, and prints the key into its log and its database',
  fix: 'store the key again, without what was copied along with it',
  source: 'contract 3.5',
  check: (scene) =>
    perKeyText(scene, ['characters', 'outer-space'], (text, { id }) => {
      const what = `the ${text.what} of ${quote(id)}`
      if (faultOf(text) === 'outer-space') {
        return {
          message: `${what} has white space around it`,
          cause: 'OpenCode cuts it off at the end, and sends it where it comes first',
          fix: 'take it off',
          severity: 'info',
        }
      }
      return { message: `${what} has a line break or another character that cannot be sent` }
    }),
}

export const keyValueRules: readonly Rule[] = [
  tokenSpelling,
  placeholderKey,
  bearerInKey,
  keyCharacters,
]
