import { harmless } from '../core/format-diagnostic.ts'
import { carriedYaml } from '../core/manifest/carry-yaml.ts'
import type { Decision, Plan } from '../core/plan/plan.ts'
import { describeFailure } from '../errors.ts'
import type { Failure } from '../errors.ts'
import type { Asked } from './ask-decisions.ts'
import type { CommandContext, Report } from './command.ts'
import { ExitCode } from './exit-code.ts'
import type { Wish } from './plan-json.ts'
import { leftOutLines, renderDecisions } from './render-decisions.ts'

/** Decisions are open: nobody was asked, or the person will not answer, or not here. */
export function reportUndecided(
  { paint, session }: CommandContext,
  { decisions }: Pick<Plan, 'decisions'>,
  words: Pick<Wish, 'carryInto'> & { readonly command: string; readonly asked: Asked },
): Omit<Report, 'warnings'> {
  const { carryInto, command } = words
  const carried = words.asked.carried(decisions)
  const isSettledThere = carried.length > 0 && !words.asked.hasQuit()
  const asked = !session.options.interactive ? 'nobody' : isSettledThere ? 'manifest' : 'quit'
  const failure: Failure = { code: 'decision-needed', count: decisions.length, command, asked }
  const { message, hint } = describeFailure(failure)
  const yaml =
    isSettledThere && carryInto !== undefined ? carriedYaml(carried, carryInto) : undefined
  // A key has a way of its own.
  const besides = yaml === undefined ? [] : [...leftOutLines(yaml), ...hintsOf(carried)]
  const listing = asked === 'nobody' ? renderDecisions(decisions, paint, carryInto) : ''
  const notes = [
    yaml === undefined ? '' : '\n',
    `opgen: ${paint.red('error:')} ${message}\n`,
    listing === '' ? '' : `\n${listing}\n`,
    ...besides.map((line) => `opgen: note: ${line}\n`),
    `opgen: ${paint.dim(`hint: ${hint}`)}\n`,
  ]
  return {
    exitCode: ExitCode.decision,
    text: yaml?.text?.split('\n').map(harmless).join('\n') ?? '',
    notes: notes.join(''),
    json: { error: { code: failure.code, message, hint } },
  }
}

function hintsOf(decisions: readonly Decision[]): readonly string[] {
  return decisions.flatMap(({ hint }) => (hint === undefined ? [] : [harmless(hint)]))
}
