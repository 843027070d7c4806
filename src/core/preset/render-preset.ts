import { hasErrors } from '../diagnostic.ts'
import type { Checked, Diagnostic } from '../diagnostic.ts'
import { checkKeys } from '../manifest/check-reserved.ts'
import { checkShape } from '../manifest/check-shape.ts'
import { withoutAllowed } from '../manifest/find-keys.ts'
import { field, keySourceAt, sourcedText, textOf } from '../manifest/node.ts'
import type { MapNode, Node } from '../manifest/node.ts'
import { isVendorKey } from '../manifest/key-text.ts'
import { readYaml } from '../manifest/read-yaml.ts'
import type { YamlText } from '../manifest/read-yaml.ts'
import type { Sourced } from '../source.ts'
import type { PresetContext, PresetText, TemplateResult } from './preset.ts'
import { presetSchema } from './preset-schema.ts'
import { templatePlaces } from './template-lines.ts'

/** What a preset gives where the manifest is silent; known before the template is filled in. */
export interface PresetDefaults {
  readonly name: Sourced<string> | undefined
  readonly baseURL: Sourced<string> | undefined
}

/** A preset filled in for one provider. */
export interface Preset {
  /** Undefined: the preset does not say, and the manifest's own default holds. */
  readonly key: 'required' | 'optional' | 'none' | 'external' | undefined
  readonly placeholder: string | undefined
  readonly keyPage: string | undefined
  /** An OpenCode provider block, without name and models. */
  readonly provider: MapNode
  /** Defaults for every model. */
  readonly models: Node | undefined
}

/**
 * Read `default` of a preset from the unfilled template. Filling it in needs the default base URL, so
 * the defaults themselves cannot hold expressions.
 */
export function readPresetDefaults(preset: PresetText): Checked<PresetDefaults> {
  const lines = preset.text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const start = lines.findIndex((line) => /^default\s*:/.test(line))
  if (start < 0)
    return { ok: true, value: { name: undefined, baseURL: undefined }, diagnostics: [] }
  const length = lines.slice(start + 1).findIndex((line) => /^\S/.test(line) && !/^[#}]/.test(line))
  const end = length < 0 ? lines.length : start + 1 + length
  const block = lines.slice(start, end)
  const expression = block.findIndex((line) => line.includes('{{'))
  if (expression >= 0) {
    return failed({
      code: 'template-error',
      severity: 'error',
      message: '"default" of a preset cannot hold expressions',
      source: {
        file: preset.file,
        line: start + expression + 1,
        column: (block[expression]?.indexOf('{{') ?? 0) + 1,
      },
      hint: 'it is read before the template is filled in',
    })
  }
  // Empty lines above keep the positions those of the whole file.
  const { tree, diagnostics } = readYaml({
    path: preset.file,
    text: '\n'.repeat(start) + block.join('\n'),
  })
  if (tree === undefined || hasErrors(diagnostics)) return { ok: false, diagnostics }
  const defaults = field(tree, 'default')
  return {
    ok: true,
    value: {
      name: sourcedText(field(defaults, 'name')),
      baseURL: sourcedText(field(defaults, 'baseURL')),
    },
    diagnostics,
  }
}

/**
 * Fill in a preset for one provider, and check what comes out: it must be YAML of the shape of a
 * preset. Positions are those of the template.
 *
 * @param fill the compiled text of the same preset
 */
export function renderPreset(
  preset: PresetText,
  fill: (context: PresetContext) => TemplateResult,
  context: PresetContext,
): Checked<Preset> {
  const output = fill(context)
  if (!output.ok) {
    return failed({
      code: 'template-error',
      severity: 'error',
      message: output.message,
      source: { file: preset.file, line: output.line ?? 1, column: output.column ?? 1 },
    })
  }
  const { tree, diagnostics } = readYaml(
    { path: preset.file, text: output.text },
    templatePlaces(preset.text, output.text),
  )
  if (tree === undefined && diagnostics.length === 0) {
    return failed({
      code: 'template-error',
      severity: 'error',
      message: 'the preset is empty',
      source: { file: preset.file, line: 1, column: 1 },
    })
  }
  if (tree === undefined) return { ok: false, diagnostics }
  return checkPreset(preset, tree, diagnostics)
}

function checkPreset(
  { file: path, text }: PresetText,
  tree: Node,
  yamlProblems: readonly Diagnostic[],
): Checked<Preset> {
  const provider = field(tree, 'provider')
  const options = field(provider, 'options')
  const catalogue = field(tree, 'catalogue')
  const diagnostics: Diagnostic[] = [
    ...yamlProblems,
    ...checkShape(tree, presetSchema),
    ...(options === undefined ? [] : keysOf({ path, text }, options)),
  ]
  if (catalogue?.kind === 'scalar' && catalogue.value === true) {
    diagnostics.push({
      code: 'not-supported-yet',
      severity: 'error',
      message: 'a catalogue preset is not supported yet by this version of opgen',
      source: keySourceAt(tree, ['catalogue']),
    })
  }
  if (provider?.kind !== 'map' || hasErrors(diagnostics)) return { ok: false, diagnostics }
  const value: Preset = {
    key: keyNeed(textOf(field(tree, 'key'))),
    placeholder: textOf(field(tree, 'placeholder')),
    keyPage: textOf(field(tree, 'keyPage')),
    provider,
    models: field(tree, 'models'),
  }
  return { ok: true, value, diagnostics }
}

/**
 * The keys in what a template makes. Values that an expression brought in are the manifest's, where they
 * have been checked, or allowed, already.
 */
function keysOf(template: YamlText, options: Node): readonly Diagnostic[] {
  const lines = template.text.split('\n')
  return withoutAllowed(template, checkKeys(options)).filter(
    ({ code, source }) =>
      code !== 'looks-like-key' || isVendorKey(lines[(source?.line ?? 0) - 1] ?? ''),
  )
}

function keyNeed(word: string | undefined): Preset['key'] {
  switch (word) {
    case 'required':
    case 'optional':
    case 'none':
    case 'external':
      return word
    case undefined:
    default:
      return undefined
  }
}

function failed(diagnostic: Diagnostic): {
  readonly ok: false
  readonly diagnostics: Diagnostic[]
} {
  return { ok: false, diagnostics: [diagnostic] }
}
