import { replaceVariables, tokensIn } from '../core/tokens.ts'
import type { Machine, System } from '../system/system.ts'
import { absolute } from './paths.ts'
import { readIfFile } from './read-text.ts'

/** A text with its `{env:}` and `{file:}` filled in as OpenCode does it: raw, files escaped (contract 1.5). */
export async function fillIn(system: System, folder: string, text: string): Promise<string> {
  const withVariables = fillVariables(system.machine, text)
  let result = withVariables
  for (const token of tokensIn([withVariables])) {
    if (token.kind !== 'file') continue
    const file = referredFile(system.machine, folder, token.path)
    const content = (await readIfFile(system.files, file))?.trim()
    const escaped = JSON.stringify(content ?? '').slice(1, -1)
    result = result.replaceAll(`{file:${token.path}}`, () => escaped)
  }
  return result
}

/** Unset variables are empty, and values are not escaped. */
export function fillVariables({ env }: Machine, text: string): string {
  return replaceVariables(text, (name) => env[name] ?? '')
}

/** The file that `{file:…}` means: below home, absolute, or relative to where the config file is. */
export function referredFile(machine: Machine, folder: string, given: string): string {
  return absolute({ ...machine, cwd: folder }, fillVariables(machine, given))
}
