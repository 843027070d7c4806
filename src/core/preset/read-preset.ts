import type { Checked, Diagnostic } from '../diagnostic.ts'
import type { CompileTemplate, PresetContext, PresetText, TemplateResult } from './preset.ts'
import { readPresetDefaults } from './read-facts.ts'
import type { PresetDefaults } from './read-facts.ts'
import { readFilled } from './render-preset.ts'
import type { Preset } from './render-preset.ts'

/** A preset that can be filled in for any provider, on any machine. */
export interface FillablePreset {
  readonly defaults: PresetDefaults
  /** What is wrong with the defaults. */
  readonly diagnostics: readonly Diagnostic[]
  readonly render: (context: PresetContext) => Checked<Preset>
}

export type ReadPreset = (preset: PresetText) => FillablePreset

/**
 * Make a function that reads presets and remembers them, for all machines of one run: each is compiled
 * once, and a text that it comes out as is read once, however many providers and machines bring the same.
 */
export function presetReader(compile: CompileTemplate): ReadPreset {
  const known = new Map<string, FillablePreset>()
  return (preset) => {
    // No path holds a NUL.
    const name = `${preset.file}\0${preset.text}`
    const fillable = known.get(name) ?? fillableWith(compile(preset.text), preset)
    known.set(name, fillable)
    return fillable
  }
}

function fillableWith(
  fill: (context: PresetContext) => TemplateResult,
  preset: PresetText,
): FillablePreset {
  const read = new Map<string, Checked<Preset>>()
  const render = (context: PresetContext): Checked<Preset> => {
    const output = fill(context)
    if (!output.ok) return readFilled(preset, output)
    // By the text and not by the context, which has the name of the machine whether it is used or not.
    const known = read.get(output.text) ?? readFilled(preset, output)
    read.set(output.text, known)
    return known
  }
  return { ...readPresetDefaults(preset), render }
}
