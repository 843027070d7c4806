import { objectAt } from '../../json.ts'
import type { JsonObject, JsonValue } from '../../json.ts'
import { quote } from '../../manifest/words.ts'
import type { DeclaredModel } from '../declared-models.ts'
import { nameSome } from '../name-some.ts'
import type { Rule } from '../rule.ts'
import { mayBeLine } from '../scene.ts'
import { foundPerProvider } from '../shown-models.ts'
import type { SomeModels } from '../shown-models.ts'

/** In dollars for a million tokens. The cheapest models cost cents, the dearest some hundred dollars. */
const LEAST = 0.001
const MOST = 10_000

const costPerToken: Rule = {
  code: 'cost-per-token',
  severity: 'warning',
  title: 'a cost that is not one for a million tokens',
  cause:
    'OpenCode takes costs as dollars for a million tokens: what it shows is a million times off',
  fix: 'write what a million tokens cost',
  source: 'contract 2; anomalyco/opencode#17223, #24113',
  check: (scene) =>
    foundPerProvider(
      scene,
      ({ block }) => oddCost(block) !== undefined,
      (models, { id }) => {
        const { name, value, isTiny } = oddCost(models[0].block) ?? NO_COST
        return {
          message: `${namesOf(models)} of ${quote(id)} cannot cost that for a million tokens: ${name} ${value}`,
          fix: isTiny
            ? 'multiply by a million, if these are costs of one token'
            : 'write what a million tokens cost, in dollars',
        }
      },
    ),
}

function namesOf(models: SomeModels): string {
  return nameSome(models.map(({ key }) => key))
}

interface OddCost {
  readonly name: string
  readonly value: number
  readonly isTiny: boolean
}

const NO_COST: OddCost = { name: 'input', value: 0, isTiny: true }

function oddCost(block: JsonObject): OddCost | undefined {
  const costs = Object.entries(objectAt(block, 'cost')).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] > 0,
  )
  const [first] = costs
  if (first === undefined) return undefined
  const dear = costs.find(([, value]) => value > MOST)
  if (dear !== undefined) return { name: dear[0], value: dear[1], isTiny: false }
  if (costs.some(([, value]) => value >= LEAST)) return undefined
  return { name: first[0], value: first[1], isTiny: true }
}

const modalitiesMissing: Rule = {
  code: 'modalities-missing',
  severity: 'info',
  title: 'a model that does not say whether it takes images',
  cause:
    'OpenCode 1 takes it for a model of text alone, and puts an error in the place of every image; `attachment` changes nothing about that',
  fix: 'give the model `modalities` with "image" in `input` if it takes images, or with "text" alone',
  source: 'contract 2; anomalyco/opencode#20802, #30071, #31522',
  check: (scene) => {
    if (!mayBeLine(scene, 1)) return []
    const attaching = foundPerProvider(
      scene,
      (model) => model.isKnown && model.block['attachment'] === true && isTextual(model),
      (models, { id }) => ({
        message: `${namesOf(models)} of ${quote(id)} ${models.length === 1 ? 'has' : 'have'} "attachment", and no "image" among the modalities`,
        cause:
          'OpenCode 1 goes by `modalities.input` alone: an image is left out, and the model is told so instead',
        fix: 'add `"modalities": { "input": ["text", "image"], "output": ["text"] }`',
        severity: 'warning',
      }),
    )
    const silent = foundPerProvider(
      scene,
      (model) =>
        model.isKnown && model.block['attachment'] !== true && inputsOf(model) === undefined,
      (models, { id }) => ({
        message: `${namesOf(models)} of ${quote(id)} ${models.length === 1 ? 'counts' : 'count'} as text only, without "modalities"`,
      }),
    )
    return [...attaching, ...silent]
  },
}

/** What a model takes; undefined: nobody says. */
function inputsOf({ fields }: DeclaredModel): readonly JsonValue[] | undefined {
  const { input } = objectAt(fields, 'modalities')
  return Array.isArray(input) ? input : undefined
}

/** Whether only text gets through to a model. PDFs, sounds and films do where they are listed. */
function isTextual(model: DeclaredModel): boolean {
  return (inputsOf(model) ?? []).every((input) => input === 'text')
}

export const capabilityRules: readonly Rule[] = [costPerToken, modalitiesMissing]
