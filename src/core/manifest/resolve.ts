import { hasErrors } from '../diagnostic.ts'
import type { Checked, Diagnostic } from '../diagnostic.ts'
import { inOrder } from '../format-diagnostic.ts'
import { didYouMean } from '../nearest.ts'
import { BUILT_IN_PRESETS, PLANNED_PRESETS } from '../preset/preset.ts'
import type { CompileTemplate, PresetContext, Presets, TemplateResult } from '../preset/preset.ts'
import { readPresetDefaults, renderPreset } from '../preset/render-preset.ts'
import type { Preset, PresetDefaults } from '../preset/render-preset.ts'
import type { Sourced } from '../source.ts'
import { withoutTrailingSlashes } from '../url.ts'
import type { Wanted, WantedProvider } from '../wanted.ts'
import { checkUrl } from './check-url.ts'
import type { Manifest, ManifestProvider } from './manifest.ts'
import { renderProvider } from './render-provider.ts'
import { quote } from './words.ts'

/**
 * Turn a manifest into what is wanted on this machine: presets filled in, their values merged with
 * the manifest's, disabled providers left out. Every value keeps the place that set it.
 *
 * @param presets at least those that `presetNames(manifest)` names, where they exist
 */
export function resolve(
  manifest: Manifest,
  presets: Presets,
  compile: CompileTemplate,
): Checked<Wanted> {
  const load = loader(presets, compile)
  const providers: WantedProvider[] = []
  const diagnostics: Diagnostic[] = []
  for (const provider of manifest.providers) {
    if (!provider.enabled) continue
    const resolved = resolveProvider(provider, load)
    diagnostics.push(...resolved.diagnostics)
    if (resolved.ok) providers.push(resolved.value)
  }
  const ordered = inOrder(diagnostics)
  if (hasErrors(ordered)) return { ok: false, diagnostics: ordered }
  const { model, smallModel, enabledProviders, disabledProviders } = manifest
  const notHere = manifest.providers.filter(({ enabled }) => !enabled).map(({ id }) => id)
  return {
    ok: true,
    value: { providers, notHere, model, smallModel, enabledProviders, disabledProviders },
    diagnostics: ordered,
  }
}

interface LoadedPreset {
  readonly defaults: PresetDefaults
  readonly render: (context: PresetContext) => Checked<Preset>
}

type LoadPreset = (name: Sourced<string>) => Checked<LoadedPreset>

/** Read and compile each preset once, however many providers use it. */
function loader(presets: Presets, compile: CompileTemplate): LoadPreset {
  const loaded = new Map<string, Checked<LoadedPreset>>()
  return (name) => {
    const preset = presets.get(name.value)
    if (preset === undefined) {
      return { ok: false, diagnostics: [noPreset(name, presets)] }
    }
    const known = loaded.get(name.value)
    if (known !== undefined) return known
    const defaults = readPresetDefaults(preset)
    const fill: (context: PresetContext) => TemplateResult = compile(preset.text)
    const result: Checked<LoadedPreset> = defaults.ok
      ? {
          ok: true,
          value: {
            defaults: defaults.value,
            render: (context) => renderPreset(preset, fill, context),
          },
          diagnostics: defaults.diagnostics,
        }
      : defaults
    loaded.set(name.value, result)
    return result
  }
}

function noPreset({ value, source }: Sourced<string>, presets: Presets): Diagnostic {
  if (PLANNED_PRESETS.includes(value)) {
    return {
      code: 'not-supported-yet',
      severity: 'error',
      message: `the preset ${quote(value)} is not supported yet by this version of opgen`,
      source,
      hint: `until then, use "openai-compatible" where the API allows, or write templates/${value}.yaml.hbs beside the manifest`,
    }
  }
  return {
    code: 'unknown-preset',
    severity: 'error',
    message: `unknown preset ${quote(value)}`,
    source,
    hint: 'there is no file of that name in templates/ beside the manifest',
    ...didYouMean(value, new Set([...presets.keys(), ...BUILT_IN_PRESETS])),
  }
}

function resolveProvider(provider: ManifestProvider, load: LoadPreset): Checked<WantedProvider> {
  const loaded = load(provider.preset)
  if (!loaded.ok) return loaded
  const { defaults, render } = loaded.value
  const name = provider.name ?? defaults.name
  const given = provider.baseURL ?? defaults.baseURL
  if (given === undefined) return missingBaseUrl(provider)
  const baseURL = { ...given, value: withoutTrailingSlashes(given.value) }
  const preset = render({
    id: provider.id,
    ...(name === undefined ? {} : { name: name.value }),
    baseURL: baseURL.value,
    with: {},
    vars: {},
    machine: {},
  })
  if (!preset.ok) return preset
  const rendered = renderProvider(provider, preset.value, { name, baseURL })
  const diagnostics = [
    ...loaded.diagnostics,
    ...preset.diagnostics,
    // The manifest's own has been checked when it was read.
    ...(provider.baseURL === undefined ? checkUrl(baseURL) : []),
    ...rendered.diagnostics,
  ]
  return rendered.ok ? { ...rendered, diagnostics } : { ok: false, diagnostics }
}

function missingBaseUrl({ id, source, preset }: ManifestProvider): Checked<WantedProvider> {
  return {
    ok: false,
    diagnostics: [
      {
        code: 'missing-base-url',
        severity: 'error',
        message: `${quote(id)} has no "baseURL", and the preset ${quote(preset.value)} has none either`,
        source,
        hint: 'write `baseURL: https://…/v1`',
      },
    ],
  }
}
