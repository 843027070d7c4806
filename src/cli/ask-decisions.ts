import type { Decide, Decided } from '../app/carry-out.ts'
import type { Planned } from '../app/planned.ts'
import { probeKeychain, storeKey } from '../app/key-store.ts'
import { harmless } from '../core/format-diagnostic.ts'
import { carriedYaml } from '../core/manifest/carry-yaml.ts'
import { questionKey } from '../core/plan/plan.ts'
import type { Choices, Decision, Detail } from '../core/plan/plan.ts'
import type { Wanted } from '../core/wanted.ts'
import { OpgenError } from '../errors.ts'
import type { CommandContext } from './command.ts'
import { complain } from './complain.ts'
import type { Paint } from './paint.ts'
import { questionOf, QUIT } from './questions.ts'
import type { Effect, Question, Way } from './questions.ts'

/** Asks a person about the open decisions of one command. */
export interface Asker<P extends Planned> extends Asked {
  readonly decide: Decide<P>
}

/** What became of asking. */
export interface Asked {
  /** Whether decisions are open because the person wanted to stop. */
  readonly hasQuit: () => boolean
  /** Of these decisions, those that the person will carry into the manifest. */
  readonly carried: (decisions: readonly Decision[]) => readonly Decision[]
}

/**
 * Where there is nobody to ask, every decision stays open.
 *
 * @param carryInto what the manifest wants, where it is the manifest that is made so
 */
export function makeAsker<P extends Planned>(
  context: CommandContext,
  carryInto: (planned: P) => Wanted | undefined,
): Asker<P> {
  const carried = new Set<string>()
  let last: Choices | undefined
  let hasQuit = false
  const decide: Decide<P> = async (planned, choices) => {
    const { terminal, session } = context
    if (!session.options.interactive) return undefined
    if (last !== undefined && choices !== last) {
      terminal.err(
        'opgen: note: something else changed meanwhile; what was answered is forgotten\n',
      )
      carried.clear()
    }
    const open = planned.plan.decisions.filter((decision) => !carried.has(questionKey(decision)))
    if (open.length === 0) return undefined
    const asking = { ...context, carryInto: carryInto(planned) }
    const answers = await askDecisions(asking, open, choices)
    hasQuit = answers === undefined
    if (answers === undefined) return undefined
    for (const decision of answers.carried) carried.add(questionKey(decision))
    last = answers.choices
    return answers.carried.length === open.length ? undefined : answers
  }
  return {
    decide,
    hasQuit: () => hasQuit,
    carried: (decisions) => decisions.filter((decision) => carried.has(questionKey(decision))),
  }
}

interface Asking extends CommandContext {
  /** Undefined: what stands on disk cannot be settled in the manifest. */
  readonly carryInto: Wanted | undefined
}

export interface Answers extends Decided {
  /** The decisions that the manifest is to settle; they stay open until then. */
  readonly carried: readonly Decision[]
}

/**
 * Ask about each of these decisions, until all are answered. Undefined: the person quits. An entered
 * key is stored at once, and found when the plan is made again.
 *
 * @throws OpgenError `interrupted` for Ctrl-C
 */
export async function askDecisions(
  asking: Asking,
  decisions: readonly Decision[],
  choices: Choices,
): Promise<Answers | undefined> {
  const { terminal } = asking
  let given = choices
  const carried: Decision[] = []
  const entered: string[] = []
  for (const [index, decision] of decisions.entries()) {
    // An import brings the keys of others too.
    if (decision.kind === 'missing-key' && entered.includes(decision.id)) continue
    const lacking = decisions.slice(index).filter(({ vault }) => vault !== undefined)
    const { effect, imported } = await ask(asking, decision, lacking)
    entered.push(...imported)
    if (effect === 'quit') {
      terminal.err('\n')
      return undefined
    }
    if (effect === 'carry') carried.push(decision)
    else if (effect === 'enter-key') {
      entered.push(decision.id)
      given = { ...given, typedKeys: new Set([...given.typedKeys, decision.id]) }
    } else if (effect !== 'import-keys') given = effect(given, decision)
  }
  terminal.err('\n')
  return { choices: given, carried, entered }
}

