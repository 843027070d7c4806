import type { Choices, Decision, DecisionKind } from '../core/plan/plan.ts'
import { withAnswer, withId } from '../core/plan/plan.ts'

/** A decision in words: what it is about, and the ways out of it. */
export interface Question {
  readonly about: string
  /** In the order shown; no two begin with the same letter. */
  readonly ways: readonly Way[]
}

/** One answer. Its first letter is what a person types. */
export interface Way {
  readonly words: string
  readonly effect: Effect
}

/** What an answer does: makes a choice, or what only the loop around it can do. */
export type Effect =
  | ((choices: Choices, decision: Decision) => Choices)
  | 'enter-key'
  | 'import-keys'
  | 'carry'
  | 'quit'

/** What can be done about a decision here and now, beside its kind's own answers. */
export interface Possible {
  /** There is YAML for the manifest. */
  readonly carry: boolean
  /** The provider takes its key from a keychain entry that opgen can write. */
  readonly enterKey: boolean
  /** There is a vault that may have it. */
  readonly importKeys: boolean
}

/** The question that a decision is. */
export function questionOf(decision: Decision, possible: Possible): Question {
  const { about, ways } = QUESTIONS[decision.kind](decision)
  const open = ways.filter(
    ({ effect }) =>
      (effect !== 'carry' || possible.carry) &&
      (effect !== 'enter-key' || possible.enterKey) &&
      (effect !== 'import-keys' || possible.importKeys),
  )
  return { about, ways: [...open, QUIT] }
}

export const QUIT: Way = { words: 'quit', effect: 'quit' }

const CARRY: Way = { words: 'manifest (print the YAML)', effect: 'carry' }

const force: Effect = (choices, decision) => withAnswer(choices, decision, 'force')
const keep: Effect = (choices, decision) => withAnswer(choices, decision, 'keep')
const skip: Effect = (choices, { id }) => {
  return { ...choices, skipMissing: withId(choices.skipMissing, id) }
}
const trust: Effect = (choices, { id }) => {
  return { ...choices, trustOrigin: withId(choices.trustOrigin, id) }
}
const trustCommands: Effect = (choices, { id }) => {
  return { ...choices, trustCommands: withId(choices.trustCommands, id) }
}
const switchManifest: Effect = (choices) => ({ ...choices, switchManifest: true })
const switchDelivery: Effect = (choices) => ({ ...choices, switchDelivery: true })

/** Every kind with its words and answers; a kind without them does not compile. `quit` goes for all. */
const QUESTIONS: Readonly<Record<DecisionKind, (decision: Decision) => Question>> = {
  drift: (decision) => ({
    about: 'somebody changed what opgen wrote',
    ways: [...forceOrKeep(isWanted(decision) ? 'overwrite' : 'delete'), CARRY],
  }),
  conflict: (decision) => ({
    about: 'somebody else wrote there',
    ways: [...forceOrKeep(isWanted(decision) ? 'overwrite' : 'delete the whole block'), CARRY],
  }),
  'missing-key': () => ({
    about: 'it has no key',
    ways: [
      { words: 'skip this provider', effect: skip },
      { words: 'enter it now', effect: 'enter-key' },
      { words: 'import from the vault', effect: 'import-keys' },
    ],
  }),
  origin: () => ({
    about: 'its key would go where none has been sent from here',
    ways: [{ words: 'trust', effect: trust }],
  }),
  command: () => ({
    about: 'its key comes from a command that was never run here',
    ways: [{ words: 'run it from now on', effect: trustCommands }],
  }),
  manifest: () => ({
    about: 'these files belong to another manifest',
    ways: [{ words: 'switch to this manifest', effect: switchManifest }],
  }),
  profile: () => ({
    about: 'it is not in the manifest of this session',
    ways: forceOrKeep('delete'),
  }),
  list: () => ({
    about: 'the list would become empty',
    ways: [...forceOrKeep('empty it'), CARRY],
  }),
  symlink: () => ({
    about: 'it is a symlink',
    ways: [
      { words: 'write there', effect: force },
      { words: 'keep it as it is, without the keys', effect: keep },
    ],
  }),
  delivery: () => ({
    about: 'what is installed here has changed',
    ways: [{ words: 'switch', effect: switchDelivery }],
  }),
}

function forceOrKeep(words: string): readonly Way[] {
  return [
    { words, effect: force },
    { words: 'keep', effect: keep },
  ]
}

/** Whether something else is wanted where a decision says that something stands. */
function isWanted({ details }: Decision): boolean {
  return details.some(({ dispute }) => dispute?.wanted !== undefined)
}
