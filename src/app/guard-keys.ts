import type { Diagnostic } from '../core/diagnostic.ts'
import { inOrder } from '../core/format-diagnostic.ts'
import type { JsonValue } from '../core/json.ts'
import { quote } from '../core/manifest/words.ts'
import type { ResolvedKey } from '../core/plan/plan-key.ts'
import type { Secret } from '../core/secret.ts'
import type { Source, Sourced } from '../core/source.ts'
import type { Wanted } from '../core/wanted.ts'
import { InvalidInput } from '../errors.ts'

/** Characters of the shortest key that is looked for: a dummy such as `lm-studio` is in any text by chance. */
const SHORTEST = 12

/**
 * Require that no key stands in what is to be written into a config file, by whatever way it got there:
 * pasted into the manifest, or through variables. Placeholders are no keys.
 *
 * @throws InvalidInput `key-in-config`, without the key
 */
export function requireNoKeyInConfig(
  wanted: Wanted,
  {
    resolved,
    secrets,
  }: {
    readonly resolved: ReadonlyMap<string, ResolvedKey>
    readonly secrets: ReadonlyMap<string, Secret>
  },
): void {
  const keys = [...secrets]
    .filter(([id]) => resolved.get(id)?.state === 'present')
    .filter(([, secret]) => secret.reveal().length >= SHORTEST)
    // As it would stand within a JSON text.
    .map(([id, secret]) => ({ id, text: JSON.stringify(secret.reveal()).slice(1, -1) }))
  if (keys.length === 0) return
  const values = writtenByUser(wanted)
  const problems = values.flatMap(({ value, source }) => {
    const text = JSON.stringify(value)
    const found = keys.find((key) => text.includes(key.text))
    return found === undefined ? [] : [keyInConfig(found.id, source)]
  })
  if (problems.length > 0) throw new InvalidInput(inOrder(problems))
}

/** What a user wrote and opgen would write: values, and the names of models. Presets hold no keys. */
function writtenByUser(wanted: Wanted): readonly Sourced<JsonValue>[] {
  const { model, smallModel, enabledProviders, disabledProviders } = wanted
  const lists = [
    ...(enabledProviders.mode === 'list' ? enabledProviders.items : []),
    ...(disabledProviders?.value ?? []),
  ]
  return [
    ...wanted.providers.flatMap(({ keyIn, source, values }) => [
      ...values.map(({ path, value, source: at }) => {
        return { value: path[2] === 'models' ? [path[3] ?? '', value] : value, source: at }
      }),
      ...(keyIn.kind === 'header' ? [{ value: [keyIn.name, keyIn.format], source }] : []),
    ]),
    ...[model, smallModel].flatMap((reference) => reference ?? []),
    ...lists,
  ]
}

function keyInConfig(id: string, source: Source): Diagnostic {
  return {
    code: 'key-in-config',
    severity: 'error',
    message: `this comes to the key of ${quote(id)} itself, and would stand in the config in the clear`,
    source,
    hint: 'take it out here: opgen hands the key to OpenCode in its own way',
  }
}