interface Answered {
  readonly effect: Effect
  /** Ids of providers whose keys came from the vault, whatever the answer was in the end. */
  readonly imported: readonly string[]
}

/**
 * Ask until there is an answer, and a key that was to be entered or imported has been.
 *
 * @param lacking decisions that the vault may settle, this one among them
 */
async function ask(
  asking: Asking,
  decision: Decision,
  lacking: readonly Decision[],
): Promise<Answered> {
  const { terminal, paint, carryInto } = asking
  const question = questionOf(decision, {
    carry: carryInto !== undefined && carriedYaml([decision], carryInto).text !== undefined,
    enterKey: decision.takesStoredKey === true,
    importKeys: decision.vault !== undefined,
  })
  terminal.err(render(decision, question, paint))
  const imported: string[] = []
  for (;;) {
    const { effect } = await askOnce(asking, question)
    if (effect === 'import-keys' && decision.vault !== undefined) {
      const { importFromVault } = await import('./import-answer.ts')
      const ids = lacking.map(({ id }) => id).filter((id) => !imported.includes(id))
      imported.push(...(await importFromVault(asking, decision.vault.path, ids)))
      if (imported.includes(decision.id)) return { effect, imported }
    } else if (effect !== 'enter-key' || (await enterKey(asking, decision.id))) {
      return { effect, imported }
    }
  }
}

async function askOnce({ terminal }: Asking, { ways }: Question): Promise<Way> {
  const offer = wrapped(ways.map(({ words }) => `[${words.charAt(0)}]${words.slice(1)}`))
  for (;;) {
    const typed = await terminal.ask(`${offer}  > `)
    // Whoever is gone has decided nothing.
    if (typed === undefined) return QUIT
    const letter = typed.trim().toLowerCase()
    const way = ways.find(({ words }) => letter === words.charAt(0))
    if (way !== undefined) return way
  }
}

const WIDTH = 80

/** The answers side by side, on as many lines as they need. */
function wrapped(offers: readonly string[]): string {
  const lines = offers.reduce<readonly string[]>((done, offer) => {
    const line = `${done.at(-1) ?? ''}  ${offer}`
    return done.length > 0 && line.length <= WIDTH
      ? [...done.slice(0, -1), line]
      : [...done, `  ${offer}`]
  }, [])
  return lines.map((line) => `${line}\n`).join('')
}

function render(decision: Decision, { about }: Question, paint: Paint): string {
  const title = `${paint.bold(decision.id)} ${paint.yellow(decision.kind)}: ${about}`
  const hint = decision.hint === undefined ? [] : [harmless(decision.hint)]
  const lines = [...decision.details.flatMap((detail) => renderDetail(detail, paint)), ...hint]
  return ['', title, ...lines.map((line) => `  ${line}`)].map((line) => `${line}\n`).join('')
}

/** What the manifest wants against what is there, as in a diff that `apply` would undo. */
function renderDetail({ text, dispute }: Detail, paint: Paint): readonly string[] {
  if (dispute === undefined) return [harmless(text)]
  const { pointer, wanted, found } = dispute
  const lines = [`- ${wanted === undefined ? 'nothing' : harmless(wanted)}`, `+ ${harmless(found)}`]
  const width = Math.max(...lines.map(({ length }) => length))
  const [minus = '', plus = ''] = lines.map((line) => line.padEnd(width))
  return [
    dispute.target === 'keyfile' ? 'its key file' : harmless(pointer),
    `${paint.red(minus)}  ${paint.dim('wanted')}`,
    `${paint.green(plus)}  ${paint.dim('on disk')}`,
  ]
}

/** Whether a key was entered and stored. What is wrong with it, or with the keychain, is told. */
async function enterKey({ session, terminal }: Asking, id: string): Promise<boolean> {
  try {
    await probeKeychain(session, id)
    const text = await terminal.askHidden(`  Key for "${id}" (not shown): `)
    if (text === undefined) throw new OpgenError({ code: 'interrupted' })
    const { fingerprint } = await storeKey(session, id, text)
    terminal.err(`  stored in the keychain (fingerprint ${fingerprint})\n`)
    return true
  } catch (error) {
    if (!(error instanceof OpgenError) || error.failure.code === 'interrupted') throw error
    complain(terminal, error)
    return false
  }
}
