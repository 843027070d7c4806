import type { Severity } from '../../diagnostic.ts'
import { quote } from '../../manifest/words.ts'
import { mayHaveMore, UNLESS_MORE } from '../certainty.ts'
import { faultFinder, faultyGroups } from '../model-faults.ts'
import type { ModelFault } from '../model-faults.ts'
import { isSmall, modelReferences, namedIn } from '../model-references.ts'
import type { ReferenceGroup } from '../model-references.ts'
import type { Found, Rule } from '../rule.ts'
import type { Scene } from '../scene.ts'

type UnknownFault = Exclude<ModelFault, { readonly kind: 'hidden' | 'filtered' }>

const UNEXPECTED =
  'OpenCode answers what is to go to it with "Unexpected server error", and names the model only in its log'

const IGNORED =
  'OpenCode ignores it without a word, and has titles written by a model of its own choice'

const modelUnknown: Rule = {
  code: 'model-unknown',
  severity: 'error',
  title: 'the name of a model that no provider has',
  cause: UNEXPECTED,
  fix: 'write `provider/model` with an id of a provider and a key of its `models`',
  source: 'contract 2, 7.1; anomalyco/opencode#7958, #11066, #17853',
  check: (scene) => [
    ...faultyGroups(scene).flatMap(([group, fault]) => unknown(scene, group, fault)),
    ...cutVariants(scene),
  ],
}

function unknown(scene: Scene, group: ReferenceGroup, fault: ModelFault): readonly Found[] {
  // Of these, other rules tell.
  if (fault.kind === 'hidden' || fault.kind === 'filtered') return []
  const [{ model, at, isCut }] = group
  const judged = isSmall(group) ? IGNORED_ONE : judge(scene, fault)
  return [
    {
      message: `${namedIn(group)}: ${reasonOf(fault, model)}`,
      ...judged,
      fix: isCut ? 'name a model whose key has no "#"' : fixOf(fault, model),
      ...(fault.kind === 'no-model' ? { provider: fault.provider } : {}),
      at,
    },
  ]
}

interface Judged {
  readonly severity: Severity
  readonly cause: string
}

const IGNORED_ONE: Judged = { severity: 'warning', cause: IGNORED }

/** What cannot be seen from here is no error. */
function judge(scene: Scene, fault: UnknownFault): Judged {
  const certain: Judged = { severity: 'error', cause: UNEXPECTED }
  if (fault.kind === 'no-prefix') return certain
  if (mayHaveMore(scene)) return { severity: 'warning', cause: `${UNLESS_MORE}${UNEXPECTED}` }
  // Somebody has logged in there: it may be newer than the catalogue that is known here.
  const mayBeNew = fault.kind === 'no-model' ? fault.inCatalogue : scene.logins.has(fault.provider)
  if (!mayBeNew) return certain
  return { severity: 'warning', cause: `unless it is new in OpenCode's catalogue, ${UNEXPECTED}` }
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
  const guess = fault.guess()
  if (fault.kind === 'no-prefix') {
    return guess === undefined
      ? 'write the id of a provider and a slash before it'
      : `write ${quote(guess)}`
  }
  if (guess === undefined) return `${definitionOf(fault, model)}, or name another model`
  return `write ${quote(guess)} if that is meant, or ${definitionOf(fault, model)}`
}

type Undefined = Exclude<UnknownFault, { readonly kind: 'no-prefix' }>

function definitionOf({ kind, provider }: Undefined, model: string): string {
  return kind === 'no-model'
    ? `declare ${quote(model)} in the models of ${quote(provider)}`
    : `add a block for ${quote(provider)}`
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
  cause: UNEXPECTED,
  fix: 'let the provider in, or name a model of another provider',
  source: 'contract 2, 7.1; anomalyco/opencode#39065',
  check: (scene) =>
    faultyGroups(scene).flatMap(([group, fault]): Found[] => {
      if (fault.kind !== 'hidden') return []
      const { provider, list } = fault
      const isDisabled = list.name === 'disabled_providers'
      return [
        {
          message: `${namedIn(group)}: ${list.name} ${isDisabled ? 'hides' : 'leaves out'} ${quote(provider)}`,
          fix: isDisabled
            ? `take ${quote(provider)} out of disabled_providers, or name a model of another provider`
            : `add ${quote(provider)} to enabled_providers, or name a model of another provider`,
          ...(isSmall(group) ? { severity: 'warning', cause: IGNORED } : {}),
          provider,
          at: group[0].at,
        },
      ]
    }),
}

export const modelNameRules: readonly Rule[] = [modelUnknown, modelHidden]
