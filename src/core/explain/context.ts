import type { ConfigLayer } from '../doctor/config-layer.ts'
import { mergedAt } from '../doctor/merged-config.ts'
import type { MergedNode, Place } from '../doctor/merged-config.ts'
import type { FileState, Scene } from '../doctor/scene.ts'
import { DEFAULT_ADAPTER } from '../doctor/providers-in.ts'
import { vendorAdapter } from '../live/adapters.ts'
import type { FingerprintOf } from '../plan/actual.ts'
import { positionFinder } from '../positions.ts'
import type { Position } from '../positions.ts'
import type { Source } from '../source.ts'
import type { WantedProvider } from '../wanted.ts'
import type { DeclaredSource, Origin } from './explanation.ts'

/** What an explanation is made of. */
export interface ExplainInput {
  readonly scene: Scene
  readonly id: string
  readonly manifest: ManifestView | undefined
  readonly fingerprintOf: FingerprintOf
  /** The file that `{file:…}` of a text leads to. */
  readonly fileOf: (layer: ConfigLayer, given: string) => FileState | undefined
  /** What is to be known beside it, as of a manifest that cannot be read. */
  readonly notes?: readonly string[]
}

/** What the manifest says of the provider. */
export interface ManifestView {
  readonly file: string
  /** Undefined: it does not have the id here. */
  readonly provider: WantedProvider | undefined
  readonly isNotHere: boolean
  readonly sources: readonly Omit<DeclaredSource, 'feeds'>[]
}

/** The input, with what every part of an explanation asks of it. */
export interface Context extends ExplainInput {
  /** The block as OpenCode 1 merges it. */
  readonly block: MergedNode | undefined
  /** The adapter of the models that it declares; undefined: not known here. */
  readonly adapter: string | undefined
  readonly originOf: (place: Place, at?: 'name' | 'value') => Origin
  readonly positionOf: (text: string, offset: number) => Position
}

export function contextOf(input: ExplainInput): Context {
  const { scene, id } = input
  const block = mergedAt(scene.config, ['provider', id])
  const positionOf = positionFinder()
  return {
    ...input,
    block,
    adapter: adapterOf(scene, id, block),
    positionOf,
    originOf: ({ layer, node, keyStart }, at = 'name') => ({
      file: layer.file,
      ...positionOf(layer.text, at === 'name' ? (keyStart ?? node.start) : node.start),
      kind: layer.kind,
    }),
  }
}

function adapterOf(
  { catalogue }: Scene,
  id: string,
  block: MergedNode | undefined,
): string | undefined {
  const npm = block?.members?.get('npm')?.value
  if (typeof npm === 'string') return npm
  if (!catalogue.has(id)) return DEFAULT_ADAPTER
  return catalogue.adapter?.(id) ?? vendorAdapter(id)
}

/** A place of the manifest, or of what it is made of. */
export function declaredAt({ file, line, column }: Source): Origin {
  return { file, line, column, kind: 'manifest' }
}
