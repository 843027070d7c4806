import type { Diagnostic } from '../diagnostic.ts'
import { didYouMean, nearest } from '../nearest.ts'
import type { Sourced } from '../source.ts'
import { modelIds } from './manifest.ts'
import type { Manifest, ManifestProvider } from './manifest.ts'
import { checkShown, shownModels } from './shown-models.ts'
import { listed, quote } from './words.ts'

/**
 * Check what names providers and models: `model`, `small_model`, and the lists that hide providers.
 * A provider that the manifest does not have may be the user's own in OpenCode's configuration.
 *
 * @param isOpen whether a provider may have models beside those that the manifest lists
 */
export function checkReferences(
  manifest: Manifest,
  isOpen: (provider: ManifestProvider) => boolean,
): readonly Diagnostic[] {
  const providers = new Map(manifest.providers.map((provider) => [provider.id, provider]))
  const { enabledProviders: enabled, disabledProviders: disabled } = manifest
  const hidden = new Set(disabled?.value.map((item) => item.value))
  const known: Known = { providers, hidden, isOpen, elsewhere: new Set(manifest.elsewhere) }
  return [
    ...(['model', 'smallModel'] as const).flatMap((name) => {
      const reference = manifest[name]
      return reference === undefined ? [] : checkModel(name, reference, known)
    }),
    ...manifest.providers
      .filter((provider) => isHere(provider) && !isOpen(provider))
      .flatMap(checkShown),
    ...(enabled.mode === 'list' ? checkEnabledList(enabled, manifest.providers) : []),
    ...(disabled?.value ?? []).flatMap((item) =>
      isHere(providers.get(item.value))
        ? [
            warning(
              'hidden-provider',
              item,
              `OpenCode will not show ${quote(item.value)}, a provider of this manifest`,
            ),
          ]
        : [],
    ),
  ]
}

interface Known {
  readonly providers: ReadonlyMap<string, ManifestProvider>
  /** Ids in `disabled_providers`. */
  readonly hidden: ReadonlySet<string>
  /** Ids that only overlays of other machines have. */
  readonly elsewhere: ReadonlySet<string>
  readonly isOpen: (provider: ManifestProvider) => boolean
}

function checkModel(
  name: 'model' | 'smallModel',
  reference: Sourced<string>,
  { providers, hidden, isOpen, elsewhere }: Known,
): readonly Diagnostic[] {
  const slash = reference.value.indexOf('/')
  const id = slash < 0 ? reference.value : reference.value.slice(0, slash)
  const model = reference.value.slice(slash + 1)
  if (slash <= 0 || model === '') return [noProvider(reference, providers)]
  const provider = providers.get(id)
  if (provider === undefined) {
    return elsewhere.has(id)
      ? [
          error(
            'disabled-provider',
            reference,
            `the provider ${quote(id)} is ${WHY_ABSENT.overlay}`,
          ),
        ]
      : checkForeign(reference, id, providers)
  }
  const why = provider.absence ?? (hidden.has(id) ? 'hidden' : undefined)
  if (why !== undefined) {
    const message = `the provider ${quote(id)} is ${WHY_ABSENT[why]}`
    return [error('disabled-provider', reference, message)]
  }
  const models = modelIds(provider)
  const isHidden = models.has(model) && !shownModels(provider).has(model)
  if (isHidden) return [hiddenModel(reference, id, model)]
  // OpenCode cuts "model" there, and takes what follows for the name of a variant.
  const plain = model.replace(/#.*$/, '')
  if (models.has(plain) || (name === 'smallModel' && models.has(model))) return []
  if (models.has(model)) return [cutReference(reference, id, model)]
  const doubtful = provider.doubtful.has('models') || provider.doubtful.has('extra')
  if (models.size === 0 || doubtful || isOpen(provider)) return []
  const guess = nearest(plain, models)
  return [
    error('unknown-model', reference, `the provider ${quote(id)} has no model ${quote(model)}`, {
      hint:
        guess === undefined
          ? 'add it to the models of the provider'
          : `did you mean ${quote(`${id}/${guess}`)}?`,
    }),
  ]
}

const WHY_ABSENT = {
  disabled: 'disabled',
  elsewhere: 'not on this machine: its "when" does not hold',
  overlay: 'not on this machine: only overlays of others have it',
  hidden: 'in "disabled_providers"',
} as const

function isHere(provider: ManifestProvider | undefined): boolean {
  return provider !== undefined && provider.absence === undefined
}

function hiddenModel(reference: Sourced<string>, id: string, model: string): Diagnostic {
  const message = `OpenCode will not show ${quote(model)}, a model of ${quote(id)}`
  const hint = 'see its "status", and "whitelist" and "blacklist" of the provider'
  return warning('hidden-models', reference, message, { hint })
}

function cutReference(reference: Sourced<string>, provider: string, model: string): Diagnostic {
  const plain = model.replaceAll('#', '-')
  return error(
    'bad-model-reference',
    reference,
    `"model" cannot name ${quote(model)}: OpenCode cuts it at the "#"`,
    {
      hint: `write \`${plain}: { id: ${quote(model)} }\` in a map of models, and name it as ${quote(`${provider}/${plain}`)}`,
    },
  )
}

function noProvider(
  reference: Sourced<string>,
  providers: ReadonlyMap<string, ManifestProvider>,
): Diagnostic {
  const owner = [...providers.values()].find((provider) => modelIds(provider).has(reference.value))
  return error('bad-model-reference', reference, 'a model is named as provider/model', {
    hint:
      owner === undefined
        ? 'e.g. `ollama/qwen3-coder:30b`'
        : `did you mean ${quote(`${owner.id}/${reference.value}`)}?`,
  })
}

function checkForeign(
  reference: Sourced<string>,
  id: string,
  providers: ReadonlyMap<string, ManifestProvider>,
): readonly Diagnostic[] {
  const suggestion = didYouMean(id, providers.keys())
  if (suggestion.hint === undefined) return []
  return [
    warning(
      'unknown-provider',
      reference,
      `this manifest has no provider ${quote(id)}`,
      suggestion,
    ),
  ]
}

function checkEnabledList(
  list: { readonly items: readonly Sourced<string>[]; readonly source: Sourced<string>['source'] },
  providers: readonly ManifestProvider[],
): readonly Diagnostic[] {
  const items = new Set(list.items.map((item) => item.value))
  const hidden = providers
    .filter((provider) => isHere(provider) && !items.has(provider.id))
    .map(({ id }) => quote(id))
  if (hidden.length === 0) return []
  const what = hidden.length === 1 ? 'a provider' : 'providers'
  const message = `OpenCode will not show ${listed(hidden)}, ${what} of this manifest that the list leaves out`
  return [warning('hidden-provider', list, message)]
}

type Place = Pick<Sourced<string>, 'source'>

function error(
  code: string,
  { source }: Place,
  message: string,
  hint: { readonly hint?: string } = {},
): Diagnostic {
  return { code, severity: 'error', message, source, ...hint }
}

function warning(
  code: string,
  { source }: Place,
  message: string,
  hint: { readonly hint?: string } = {},
): Diagnostic {
  return { code, severity: 'warning', message, source, ...hint }
}
