import { hasErrors } from '../diagnostic.ts'
import type { Checked, Diagnostic } from '../diagnostic.ts'
import { inOrder } from '../format-diagnostic.ts'
import { didYouMean, nearest } from '../nearest.ts'
import { BUILT_IN_PRESETS, CATALOGUE_PRESETS } from '../preset/preset.ts'
import type { PresetContext, Presets } from '../preset/preset.ts'
import type { PresetDefaults } from '../preset/read-facts.ts'
import type { FillablePreset, ReadPreset } from '../preset/read-preset.ts'
import type { Preset } from '../preset/render-preset.ts'
import { vendorURL } from '../live/adapters.ts'
import type { Lock } from '../lock/lock.ts'
import type { Sourced } from '../source.ts'
import { withoutTrailingSlashes } from '../url.ts'
import type { Wanted, WantedProvider } from '../wanted.ts'
import { checkCatalogue } from './check-catalogue.ts'
import { checkReferences } from './check-references.ts'
import { checkUrl } from './check-url.ts'
import { modelIds } from './manifest.ts'
import { hideValues } from './hide-values.ts'
import type { Manifest, ManifestProvider } from './manifest.ts'
import { toJson } from './node.ts'
import { renderProvider } from './render-provider.ts'
import { withLock } from './with-lock.ts'
import { quote } from './words.ts'

/**
 * Turn a manifest into what is wanted on this machine: presets filled in, their values merged with
 * the manifest's, disabled providers left out. Every value keeps the place that set it. What names
 * providers and models is checked here, because a preset may bring models that the manifest does not
 * list.
 *
 * @param presets at least those that `presetNames(manifest)` names, where they exist
 */
export function resolve(
  written: Manifest,
  presets: Presets,
  { readPreset, lock, isLockNeeded = true }: Ingredients,
): Checked<Wanted> {
  const load = loader(presets, readPreset, written)
  const { manifest, diagnostics: misfits } = withLock(written, lock, (provider) =>
    addressOf(provider, load),
  )
  const providers: WantedProvider[] = []
  const diagnostics: Diagnostic[] = isLockNeeded ? [...misfits] : []
  for (const provider of manifest.providers) {
    if (provider.absence !== undefined || provider.doubtful.has('enabled')) continue
    const isUnasked = !isLockNeeded && provider.discovery !== undefined
    const resolved = resolveProvider(provider, load, { presets, isUnasked })
    diagnostics.push(...resolved.diagnostics)
    if (resolved.ok) providers.push(resolved.value)
  }
  const isOpen = (provider: ManifestProvider): boolean =>
    mayHaveOtherModels(provider, load) || (!isLockNeeded && provider.discovery !== undefined)
  diagnostics.push(...checkReferences(manifest, isOpen))
  // A template that lacks a value may lack it because a variable could not be worked out.
  if (diagnostics.some(({ code }) => code === 'template-error')) {
    diagnostics.push(...manifest.varProblems)
  }
  // The manifest comes before the presets it uses; what is there twice by this is told once.
  const own = diagnostics.filter(({ source }) => source?.file === manifest.path)
  const ordered = hideValues(inOrder([...own, ...diagnostics]), manifest.disclosed)
  if (hasErrors(ordered)) return { ok: false, diagnostics: ordered }
  const { model, smallModel, enabledProviders, disabledProviders, delivery, vault } = manifest
  const absent = manifest.providers.filter(({ absence }) => absence !== undefined)
  const notHere = [...absent.map(({ id }) => id), ...manifest.elsewhere]
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
      vault,
    },
    diagnostics: ordered,
  }
}

export interface Ingredients {
  /** Where several machines are asked for, the same for all of them. */
  readonly readPreset: ReadPreset
  /** What the servers offered when they were last asked. */
  readonly lock?: Lock | undefined
  /** False: a server is about to be asked, so that nothing is missing yet. */
  readonly isLockNeeded?: boolean
}

