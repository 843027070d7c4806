import type { Severity } from '../../diagnostic.ts'
import { quote } from '../../manifest/words.ts'
import { mayHaveMore } from '../certainty.ts'
import { faultFinder, faultyGroups } from '../model-faults.ts'
import type { ModelFault } from '../model-faults.ts'
import { fieldsOf, isSmall, modelReferences } from '../model-references.ts'
import type { ReferenceGroup } from '../model-references.ts'
import type { Found, Rule } from '../rule.ts'
import type { Scene } from '../scene.ts'

type UnknownFault = Exclude<ModelFault, { readonly kind: 'hidden' | 'filtered' }>

const IGNORED =
  'OpenCode ignores it without a word, and has titles written by a model of its own choice'

const modelUnknown: Rule = {
  code: 'model-unknown',
  severity: 'error',
  title: 'the name of a model that no provider has',
  cause:
    'OpenCode answers every message with "Unexpected server error", and names the model only in its log',
  fix: 'write `provider/model` with an id of a provider and a key of its `models`',
  source: 'contract 2, 7.1; anomalyco/opencode#7958, #11066, #17853',
  check: (scene) => [
    ...faultyGroups(scene, ({ text }) => text).flatMap(([group, fault]) =>
      unknown(scene, group, fault),
    ),
    ...cutVariants(scene),
  ],
}

function unknown(scene: Scene, group: ReferenceGroup, fault: ModelFault): readonly Found[] {
  // Of these, other rules tell.
  if (fault.kind === 'hidden' || fault.kind === 'filtered') return []
  const [{ text, model, at }] = group
  const small = isSmall(group)
  return [
    {
      message: `${fieldsOf(group)} ${quote(text)}: ${reasonOf(fault, model)}`,
      fix: fixOf(fault, model),
      severity: small ? 'warning' : severityOf(scene, fault),
      ...(small ? { cause: IGNORED } : {}),
      ...(fault.kind === 'no-model' ? { provider: fault.provider } : {}),
      at,
    },
  ]
}

function severityOf(scene: Scene, fault: UnknownFault): Severity {
  if (fault.kind === 'no-prefix') return 'error'
  if (fault.kind === 'no-model' && fault.inCatalogue) return 'warning'
  const mayBeLoggedIn = 'provider' in fault && scene.logins.has(fault.provider)
  return mayHaveMore(scene) || (fault.kind === 'no-provider' && mayBeLoggedIn) ? 'warning' : 'error'
}

function reasonOf(fault: UnknownFault, model: string): string {
  switch (fault.kind) {
    case 'no-prefix':
      return 'the id of its provider is missing'
    case 'no-provider':
      return `there is no provider ${quote(fault.provider)}`
    case 'no-model':
      return fault.inCatalogue
        ? `${quote(fault.provider)} has no model ${quote(model)} in OpenCode's catalogue`
        : `${quote(fault.provider)} has no model ${quote(model)}`
  }
}

function fixOf(fault: UnknownFault, model: string): string {
  if (fault.guess !== undefined) return `write ${quote(fault.guess)}`
  if (fault.kind === 'no-prefix') return 'write the id of a provider and a slash before it'
  const { provider } = fault
  return fault.kind === 'no-model'
    ? `declare ${quote(model)} in the models of ${quote(provider)}, or name another model`
    : `add a block for ${quote(provider)}, or name another model`
}

function cutVariants(scene: Scene): readonly Found[] {
  const find = faultFinder(scene)
  return modelReferences(scene)
    .filter((reference) => reference.isCut && find(reference) === undefined)
    .map(({ field, text, at }) => ({
      message: `${quote(field)} has a "#", and only ${quote(text)} before it counts`,
      cause: 'OpenCode 1 cuts the name of the default model at the first "#" and drops the rest',
      fix: `write ${quote(text)}, or give a model whose key has a "#" another key`,
      severity: 'warning',
      at,
    }))
}

const modelHidden: Rule = {
  code: 'model-hidden',
  severity: 'error',
  title: 'a model in use whose provider is hidden',
  cause:
    'OpenCode answers every message with "Unexpected server error", as if there were no such model',
  fix: 'let the provider in, or name a model of another provider',
  source: 'contract 2, 7.1; anomalyco/opencode#39065',
  check: (scene) =>
    faultyGroups(scene, ({ provider, text }) => provider ?? text).flatMap(
      ([group, fault]): Found[] => {
        if (fault.kind !== 'hidden') return []
        const { provider, list } = fault
        const isDisabled = list.name === 'disabled_providers'
        return [
          {
            message: `${fieldsOf(group)} a model of ${quote(provider)}, which ${list.name} ${isDisabled ? 'hides' : 'leaves out'}`,
            fix: isDisabled
              ? `take ${quote(provider)} out of disabled_providers, or name a model of another provider`
              : `add ${quote(provider)} to enabled_providers, or name a model of another provider`,
            ...(isSmall(group) ? { severity: 'warning', cause: IGNORED } : {}),
            provider,
            at: group[0].at,
          },
        ]
      },
    ),
}

export const modelNameRules: readonly Rule[] = [modelUnknown, modelHidden]
