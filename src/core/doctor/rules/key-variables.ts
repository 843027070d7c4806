import { fallbackVariables, keyTraits } from '../../adapters.ts'
import { listed, quote } from '../../manifest/words.ts'
import { adaptersOf } from '../adapters-in.ts'
import { addressesOf, isLocal } from '../addresses-in.ts'
import { faultOf, misspelling } from '../key-fault.ts'
import { hasOutsideKey, isSet, keyTextsOf, namesUnderEnv } from '../keys-in.ts'
import type { KeyText } from '../keys-in.ts'
import { mcpTextsOf } from '../mcp-texts.ts'
import { mergedAt, placeOf } from '../merged-config.ts'
import { atValue } from '../rule.ts'
import type { Found, Rule } from '../rule.ts'
import { hasLine } from '../scene.ts'
import type { Scene, SceneProvider } from '../scene.ts'
import { perKeyText } from './per-key-text.ts'

const emptyVariable: Rule = {
  code: 'empty-variable',
  severity: 'error',
  title: 'a key or an address from a variable that is not set',
  cause:
    'OpenCode 1 fills in nothing, and an empty `apiKey` still wins over auth.json: requests go out without a key',
  fix: 'set the variable where OpenCode is started, or take `apiKey` out',
  source: 'contract 1.5, 3.3; anomalyco/opencode#34388, #8665, #19946',
  check: (scene) => [
    ...perKeyText(scene, ['variable-empty'], (text, provider) => keyFault(scene, text, provider)),
    ...scene.providers.flatMap((provider) => addressFault(scene, provider)),
    ...mcpTextsOf(scene).flatMap(({ raw, filled: { unset }, what, node }): Found[] => {
      if (unset.length === 0 || misspelling(raw, unset) !== undefined) return []
      return [
        {
          message: `${what} comes from ${named(unset)}, which is not set`,
          cause: 'OpenCode fills in nothing, and the server is started without it',
          fix: `set ${named(unset)} where OpenCode is started, or switch the server off`,
          severity: 'warning',
          at: atValue(placeOf(node)),
        },
      ]
    }),
  ],
}

function keyFault(scene: Scene, text: KeyText, provider: SceneProvider): Found {
  const { kind, what, filled } = text
  const { id } = provider
  const name = named(filled.unset)
  if (kind === 'apiKey') {
    return {
      message: `"${id}" takes its key from ${name}, which is not set`,
      ...(mayDoWithout(scene, provider) ? MAYBE_OPEN : {}),
      fix: `set ${name} where OpenCode is started, or take "apiKey" out`,
    }
  }
  const others = keyTextsOf(scene, provider).some(
    (other) => other.isKey && faultOf(other) === undefined,
  )
  const isOnly = text.isKey && !others && !hasOutsideKey(scene, id, namesUnderEnv(provider))
  return {
    message: `the ${what} of "${id}" comes from ${name}, which is not set`,
    cause: isOnly
      ? 'OpenCode fills in nothing: requests go out without a key'
      : 'OpenCode fills in nothing, and sends what is left',
    fix: `set ${name} where OpenCode is started`,
    ...(isOnly ? {} : { severity: 'warning' as const }),
  }
}

/** Many a server of one's own asks for no key. */
const MAYBE_OPEN: Pick<Found, 'severity' | 'cause'> = {
  severity: 'warning',
  cause: 'OpenCode fills in nothing: requests go out without a key, which a server may refuse',
}

/** Whether requests without a key may be what a provider on a network of one's own is asked with. */
function mayDoWithout(scene: Scene, provider: SceneProvider): boolean {
  if (!isLocal(addressesOf(scene, provider)) || scene.logins.has(provider.id)) return false
  const adapters = [...adaptersOf(provider)]
  return adapters.every((npm) => keyTraits(npm)?.worksWithoutKey === true)
}

function addressFault(scene: Scene, provider: SceneProvider): readonly Found[] {
  const { id, inCatalogue } = provider
  const faulty = addressesOf(scene, provider).flatMap((address) => {
    // For some ids OpenCode takes what is in `${}` from options, too.
    const unset = address.unset.filter(
      (name) => !inCatalogue || address.raw.includes(`{env:${name}}`),
    )
    return unset.length === 0 ? [] : [{ address, unset }]
  })
  const [first] = faulty
  if (first === undefined) return []
  const others = faulty.length - 1
  const more = others === 0 ? '' : ` (and ${others} more of its models')`
  return [
    {
      message: `the address of "${id}" has ${named(first.unset)} in it, which is not set${more}`,
      cause: 'what is left is no address, or another one',
      fix: `set ${named(first.unset)} where OpenCode is started, or write the address itself`,
      provider: id,
      at: atValue(placeOf(first.address.node)),
    },
  ]
}

function named(unset: readonly string[]): string {
  return listed([...new Set(unset)].map((name) => quote(name).slice(1, -1)))
}

const envNames: Rule = {
  code: 'env-names',
  severity: 'warning',
  title: '"env" with several names and no other key',
  cause:
    'OpenCode takes a key from "env" only where that has one name; several only switch the provider on',
  fix: 'leave the one name that has the key',
  source: 'contract 2',
  check: (scene) =>
    scene.providers.flatMap((provider): Found[] => {
      const { id, node, inCatalogue } = provider
      const names = namesUnderEnv(provider)
      const at = mergedAt(node, ['env'])
      if (at === undefined || names.length < 2 || inCatalogue) return []
      const own = [...adaptersOf(provider)].flatMap(fallbackVariables)
      if (names.some((name) => own.includes(name)) || hasOutsideKey(scene, id, [])) return []
      if (keyTextsOf(scene, provider).some(({ isKey }) => isKey)) return []
      const set = names.filter((name) => isSet(scene, name))
      return [
        {
          message: `"env" of "${id}" has ${names.length} names, and gives it no key`,
          fix: `leave only ${set.length === 1 ? set.map((name) => quote(name)).join('') : 'the one name that has the key'}`,
          provider: id,
          at: atValue(placeOf(at)),
        },
      ]
    }),
}

const variableBeatsFile: Rule = {
  code: 'variable-beats-file',
  severity: 'warning',
  title: 'a variable that OpenCode 2 prefers to the key in the block',
  cause:
    'OpenCode 1 takes "apiKey" of the block; OpenCode 2 takes a variable under "env" that is set, even before a key file',
  fix: 'unset the variable, or take it out of "env"',
  source: 'contract 9; contract 3.3',
  check: (scene) => {
    if (!hasLine(scene, 2)) return []
    return scene.providers.flatMap((provider): Found[] => {
      const { id, node } = provider
      const under = namesUnderEnv(provider)
      const names = under.length > 0 ? under : (scene.catalogue.variables(id) ?? [])
      const winner = names.find((name) => isSet(scene, name))
      const key = keyTextsOf(scene, provider).find(({ kind }) => kind === 'apiKey')
      const isOther =
        winner !== undefined && key?.filled.text.trim() !== scene.machine.env(winner)?.trim()
      if (winner === undefined || key === undefined || !isOther) return []
      if (key.filled.text === '') return []
      const at = under.length > 0 ? (mergedAt(node, ['env']) ?? key.node) : key.node
      return [
        {
          message: `${quote(winner)} is set, and OpenCode 2 takes it for "${id}" and not its "apiKey"`,
          fix: `unset it${under.length > 0 ? `, or take it out of "env"` : ', or take "apiKey" out'}`,
          provider: id,
          at: atValue(placeOf(at)),
        },
      ]
    })
  },
}

export const keyVariableRules: readonly Rule[] = [emptyVariable, envNames, variableBeatsFile]