/** Where a provider's server is: as the manifest says, or its preset, or OpenCode's catalogue. */
function addressOf(provider: ManifestProvider, load: LoadPreset): string | undefined {
  const { baseURL, preset, doubtful } = provider
  if (doubtful.has('baseURL') || doubtful.has('preset')) return undefined
  const defaults = load(preset.value)?.defaults
  const given = (baseURL ?? defaults?.baseURL)?.value
  if (given !== undefined) return withoutTrailingSlashes(given)
  return catalogueAddress(provider, defaults?.catalogue === true)
}

function catalogueAddress(
  { id, npm }: ManifestProvider,
  isCatalogued: boolean,
): string | undefined {
  return isCatalogued ? vendorURL({ id, npm: npm?.value ?? undefined }) : undefined
}

interface LoadedPreset extends Omit<FillablePreset, 'render'> {
  readonly render: (context: Omit<PresetContext, 'vars' | 'machine'>) => Checked<Preset>
}

type LoadPreset = (name: string) => LoadedPreset | undefined

/** Find a preset by its name, to be filled in with what the machine has. */
function loader(presets: Presets, readPreset: ReadPreset, { vars, machine }: Manifest): LoadPreset {
  const loaded = new Map<string, LoadedPreset>()
  return (name) => {
    const preset = presets.get(name)
    const known = loaded.get(name)
    if (preset === undefined || known !== undefined) return known
    const { render, ...rest } = readPreset(preset)
    const result: LoadedPreset = {
      ...rest,
      render: (context) => render({ ...context, vars, machine }),
    }
    loaded.set(name, result)
    return result
  }
}

function noPreset({ value, source }: Sourced<string>, presets: Presets): Diagnostic {
  return {
    code: 'unknown-preset',
    severity: 'error',
    message: `unknown preset ${quote(value)}`,
    source,
    hint: 'there is no file of that name in templates/ beside the manifest; `opgen presets` lists those there are',
    ...didYouMean(value, new Set([...presets.keys(), ...BUILT_IN_PRESETS])),
  }
}

/** Whether OpenCode may know models of a provider beside those that the manifest lists. */
function mayHaveOtherModels({ preset, doubtful }: ManifestProvider, load: LoadPreset): boolean {
  if (doubtful.has('preset')) return true
  const loaded = load(preset.value)
  if (loaded !== undefined) return loaded.defaults.catalogue
  // What is not there may be a slip for one that brings models of its own.
  const guess = nearest(preset.value, BUILT_IN_PRESETS)
  return guess === undefined || CATALOGUE_PRESETS.includes(guess)
}

/**
 * Every problem that does not follow from another: each is looked for as if the others were solved.
 * Of a field in doubt nothing is concluded.
 */
function resolveProvider(
  provider: ManifestProvider,
  load: LoadPreset,
  { presets, isUnasked }: { readonly presets: Presets; readonly isUnasked: boolean },
): Checked<WantedProvider> {
  const { preset, doubtful } = provider
  const loaded = load(preset.value)
  const filled = doubtful.has('preset')
    ? unfilled([])
    : loaded === undefined
      ? unfilled([noPreset(preset, presets)])
      : fillIn(provider, loaded)
  const hasModels =
    isUnasked ||
    modelIds(provider).size > 0 ||
    ['models', 'extra'].some((name) => doubtful.has(name)) ||
    mayHaveOtherModels(provider, load) ||
    meansCataloguePreset(provider)
  return hasModels ? filled : unfilled([...filled.diagnostics, noModels(provider)])
}

function unfilled(diagnostics: readonly Diagnostic[]): Checked<WantedProvider> {
  return { ok: false, diagnostics }
}

/** Stands where a base URL is missing, so that the rest can be checked. */
const SOME_URL = 'https://base-url.invalid'

