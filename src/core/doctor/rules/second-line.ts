import { isJsonObject } from '../../json.ts'
import type { JsonObject, JsonValue, Path } from '../../json.ts'
import { nodeAt } from '../../jsonc/parse.ts'
import type { JsonNode, Member } from '../../jsonc/parse.ts'
import { listed, quote } from '../../manifest/words.ts'
import type { ConfigLayer } from '../config-layer.ts'
import { membersAt, mergeLayers, mergedAt, nameOf, placeOf } from '../merged-config.ts'
import type { MergedNode } from '../merged-config.ts'
import { atName } from '../rule.ts'
import type { Found, Rule } from '../rule.ts'
import { hasLine, mayBeLine } from '../scene.ts'
import type { Scene } from '../scene.ts'

export const v2Providers: Rule = {
  code: 'v2-providers',
  severity: 'warning',
  title: '`providers` for `provider`',
  cause:
    'OpenCode 1 drops `providers` without a word: no provider comes of it; OpenCode 2 reads both, and where both define an id takes the one under `providers`',
  fix: 'define providers under `provider`, which both read',
  source: 'contract 1.4, 9; anomalyco/opencode#40868',
  check: (scene) => {
    // Where nothing but OpenCode 2 is, this is as it should be.
    if (!mayBeLine(scene, 1)) return []
    const of1 = new Set(scene.providers.map(({ id }) => id))
    return membersAt(scene.config, ['providers']).map((node) => {
      const id = nameOf(node)
      return { ...nativeFound(scene, node, of1.has(id)), provider: id, at: atName(placeOf(node)) }
    })
  },
}

function nativeFound(scene: Scene, node: MergedNode, isInBoth: boolean): Found {
  const id = quote(nameOf(node))
  if (isInBoth) {
    return {
      message: `${id} stands under "providers" and under "provider": OpenCode 1 reads only the second, OpenCode 2 takes the first`,
      fix: `keep ${id} under "provider", which both read`,
    }
  }
  const is1 = hasLine(scene, 1) && !hasLine(scene, 2)
  const block: JsonObject = isJsonObject(node.value) ? node.value : {}
  const isLegacy = ['npm', 'options', 'api'].some((name) => Object.hasOwn(block, name))
  return {
    message: `OpenCode 1 does not read "providers", so it has no ${id}`,
    fix: isLegacy
      ? `move ${id} to "provider": its fields are those of OpenCode 1 already`
      : `define ${id} under "provider", with "npm" for "package" and "options" for "settings"`,
    ...(is1 ? { severity: 'error' } : {}),
  }
}

export const v2Permissions: Rule = {
  code: 'v2-permissions',
  severity: 'error',
  title: '`permissions`, which OpenCode 1 refuses',
  cause:
    'OpenCode 1 does not start with `permissions`, wherever it stands in a config file, and whatever is in it',
  fix: 'write the rules as `permission`, in the form of OpenCode 1',
  source: 'contract 1.4',
  check: (scene) => (mayBeLine(scene, 1) ? scene.layers.flatMap(permissionsIn) : []),
}

/** Where agents stand, in both lines. */
const AGENTS = ['agent', 'agents', 'mode']

function permissionsIn({ file, text, document }: ConfigLayer): readonly Found[] {
  if (document === undefined) return []
  const agents = AGENTS.flatMap((name) =>
    membersOf(nodeAt(document, [name])).map(({ key, value }) => ({ path: [name, key], value })),
  )
  const found = [{ path: [], value: document.root }, ...agents].flatMap(
    ({ path, value }: { readonly path: Path; readonly value: JsonNode }) =>
      membersOf(value).flatMap(({ key, keyStart }) =>
        key === 'permissions' ? [{ name: quote([...path, key].join('.')), keyStart }] : [],
      ),
  )
  const [first] = found
  if (first === undefined) return []
  const names = listed([...new Set(found.map(({ name }) => name))])
  return [
    {
      message: `OpenCode 1 does not start with ${names}, which ${found.length === 1 ? 'is' : 'are'} of OpenCode 2`,
      at: { file, text, offset: first.keyStart },
    },
  ]
}

