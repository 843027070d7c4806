import { BUNDLED_ADAPTERS, isBundled } from '../../adapters.ts'
import { quote } from '../../manifest/words.ts'
import { nearest } from '../../nearest.ts'
import { pathOfFileUrl } from '../adapters-in.ts'
import { mergedAt, placeOf } from '../merged-config.ts'
import type { MergedNode } from '../merged-config.ts'
import { atValue } from '../rule.ts'
import type { Found, Rule } from '../rule.ts'
import type { Scene, SceneProvider } from '../scene.ts'

const adapterNotBundled: Rule = {
  code: 'adapter-not-bundled',
  severity: 'warning',
  title: 'an adapter that OpenCode does not bring',
  cause:
    'OpenCode 1 installs it with npm when it is first used: offline, or with a name that is wrong, the provider fails, and for a while nothing happens',
  fix: 'see whether the name is right; OpenCode brings "@ai-sdk/openai-compatible" for most servers',
  source: 'contract 5; anomalyco/opencode#30069, #37881, #47069',
  check: (scene) => scene.providers.flatMap((provider) => notBundled(scene, provider)),
}

function notBundled(scene: Scene, provider: SceneProvider): readonly Found[] {
  const first = new Map<string, MergedNode>()
  const places = [
    mergedAt(provider.node, ['npm']),
    ...provider.models.map(({ node }) => mergedAt(node, ['provider', 'npm'])),
  ]
  for (const at of places) {
    if (typeof at?.value !== 'string' || isBundled(at.value) || at.value.includes('{')) continue
    if (!first.has(at.value)) first.set(at.value, at)
  }
  // As many models as there are may have one each.
  const said = new Map<string | undefined, { readonly found: Found; count: number }>()
  for (const [npm, at] of first) {
    const found = judge(scene, npm, provider.id)
    const same = said.get(found.severity)
    if (same !== undefined) same.count += 1
    else said.set(found.severity, { found: { ...found, at: atValue(placeOf(at)) }, count: 1 })
  }
  return [...said.values()].map(({ found, count }) => ({
    ...found,
    message: `${found.message}${count === 1 ? '' : ` (and ${count - 1} more of its models)`}`,
    provider: provider.id,
  }))
}

function judge({ machine, adapterCache }: Scene, npm: string, id: string): Found {
  const isHere = adapterCache.has(npm)
  const file = pathOfFileUrl(npm, machine.os === 'win32')
  if (file !== undefined) {
    return isHere
      ? {
          message: `${quote(id)} takes its adapter from a file of your own`,
          severity: 'info',
          cause: 'what is in the file has the key of the provider',
          fix: 'nothing, if you put it there',
        }
      : {
          message: `the adapter of ${quote(id)} is to be in ${machine.display(file)}, where nothing is`,
          severity: 'error',
          cause: 'OpenCode says only "Failed to initialize provider"',
          fix: 'correct the path, or name an adapter that OpenCode brings',
        }
  }
  const guess = nearest(npm, BUNDLED_ADAPTERS)
  const message = `${quote(id)} has the adapter ${quote(npm)}, which OpenCode does not bring`
  if (isHere) {
    const cause = 'OpenCode has installed it into its cache, and takes it from there'
    return { message, severity: 'info', cause, fix: 'nothing, if it is the one that you mean' }
  }
  return {
    message,
    fix:
      guess === undefined
        ? `see whether npm has ${quote(npm)}, or take one that OpenCode brings`
        : `did you mean ${quote(guess)}?`,
  }
}

export const adapterRules: readonly Rule[] = [adapterNotBundled]