function fillIn(provider: ManifestProvider, loaded: LoadedPreset): Checked<WantedProvider> {
  const { doubtful } = provider
  const { defaults } = loaded
  const { catalogue } = defaults
  const given = provider.baseURL ?? defaults.baseURL
  const unsure = doubtful.has('baseURL') || hasErrors(loaded.diagnostics)
  const missing = given === undefined && !catalogue && !unsure
  const baseURL = given === undefined ? undefined : withoutSlashes(given)
  const preset = loaded.render(contextFor(provider, { defaults, baseURL }))
  const diagnostics = [
    ...loaded.diagnostics,
    // A template may have asked for what "with" did not get to say.
    ...preset.diagnostics.filter(({ code }) => code !== 'template-error' || !doubtful.has('with')),
    // One that cannot be read may well have a base URL.
    ...(missing && preset.ok ? [missingBaseUrl(provider)] : []),
    // The manifest's own has been checked when it was read.
    ...(provider.baseURL === undefined && baseURL !== undefined ? checkUrl(baseURL) : []),
    ...(catalogue ? checkCatalogue(provider) : []),
  ]
  if (!preset.ok) return { ok: false, diagnostics }
  const rendered = renderProvider(provider, preset.value, {
    name: provider.name ?? (catalogue ? undefined : defaults.name),
    baseURL: catalogue && provider.baseURL === undefined ? undefined : baseURL,
    address: baseURL?.value ?? catalogueAddress(provider, catalogue),
    catalogue,
  })
  diagnostics.push(...rendered.diagnostics, ...checkTaken(provider, rendered.value))
  return hasErrors(diagnostics)
    ? { ok: false, diagnostics }
    : { ok: true, value: rendered.value, diagnostics }
}

/** What a manifest says is never dropped without a word. */
function checkTaken(
  { preset, baseURL }: ManifestProvider,
  { baseURL: taken }: WantedProvider,
): readonly Diagnostic[] {
  if (baseURL === undefined || taken !== undefined) return []
  return [
    {
      code: 'unused-base-url',
      severity: 'warning',
      message: `the preset ${quote(preset.value)} makes nothing of "baseURL"`,
      source: baseURL.source,
      hint: 'write `baseURL: {{json baseURL}}` below "options" in its template',
    },
  ]
}

function withoutSlashes(url: Sourced<string>): Sourced<string> {
  return { ...url, value: withoutTrailingSlashes(url.value) }
}

/** Where an error is told anyway, a stand-in lets the rest be checked. */
function contextFor(
  { id, name: given, with: values, doubtful }: ManifestProvider,
  {
    defaults,
    baseURL,
  }: {
    readonly defaults: PresetDefaults
    readonly baseURL: Sourced<string> | undefined
  },
): Omit<PresetContext, 'vars' | 'machine'> {
  const name = given?.value ?? defaults.name?.value ?? (doubtful.has('name') ? id : undefined)
  const url = baseURL?.value ?? (defaults.catalogue ? undefined : SOME_URL)
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(url === undefined ? {} : { baseURL: url }),
    with: values === undefined ? {} : toJson(values),
  }
}

function missingBaseUrl(provider: ManifestProvider): Diagnostic {
  const { id, source, preset } = provider
  return {
    code: 'missing-base-url',
    severity: 'error',
    message: `${quote(id)} has no "baseURL", and the preset ${quote(preset.value)} has none either`,
    source,
    hint: isNamedAfterPreset(provider)
      ? `write \`preset: ${id}\`, or \`baseURL: https://…/v1\``
      : 'write `baseURL: https://…/v1`',
  }
}

/** Whether a preset is not chosen, but the id is the name of one: most likely it is what was meant. */
function isNamedAfterPreset({ id, source, preset, baseURL }: ManifestProvider): boolean {
  return preset.source === source && baseURL === undefined && BUILT_IN_PRESETS.includes(id)
}

function meansCataloguePreset(provider: ManifestProvider): boolean {
  return isNamedAfterPreset(provider) && CATALOGUE_PRESETS.includes(provider.id)
}

function noModels({ id, source, modelsSource, discovery }: ManifestProvider): Diagnostic {
  return {
    code: 'no-models',
    severity: 'error',
    message: `${quote(id)} has no models${discovery === undefined ? '' : ' yet'}`,
    source: modelsSource ?? source,
    hint:
      discovery !== undefined
        ? `run \`opgen update ${id}\`, which asks the provider for them`
        : 'add `models: [some-model]`: OpenCode drops a provider without models, and says nothing',
  }
}
