import type { JsonObject, JsonValue } from '../json.ts'
import type { Manifest } from '../manifest/manifest.ts'

/** A template as it stands on disk, or in the package. */
export interface PresetText {
  /** Path, or for a built-in preset a name such as `preset ollama`; repeated in positions. */
  readonly file: string
  readonly text: string
}

/** By name. Presets beside the manifest stand in for built-in ones of the same name. */
export type Presets = ReadonlyMap<string, PresetText>

/** What a template is filled with. Absent values are absent, so that `strict` templates notice. */
export interface PresetContext {
  readonly id: string
  readonly name?: string
  readonly baseURL?: string
  readonly with: JsonValue
  readonly vars: JsonObject
  readonly machine: JsonObject
}

/** A filled-in template, or why it could not be. Lines and columns are 1-based, of the template. */
export type TemplateResult =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false
      readonly message: string
      readonly line: number | undefined
      readonly column: number | undefined
    }

/**
 * Compile a template text; never throws for what the text holds. The real one is in
 * system/handlebars-templates.ts: the library loads only when it is needed.
 */
export type CompileTemplate = (text: string) => (context: PresetContext) => TemplateResult

export const DEFAULT_PRESET = 'openai-compatible'

/** Presets over OpenCode's own catalogue of providers. */
export const CATALOGUE_PRESETS: readonly string[] = [
  'anthropic',
  'openai',
  'google',
  'openrouter',
  'deepseek',
  'minimax',
  'azure',
  'amazon-bedrock',
]

/** Presets that ship with opgen, in the order in which they are listed. */
export const BUILT_IN_PRESETS: readonly string[] = [
  'openai-compatible',
  'anthropic-compatible',
  'haimaker',
  'ollama',
  'lmstudio',
  'vllm',
  'litellm',
  'cliproxy',
  'llamacpp',
  ...CATALOGUE_PRESETS,
  'bare',
]

/** Whether a name can be that of a preset file. No path can. */
export function isPresetName(name: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,63}$/.test(name)
}

/** The presets that must be loaded to resolve this manifest, each once, in the order of use. */
export function presetNames(manifest: Manifest): readonly string[] {
  const used = manifest.providers.filter((provider) => provider.absence === undefined)
  return [...new Set(used.map((provider) => provider.preset.value))]
}
