import type { ConfigLayer } from '../doctor/config-layer.ts'
import { membersAt, mergedAt, nameOf, placeOf, textAt } from '../doctor/merged-config.ts'
import { hasLine } from '../doctor/scene.ts'
import { toPointer } from '../json.ts'
import { nodeAt } from '../jsonc/parse.ts'
import type { JsonDocument } from '../jsonc/parse.ts'
import { tokensIn } from '../tokens.ts'
import { blockOf2 } from './block-of-2.ts'
import { contextOf } from './context.ts'
import type { Context, ExplainInput } from './context.ts'
import { destinationsOf } from './destinations.ts'
import { inOpenCode2 } from './differences-of-2.ts'
import type { DeclaredSource, Explanation, KeyChain, Known } from './explanation.ts'
import { hiddenBy } from './hidden.ts'
import { keysOf1 } from './keys-of-1.ts'
import { keysOf2 } from './keys-of-2.ts'
import { managedBy } from './management.ts'
import { explainValues, leavesOf, pendingValues } from './values.ts'

/** The whole chain for one provider: every value, every key candidate, and what shadows what. */
export function explain(input: ExplainInput): Explanation {
  const context = contextOf(input)
  const { block, id } = context
  const values = explainValues(context)
  const raw = new Map(
    leavesOf(block)
      .filter((leaf) => leaf !== block)
      .map((leaf) => [toPointer(leaf.path.slice(2)), leaf.value]),
  )
  const of2 = blockOf2(context)
  const keys = { opencode1: keysOf1(context), opencode2: keysOf2(context, of2) }
  const models = mergedAt(block, ['models'])
  return {
    id,
    name: textAt(block, ['name']),
    known: knownIn(context),
    values,
    pending: pendingValues(context, values),
    models: membersAt(block, ['models']).map(nameOf),
    modelsOrigin: models === undefined ? undefined : context.originOf(placeOf(models)),
    opencode2: inOpenCode2(context, of2, { values, raw }),
    hidden: hiddenBy(context),
    keys,
    sources: sourcesOf(context, keys),
    destination: destinationsOf(context),
    managed: managedBy(context),
    installed: installedIn(context),
    notes: notesOf(context),
  }
}

/** Where an id stands; nowhere: it is unknown. */
export function knownIn({ scene, id, manifest }: ExplainInput): Known {
  const inManifest = manifest?.provider === undefined ? 'no' : 'yes'
  const elsewhere = manifest?.isNotHere === true ? 'not-here' : inManifest
  const isConfigured = [...scene.layers, ...scene.layersOf2].some(({ document }) =>
    hasProvider(document, id),
  )
  return {
    config: isConfigured,
    auth: scene.logins.has(id) || scene.auth.entries.some(({ key }) => key === id),
    catalogue: scene.catalogue.has(id),
    manifest: manifest === undefined ? 'no-manifest' : elsewhere,
  }
}

function hasProvider(document: JsonDocument | undefined, id: string): boolean {
  if (document === undefined) return false
  return ['provider', 'providers'].some((name) => nodeAt(document, [name, id]) !== undefined)
}

export function isKnown({ config, auth, catalogue, manifest }: Known): boolean {
  return config || auth || catalogue || manifest === 'yes' || manifest === 'not-here'
}

function sourcesOf(
  { manifest }: Context,
  { opencode1, opencode2 }: { readonly opencode1: KeyChain; readonly opencode2: KeyChain },
): readonly DeclaredSource[] {
  return (manifest?.sources ?? []).map((source) => {
    const feeds = ([1, 2] as const).filter((line) => {
      const { winner } = line === 1 ? opencode1 : opencode2
      return source.fingerprint !== null && winner?.fingerprint === source.fingerprint
    })
    return { ...source, feeds }
  })
}

function installedIn({ scene }: Context): Explanation['installed'] {
  return scene.isWhole ? ([1, 2] as const).filter((line) => hasLine(scene, line)) : undefined
}

/** Files that do not parse, of which nothing is in the values. */
function notesOf({ scene, fileOf, notes = [] }: Context): readonly string[] {
  const broken = scene.layers.filter(({ problem }) => problem !== undefined)
  const dangling = scene.layers.filter((layer) => refersToNothing(layer, fileOf))
  const stops = (layers: readonly ConfigLayer[], what: string): readonly string[] =>
    layers.map(({ file }) => `OpenCode 1 does not start: ${scene.machine.display(file)} ${what}`)
  return [
    ...notes,
    ...stops(broken, 'is no JSON'),
    ...stops(dangling, 'refers to a file that is not there'),
  ]
}

/** What stands in a line that is a comment is not read (contract 1.5). */
function refersToNothing(layer: ConfigLayer, fileOf: Context['fileOf']): boolean {
  const text = layer.text.replaceAll(/^\s*\/\/.*$/gm, '')
  const tokens = layer.filledIn ? [] : tokensIn([text])
  return tokens.some(
    (token) => token.kind === 'file' && fileOf(layer, token.path)?.kind === 'absent',
  )
}