function membersOf(node: JsonNode | undefined): readonly Member[] {
  return node?.kind === 'object' ? node.members : []
}

export const v2Ignores: Rule = {
  code: 'v2-ignores',
  severity: 'info',
  title: 'fields that OpenCode 2 ignores',
  cause: 'OpenCode 2 leaves out what it has no use for, and only logs that',
  fix: 'nothing has to be done, as long as OpenCode 1 is in use; else take them out',
  source: 'contract 9',
  check: (scene) => {
    if (!hasLine(scene, 2)) return []
    const config = configOf2(scene)
    return membersAt(config, ['provider']).flatMap((node) => {
      // The native block is taken in its place.
      if (mergedAt(config, ['providers', nameOf(node)]) !== undefined) return []
      return [...droppedBy(node), ...ignoredOf(node)]
    })
  },
}

/** As a rule both lines read the same. */
function configOf2({ layers, layersOf2, config }: Scene): MergedNode | undefined {
  const [one, other] = [layers, layersOf2].map((all) => all.filter(hasDocument))
  const isSame = one?.length === other?.length && one?.every((layer, at) => layer === other?.[at])
  return isSame === true ? config : mergeLayers(layersOf2)
}

function hasDocument({ document }: ConfigLayer): boolean {
  return document !== undefined
}

/** A block whose headers are not all texts is no block, for OpenCode 2. */
function droppedBy(node: MergedNode): readonly Found[] {
  const id = nameOf(node)
  const headers = membersAt(node, ['options', 'headers']).filter(
    ({ value }) => typeof value !== 'string',
  )
  const body = mergedAt(node, ['options', 'body'])
  const wrong = [...headers, ...(body === undefined || isJsonObject(body.value) ? [] : [body])]
  const [first] = wrong
  if (first === undefined) return []
  const names = listed(wrong.map((one) => quote(nameOf(one))))
  return [
    {
      message: `OpenCode 2 drops ${quote(id)}, because ${names} is not what it wants there`,
      cause:
        'OpenCode 2 drops a provider with a header that is no text, or a body that is no object, and only logs that',
      fix: first === body ? 'make "body" an object' : `put quotes around the value of ${names}`,
      severity: 'warning',
      provider: id,
      at: atName(placeOf(first)),
    },
  ]
}

const OF_PROVIDER = ['id', 'whitelist', 'blacklist']
const OF_MODEL = ['release_date', 'attachment', 'reasoning', 'temperature', 'experimental']

function ignoredOf(node: MergedNode): readonly Found[] {
  const own = OF_PROVIDER.flatMap((name) => mergedAt(node, [name]) ?? [])
  const ofModels = membersAt(node, ['models']).map((model) =>
    [...(model.members?.values() ?? [])].filter((one) => isIgnored(nameOf(one), one.value)),
  )
  const concerned = ofModels.filter((all) => all.length > 0)
  const [first] = [...own, ...concerned.flat()]
  if (first === undefined) return []
  const id = nameOf(node)
  const models = `${concerned.length} ${concerned.length === 1 ? 'model' : 'models'}`
  const parts = [
    ...(own.length === 0 ? [] : [`${namesOf(own)} of ${quote(id)}`]),
    ...(concerned.length === 0
      ? []
      : [`${namesOf(concerned.flat())} of ${models} of ${own.length === 0 ? quote(id) : 'it'}`]),
  ]
  return [
    {
      message: `OpenCode 2 ignores ${parts.join(', and ')}`,
      provider: id,
      at: atName(placeOf(first)),
    },
  ]
}

function namesOf(nodes: readonly MergedNode[]): string {
  return listed([...new Set(nodes.map((one) => quote(nameOf(one))))])
}

function isIgnored(name: string, value: JsonValue): boolean {
  if (name === 'status') return value !== 'deprecated'
  if (name === 'interleaved') return typeof value === 'boolean'
  return OF_MODEL.includes(name)
}
