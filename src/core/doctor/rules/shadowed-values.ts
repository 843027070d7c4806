import { sameJson, toPointer } from '../../json.ts'
import { valueOf } from '../../jsonc/parse.ts'
import { listed, quote } from '../../manifest/words.ts'
import type { ConfigLayer, LayerKind } from '../config-layer.ts'
import { leavesOf, placeOf } from '../merged-config.ts'
import type { MergedNode, Place } from '../merged-config.ts'
import { fieldOf, pointersOf, redirectsIn } from '../redirects.ts'
import { atValue } from '../rule.ts'
import type { Found, Rule } from '../rule.ts'
import type { Scene, SceneProvider } from '../scene.ts'

export const configShadowed: Rule = {
  code: 'config-shadowed',
  severity: 'warning',
  title: 'values of a provider that another file replaces',
  cause:
    'OpenCode merges all its files member by member, and what is read later counts: the values in the file where the provider is defined do nothing here',
  fix: 'have each value in one place only',
  source: 'contract 1.2; anomalyco/opencode#25121',
  check: (scene) => {
    // As a rule there is one folder.
    if (!scene.layers.some(({ kind }) => !isBase(kind))) return []
    const redirects = pointersOf(redirectsIn(scene))
    return scene.providers.flatMap((provider) => shadowedOf(scene, provider, redirects))
  },
}

function isBase(kind: LayerKind): boolean {
  return kind === 'global' || kind === 'given'
}

interface Shadowed {
  readonly node: MergedNode
  readonly below: ConfigLayer
}

function shadowedOf(
  { machine }: Scene,
  { id, node, isManaged }: SceneProvider,
  redirects: ReadonlySet<string>,
): readonly Found[] {
  const byLayer = new Map<ConfigLayer, Shadowed[]>()
  for (const leaf of leavesOf(node)) {
    const { layer } = placeOf(leaf)
    // What opgen manages it writes to that folder, where there is one.
    const isOwn = isManaged && layer.kind === 'config-dir'
    if (leaf.replaced.length === 0 || isBase(layer.kind) || isOwn) continue
    const below = replacedOf(leaf, isManaged)
    if (below === undefined || isSame(below, leaf)) continue
    if (redirects.has(toPointer(leaf.path))) continue
    const shadowed = { node: leaf, below: below.layer }
    const others = byLayer.get(layer)
    if (others === undefined) byLayer.set(layer, [shadowed])
    else others.push(shadowed)
  }
  return [...byLayer].flatMap(([layer, all]): readonly Found[] => {
    const [first] = all
    if (first === undefined) return []
    const fields = listed(all.map((one) => quote(fieldOf(one.node.path))))
    const defined = machine.display(first.below.file)
    return [
      {
        message: `${WHAT[layer.kind]} replaces ${fields} of ${quote(id)}, which ${defined} defines`,
        fix:
          FIXES[layer.kind] ??
          `take ${all.length === 1 ? 'it' : 'them'} out here, or in ${defined}`,
        provider: id,
        at: atValue(placeOf(first.node)),
      },
    ]
  })
}

function isSame({ node }: Place, { value }: MergedNode): boolean {
  return node.kind === 'scalar' ? node.value === value : sameJson(valueOf(node), value)
}

function replacedOf({ replaced }: MergedNode, isManaged: boolean): Place | undefined {
  return replaced.findLast(
    ({ layer }) => isBase(layer.kind) || (isManaged && layer.kind === 'config-dir'),
  )
}

const WHAT: Readonly<Record<LayerKind, string>> = {
  global: 'this file',
  given: 'this file',
  project: 'this project file',
  'dot-folder': 'this project file',
  'home-dot-folder': 'this file',
  'config-variable': 'this file, which OPENCODE_CONFIG names,',
  'config-dir': 'this file of OPENCODE_CONFIG_DIR',
  content: 'OPENCODE_CONFIG_CONTENT',
  managed: 'this managed file',
}

const FIXES: Readonly<Partial<Record<LayerKind, string>>> = {
  content: 'unset OPENCODE_CONFIG_CONTENT, if that is not what you want',
  managed: 'ask who administers this machine: nothing overrides a managed file',
}
