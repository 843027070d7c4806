/** The names under a field of a manifest, as far as they can be told from its lines. */
export interface LooseNames {
  readonly providers: readonly string[]
  readonly machines: readonly string[]
}

const FIELD = /^(["']?)(providers|machines)\1[ \t]*:[ \t]*(?:#.*)?$/
const NAME =
  /^([ \t]+)(?:"([^"\\]*)"|'([^']*)'|([^\s#"'&*!|>%@`{[?-](?:[^\s:#]|:(?=\S))*))[ \t]*:(?:\s|$)/

/**
 * Find the names of providers and machines in a text that is no YAML yet: somebody is at work on it. What is
 * written in one line (`providers: { … }`) is not found.
 */
export function looseNames(text: string): LooseNames {
  const found = { providers: new Set<string>(), machines: new Set<string>() }
  let names: Set<string> | undefined
  let indent: string | undefined
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (/^\s*(?:#|$)/.test(line)) continue
    if (!/^[ \t]/.test(line)) {
      const field = FIELD.exec(line)?.[2]
      names = field === 'providers' || field === 'machines' ? found[field] : undefined
      indent = undefined
      continue
    }
    indent ??= /^[ \t]+/.exec(line)?.[0]
    const match = NAME.exec(line)
    const name = match?.[2] ?? match?.[3] ?? match?.[4]
    if (name !== undefined && match?.[1] === indent) names?.add(name)
  }
  return { providers: [...found.providers], machines: [...found.machines] }
}
