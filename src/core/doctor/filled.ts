import { replaceFiles, replaceVariables } from '../tokens.ts'
import type { ConfigLayer } from './config-layer.ts'
import type { FileState, Scene } from './scene.ts'

/** A text of a configuration as OpenCode has it once everything in it is filled in. */
export interface Filled {
  /** May be a key: never for a message. */
  readonly text: string
  /** Variables in it that are not set, or are empty. */
  readonly unset: readonly string[]
  readonly files: readonly ReferredFile[]
}

/** What a `{file:…}` leads to. */
export interface ReferredFile {
  readonly file: string
  /** Undefined: nobody looked. */
  readonly state: FileState | undefined
}

/** Fill in what a text of this layer refers to, variables first (contract 1.5). */
export function fillIn(scene: Scene, layer: ConfigLayer, text: string): Filled {
  if (layer.filledIn || !text.includes('{')) return { text, unset: [], files: [] }
  const unset: string[] = []
  const files: ReferredFile[] = []
  const withValues = replaceVariables(text, (name) => {
    const value = scene.machine.env(name) ?? ''
    if (value === '') unset.push(name)
    return value
  })
  const whole = replaceFiles(withValues, (path) => {
    const file = scene.fileOf(layer, path)
    const state = scene.references.get(file)
    files.push({ file, state })
    return state?.content?.reveal() ?? ''
  })
  return { text: whole, unset, files }
}
