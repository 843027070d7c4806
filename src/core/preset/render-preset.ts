import { hasErrors } from '../diagnostic.ts'
import type { Checked, Diagnostic } from '../diagnostic.ts'
import { checkLimit } from '../manifest/check-limit.ts'
import { checkKeys } from '../manifest/check-reserved.ts'
import { checkShape } from '../manifest/check-shape.ts'
import { withoutAllowed } from '../manifest/find-keys.ts'
import { field, keySourceAt, textOf } from '../manifest/node.ts'
import type { MapNode, Node } from '../manifest/node.ts'
import { isVendorKey } from '../manifest/key-text.ts'
import { readYaml } from '../manifest/read-yaml.ts'
import type { YamlText } from '../manifest/read-yaml.ts'
import { LISTING_KINDS } from '../offer/listing-kind.ts'
import type { ListingKind } from '../offer/listing-kind.ts'
import type { PresetText, TemplateResult } from './preset.ts'
import { presetSchema } from './preset-schema.ts'
import { keyNeed } from './read-facts.ts'
import type { KeyNeed } from './read-facts.ts'
import { templatePlaces } from './template-lines.ts'

/** A preset filled in for one provider. */
export interface Preset {
  /** Undefined: the preset does not say, and the manifest's own default holds. */
  readonly key: KeyNeed | undefined
  readonly placeholder: string | undefined
  readonly keyPage: string | undefined
  /** How its server lists models. Undefined: the preset does not say. */
  readonly discover: ListingKind | undefined
  /** An OpenCode provider block, without name and models. */
  readonly provider: MapNode
  /** Defaults for every model. */
  readonly models: Node | undefined
}

/**
 * Read what a preset came out as, filled in for one provider: it must be YAML of the shape of a preset.
 * Positions are those of the template.
 */
export function readFilled(preset: PresetText, output: TemplateResult): Checked<Preset> {
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
  const diagnostics = [
    ...yamlProblems,
    ...checkShape(tree, presetSchema),
    ...checkAdapter(tree),
    ...checkLimit(field(field(tree, 'models'), 'limit')),
    ...(options === undefined ? [] : keysOf({ path, text }, options)),
  ]
  if (provider?.kind !== 'map' || hasErrors(diagnostics)) return { ok: false, diagnostics }
  const value: Preset = {
    key: keyNeed(textOf(field(tree, 'key'))),
    placeholder: textOf(field(tree, 'placeholder')),
    keyPage: textOf(field(tree, 'keyPage')),
    discover: listingKind(textOf(field(tree, 'discover'))),
    provider,
    models: field(tree, 'models'),
  }
  return { ok: true, value, diagnostics }
}

function listingKind(word: string | undefined): ListingKind | undefined {
  return LISTING_KINDS.find((kind) => kind === word)
}

/** OpenCode's catalogue has the adapter, and only what the manifest sets is written. */
function checkAdapter(tree: Node): readonly Diagnostic[] {
  const catalogue = field(tree, 'catalogue')
  const isOver = catalogue?.kind === 'scalar' && catalogue.value === true
  if (!isOver || field(field(tree, 'provider'), 'npm') === undefined) return []
  return [
    {
      code: 'reserved-field',
      severity: 'warning',
      message: '"npm" of a preset over OpenCode\'s catalogue is not written',
      source: keySourceAt(tree, ['provider', 'npm']),
      hint: 'write `npm` in the manifest where OpenCode is to take another adapter than its own',
    },
  ]
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

function failed(diagnostic: Diagnostic): {
  readonly ok: false
  readonly diagnostics: Diagnostic[]
} {
  return { ok: false, diagnostics: [diagnostic] }
}
