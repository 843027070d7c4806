import { objectAt } from '../../json.ts'
import { quote } from '../../manifest/words.ts'
import { errorOf1 } from '../certainty.ts'
import { compactionOf, limitOf, roomOf } from '../compaction.ts'
import type { Compaction, Limit, Room } from '../compaction.ts'
import type { DeclaredModel } from '../declared-models.ts'
import { nameSome } from '../name-some.ts'
import type { Found, Rule } from '../rule.ts'
import type { Scene } from '../scene.ts'
import { foundPerProvider } from '../shown-models.ts'
import type { SomeModels } from '../shown-models.ts'
import { capabilityRules } from './capabilities.ts'

const limitMissing: Rule = {
  code: 'limit-missing',
  severity: 'warning',
  title: 'a model without a limit for its context',
  cause:
    'OpenCode 1 takes 0 for it and never compacts by itself: a long session goes on until the server refuses it',
  fix: 'give the model a `limit` with `context` and `output`',
  source: 'contract 4.2; code-yeongyu/oh-my-openagent#4184; anomalyco/opencode#39630',
  check: (scene) => {
    if (!compactionOf(scene).isOn) return []
    return foundPerProvider(
      scene,
      (model) => model.isKnown && limitIn(model).context === 0,
      (models, { id }) => ({
        message: `${subject(models, id)} ${models.length === 1 ? 'has' : 'have'} no limit for the context`,
        fix: 'add `"limit": { "context": …, "output": … }` with the numbers of the server',
      }),
    )
  },
}

function limitIn({ fields }: DeclaredModel): Limit {
  return limitOf(objectAt(fields, 'limit'))
}

function subject(models: SomeModels, id: string): string {
  return `${nameSome(models.map(({ key }) => key))} of ${quote(id)}`
}

const limitLoop: Rule = {
  code: 'limit-loop',
  severity: 'error',
  title: 'limits that leave no room for a session',
  cause:
    'OpenCode 1 compacts the session after every answer and goes on by itself, without end: hundreds of requests in a minute',
  fix: 'set `limit.context` to the whole window of the model, and `limit.output` to a part of it',
  source: 'contract 4.2; anomalyco/opencode#45368',
  check: (scene) =>
    inRoom(
      scene,
      ({ tokens }) => tokens === 0,
      (models, id, { sum }) => ({
        message: `${subject(models, id)} ${models.length === 1 ? 'leaves' : 'leave'} no room: ${sum}`,
        severity: errorOf1(scene),
      }),
    ),
}

/**
 * About the tokens in the first request of a session, whose tools and instructions are 30 kB of JSON. With less
 * room than that OpenCode compacts without end, too: seen with a context of 8000 and an output of 1000.
 */
const FIRST_REQUEST = 8000

const limitTight: Rule = {
  code: 'limit-tight',
  severity: 'warning',
  title: 'limits that leave less room than the first request takes',
  cause:
    'the tools and instructions in the first request alone are about 8000 tokens: OpenCode 1 compacts after every answer, and may do so without end',
  fix: 'raise `limit.context` if the server has more, or lower `limit.output`',
  source: 'contract 4.2; anomalyco/opencode#45368, #49965',
  check: (scene) =>
    inRoom(
      scene,
      ({ tokens }) => tokens > 0 && tokens < FIRST_REQUEST,
      (models, id, { sum }) => ({
        message: `${subject(models, id)} ${models.length === 1 ? 'leaves' : 'leave'} little room: ${sum}`,
      }),
    ),
}

type Tell = (models: SomeModels, id: string, room: Room) => Omit<Found, 'provider' | 'at'>

/** Models with a kind of room; the sum of the first is told. */
function inRoom(scene: Scene, isMeant: (room: Room) => boolean, tell: Tell): readonly Found[] {
  const compaction = compactionOf(scene)
  if (!compaction.isOn) return []
  return foundPerProvider(
    scene,
    (model) => {
      const room = roomIn(model, compaction)
      return room !== undefined && isMeant(room)
    },
    (models, { id }) => tell(models, id, roomIn(models[0], compaction) ?? NO_ROOM),
  )
}

const NO_ROOM: Room = { tokens: 0, sum: 'nothing is left' }

/** Undefined also where the numbers of the catalogue may count, or others are told of as invalid. */
function roomIn(model: DeclaredModel, compaction: Compaction): Room | undefined {
  const limit = limitIn(model)
  if (!model.isKnown || invalidIn(limit, compaction) !== undefined) return undefined
  return roomOf(limit, compaction)
}

const limitInvalid: Rule = {
  code: 'limit-invalid',
  severity: 'error',
  title: 'a limit that is negative or has a fraction',
  cause:
    'every request ends with "Invalid argument for parameter maxOutputTokens", before it is sent',
  fix: 'write whole numbers that are not negative',
  source: 'contract 4.2',
  check: (scene) => {
    const compaction = compactionOf(scene)
    return foundPerProvider(
      scene,
      (model) => invalidIn(limitIn(model), compaction) !== undefined,
      (models, { id }) => {
        const fault = invalidIn(limitIn(models[0]), compaction)
        const cause =
          fault?.isOfOutput === false
            ? 'OpenCode 1 compacts the session after every answer and goes on by itself, without end'
            : undefined
        return {
          message: `${subject(models, id)} ${models.length === 1 ? 'has' : 'have'} a limit that is none: ${fault?.what ?? ''}`,
          ...(cause === undefined ? {} : { cause }),
          severity: errorOf1(scene),
        }
      },
    )
  },
}

interface Invalid {
  readonly what: string
  readonly isOfOutput: boolean
}

/** A fraction of the context does no harm, nor one of an output that is cut anyway. */
function invalidIn(limit: Limit, { isOn, longestAnswer }: Compaction): Invalid | undefined {
  const { context, input = 0, output } = limit
  if (output < 0 || (output < longestAnswer && !Number.isInteger(output))) {
    return { what: `output ${output}`, isOfOutput: true }
  }
  if (!isOn) return undefined
  if (context < 0) return { what: `context ${context}`, isOfOutput: false }
  return input < 0 ? { what: `input ${input}`, isOfOutput: false } : undefined
}

export const limitRules: readonly Rule[] = [
  limitMissing,
  limitLoop,
  limitTight,
  limitInvalid,
  ...capabilityRules,
]
