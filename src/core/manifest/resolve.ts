import { hasErrors } from '../diagnostic.ts'
import type { Checked, Diagnostic } from '../diagnostic.ts'
import { inOrder } from '../format-diagnostic.ts'
import { didYouMean } from '../nearest.ts'
import { BUILT_IN_PRESETS, PLANNED_PRESETS } from '../preset/preset.ts'
import type { CompileTemplate, PresetContext, Presets } from '../preset/preset.ts'
import { readPresetDefaults, renderPreset } from '../preset/render-preset.ts'
import type { Preset, PresetDefaults } from '../preset/render-preset.ts'
import type { Sourced } from '../source.ts'
import { withoutTrailingSlashes } from '../url.ts'
import type { Wanted, WantedProvider } from '../wanted.ts'
import { checkUrl } from './check-url.ts'
import { modelIds } from './manifest.ts'
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
    if (!provider.enabled || provider.doubtful.has('enabled')) continue
    const resolved = resolveProvider(provider, load, presets)
    diagnostics.push(...resolved.diagnostics)
    if (resolved.ok) providers.push(resolved.value)
  }
  // The manifest comes before the presets it uses; what is there twice by this is told once.
  const own = diagnostics.filter(({ source }) => source?.file === manifest.path)
  const ordered = inOrder([...own, ...diagnostics])
  if (hasErrors(ordered)) return { ok: false, diagnostics: ordered }
  const { model, smallModel, enabledProviders, disabledProviders, delivery } = manifest
  const notHere = manifest.providers.filter(({ enabled }) => !enabled).map(({ id }) => id)
  return {
    ok: true,
    value: {
      providers,
      notHere,
      model,
      smallModel,
      enabledProviders,
      disabledProviders,
      delivery,
    },
    diagnostics: ordered,
  }
}

interface LoadedPreset {
  readonly defaults: Checked<PresetDefaults>
  readonly render: (context: PresetContext) => Checked<Preset>
}

type LoadPreset = (name: string) => LoadedPreset | undefined

/** Read and compile each preset once, however many providers use it. */
function loader(presets: Presets, compile: CompileTemplate): LoadPreset {
  const loaded = new Map<string, LoadedPreset>()
  return (name) => {
    const preset = presets.get(name)
    const known = loaded.get(name)
    if (preset === undefined || known !== undefined) return known
    const fill = compile(preset.text)
    const result: LoadedPreset = {
      defaults: readPresetDefaults(preset),
      render: (context) => renderPreset(preset, fill, context),
    }
    loaded.set(name, result)
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

/**
 * Every problem that does not follow from another: each is looked for as if the others were solved.
 * Of a field in doubt nothing is concluded.
 */
function resolveProvider(
  provider: ManifestProvider,
  load: LoadPreset,
  presets: Presets,
): Checked<WantedProvider> {
  const { preset, doubtful } = provider
  const loaded = load(preset.value)
  const filled = doubtful.has('preset')
    ? unfilled([])
    : loaded === undefined
      ? unfilled([noPreset(preset, presets)])
      : fillIn(provider, loaded)
  // A preset that is not supported yet may be one that needs no models.
  const hasModels =
    modelIds(provider).size > 0 ||
    ['models', 'extra'].some((name) => doubtful.has(name)) ||
    filled.diagnostics.some(({ code }) => code === 'not-supported-yet')
  return hasModels ? filled : unfilled([...filled.diagnostics, noModels(provider)])
}

function unfilled(diagnostics: readonly Diagnostic[]): Checked<WantedProvider> {
  return { ok: false, diagnostics }
}

/** Stands where a base URL is missing, so that the rest can be checked. */
const SOME_URL = 'https://base-url.invalid'

function fillIn(provider: ManifestProvider, loaded: LoadedPreset): Checked<WantedProvider> {
  const { id, source, doubtful } = provider
  const defaults = loaded.defaults.ok ? loaded.defaults.value : undefined
  const name = provider.name ?? defaults?.name
  const given = provider.baseURL ?? defaults?.baseURL
  const missing = given === undefined && defaults !== undefined && !doubtful.has('baseURL')
  const url = given ?? { value: SOME_URL, source }
  const baseURL = { ...url, value: withoutTrailingSlashes(url.value) }
  const preset = loaded.render({
    id,
    ...(name === undefined && !doubtful.has('name') ? {} : { name: name?.value ?? id }),
    baseURL: baseURL.value,
    with: {},
    vars: {},
    machine: {},
  })
  const diagnostics = [
    ...loaded.defaults.diagnostics,
    // A template may have asked for what "with" did not get to say.
    ...preset.diagnostics.filter(({ code }) => code !== 'template-error' || !doubtful.has('with')),
    ...(missing ? [missingBaseUrl(provider)] : []),
    // The manifest's own has been checked when it was read.
    ...(provider.baseURL === undefined ? checkUrl(baseURL) : []),
  ]
  if (!preset.ok) return { ok: false, diagnostics }
  const rendered = renderProvider(provider, preset.value, { name, baseURL })
  diagnostics.push(...rendered.diagnostics)
  return hasErrors(diagnostics)
    ? { ok: false, diagnostics }
    : { ok: true, value: rendered.value, diagnostics }
}

function missingBaseUrl({ id, source, preset }: ManifestProvider): Diagnostic {
  return {
    code: 'missing-base-url',
    severity: 'error',
    message: `${quote(id)} has no "baseURL", and the preset ${quote(preset.value)} has none either`,
    source,
    hint: 'write `baseURL: https://…/v1`',
  }
}

function noModels({ id, source }: ManifestProvider): Diagnostic {
  return {
    code: 'no-models',
    severity: 'error',
    message: `${quote(id)} has no models`,
    source,
    hint: 'add `models: [some-model]`: OpenCode drops a provider without models, and says nothing',
  }
}
