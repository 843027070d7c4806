import type { Diagnostic } from '../core/diagnostic.ts'
import { inOrder } from '../core/format-diagnostic.ts'
import type { JsonValue } from '../core/json.ts'
import { quote } from '../core/manifest/words.ts'
import type { ResolvedKey } from '../core/plan/plan-key.ts'
import type { Secret } from '../core/secret.ts'
import type { Source, Sourced } from '../core/source.ts'
import type { Wanted } from '../core/wanted.ts'
import { InvalidInput } from '../errors.ts'

/** Characters of the shortest key that is looked for: a shorter one is in any text by chance. */
const SHORTEST = 8

/**
 * Require that no key stands in what is to be written into a config file, by whatever way it got there:
 * pasted into the manifest, or through variables. Placeholders are no keys.
 *
 * @throws InvalidInput `key-in-manifest`, without the key
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
  const values: readonly Sourced<JsonValue>[] = [
    // Names count as well: a model may be called like a key.
    ...wanted.providers.flatMap((provider) =>
      provider.values.map(({ path, value, source }) => ({ value: [...path, value], source })),
    ),
    ...[wanted.model, wanted.smallModel].flatMap((reference) => reference ?? []),
  ]
  const problems = values.flatMap(({ value, source }) => {
    const text = JSON.stringify(value)
    const found = keys.find((key) => text.includes(key.text))
    return found === undefined ? [] : [keyInConfig(found.id, source)]
  })
  if (problems.length > 0) throw new InvalidInput(inOrder(problems))
}

function keyInConfig(id: string, source: Source): Diagnostic {
  return {
    code: 'key-in-manifest',
    severity: 'error',
    message: `this comes to the key of ${quote(id)} itself, and would stand in the config in the clear`,
    source,
    hint: 'take it out here: opgen hands the key to OpenCode in its own way',
  }
}
