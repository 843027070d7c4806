import type { Severity } from '../diagnostic.ts'
import { isJsonObject } from '../json.ts'
import type { JsonValue } from '../json.ts'
import { tokensIn } from '../tokens.ts'
import { mergedAt } from './merged-config.ts'
import { mayBeLine } from './scene.ts'
import type { Scene } from './scene.ts'

/** Whether some text that OpenCode merges cannot be read here, so that nothing is known of what is not there. */
export function isIncomplete({ layers }: Scene): boolean {
  return layers.some(({ problem }) => problem !== undefined)
}

/** Whether plugins are loaded, which may add providers and models while OpenCode starts. */
export function hasPlugins({ config, localPlugins }: Scene): boolean {
  const plugins = mergedAt(config, ['plugin'])
  if (plugins === undefined) return localPlugins.length > 0
  const lists = [...plugins.places, ...plugins.replaced]
  return localPlugins.length > 0 || lists.some(({ node }) => isFilledList(node))
}

function isFilledList(node: { readonly kind: string; readonly elements?: readonly unknown[] }) {
  return node.kind === 'array' && (node.elements ?? []).length > 0
}

/**
 * Whether something that cannot be seen here may define more: plugins, files that were not named, or the
 * configuration that an organisation serves to those who are logged in there.
 */
export function mayHaveMore(scene: Scene): boolean {
  if (!scene.isWhole || hasPlugins(scene)) return true
  return [...scene.logins.values()].some(isLoginOfOrganisation)
}

/** How a cause begins where more may be defined than is seen. */
export const UNLESS_MORE = 'unless a plugin, or a file that is not looked at here, brings it, '

function isLoginOfOrganisation(login: JsonValue): boolean {
  return isJsonObject(login) && login['type'] === 'wellknown'
}

/** An error where OpenCode 1 may be started here, of which the fault was seen; else a warning. */
export function errorOf1(scene: Scene): Severity {
  return mayBeLine(scene, 1) ? 'error' : 'warning'
}

/** The texts of a list; undefined where it is none, or OpenCode fills something in. */
export function plainTexts(value: JsonValue | undefined): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined
  const texts = value.filter((item) => typeof item === 'string')
  return tokensIn(texts).length > 0 ? undefined : texts
}

/** Whether OpenCode fills in a part of this text. */
export function isFilledIn(text: string): boolean {
  return tokensIn([text]).length > 0
}
