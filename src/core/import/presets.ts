import { CATALOGUE_IDS } from '../catalogue.ts'
import { BUILT_IN_PRESETS, CATALOGUE_PRESETS, DEFAULT_PRESET } from '../preset/preset.ts'
import type { KeyNeed } from '../preset/read-facts.ts'
import { classifyHost, sameUrl } from '../url.ts'

/** What a preset brings to a block. */
export interface PresetTraits {
  readonly name: string
  /** Adapter; undefined: it leaves that to OpenCode's catalogue. */
  readonly npm: string | undefined
  readonly defaultName: string | undefined
  readonly defaultUrl: string | undefined
  readonly key: KeyNeed
  /** Only what the manifest says is written. */
  readonly catalogue: boolean
}

/** What of a block decides which presets it may have been made with. */
export interface BlockTraits {
  readonly id: string
  readonly npm: string | undefined
  readonly name: string | undefined
  readonly baseURL: string | undefined
}

/** The preset for what no other one can say. */
export const BARE_PRESET = 'bare'

/**
 * The presets with which a manifest can say a block and nothing beyond it, best first: the one that has the
 * block's name, or its address, then those for any server, then the one that fills nothing in.
 */
export function fittingPresets(
  block: BlockTraits,
  presets: ReadonlyMap<string, PresetTraits>,
): readonly PresetTraits[] {
  const named = namedLike(block)
  const names = [
    ...named,
    ...[...presets.values()].filter((preset) => isAt(preset, block)).map(({ name }) => name),
    ...(block.npm === '@ai-sdk/anthropic' ? ['anthropic-compatible'] : []),
    // The catalogue has the adapter.
    ...(block.npm === undefined && CATALOGUE_IDS.has(block.id) ? [BARE_PRESET] : []),
    DEFAULT_PRESET,
    BARE_PRESET,
  ]
  return [...new Set(names)].flatMap((name) => {
    const preset = presets.get(name)
    return preset !== undefined && fits(preset, block) ? [preset] : []
  })
}

/** Presets that an id names: as it is, spelt otherwise (`llama.cpp`), or as a part (`ollama-lab`). */
function namedLike({ id }: BlockTraits): readonly string[] {
  if (CATALOGUE_PRESETS.includes(id)) return [id]
  const parts = id
    .toLowerCase()
    .replace('llama.cpp', 'llamacpp')
    .split(/[-_.]+/)
  const whole = parts.join('')
  return BUILT_IN_PRESETS.filter(
    (name) =>
      !CATALOGUE_PRESETS.includes(name) &&
      name !== BARE_PRESET &&
      (name === whole || parts.includes(name)),
  )
}

/** Whether a block has the address that a preset has by default; every name of this machine is the same. */
function isAt({ defaultUrl }: PresetTraits, { baseURL }: BlockTraits): boolean {
  if (defaultUrl === undefined || baseURL === undefined) return false
  return sameUrl(asLocal(defaultUrl), asLocal(baseURL))
}

function asLocal(url: string): string {
  if (!URL.canParse(url) || classifyHost(url) !== 'loopback') return url
  const { protocol, port, pathname } = new URL(url)
  return `${protocol}//localhost:${port}${pathname}`
}

function fits(preset: PresetTraits, { npm, name, baseURL }: BlockTraits): boolean {
  if (preset.catalogue) return true
  if (baseURL === undefined || (name === undefined && preset.defaultName !== undefined))
    return false
  // Any adapter can be named, and none; but then little is left of a preset with a name.
  return preset.name === DEFAULT_PRESET || npm === preset.npm
}
