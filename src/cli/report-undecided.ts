import type { Loaded } from '../app/load-plan.ts'
import { harmless } from '../core/format-diagnostic.ts'
import { carriedYaml } from '../core/manifest/carry-yaml.ts'
import type { Decision } from '../core/plan/plan.ts'
import { describeFailure } from '../errors.ts'
import type { Failure } from '../errors.ts'
import type { Asker } from './ask-decisions.ts'
import type { CommandContext, Report } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { planJson } from './plan-json.ts'
import { leftOutLines, renderDecisions } from './render-decisions.ts'

type Undecided = Pick<Report, 'exitCode' | 'text' | 'notes' | 'json'>

/** Decisions are open: nobody was asked, or the person will not answer, or not here. */
export function reportUndecided(
  { paint, session }: CommandContext,
  loaded: Loaded,
  asker: Asker,
): Undecided {
  const { plan, manifest } = loaded
  const { decisions } = plan
  const asked = session.options.interactive ? (asker.hasQuit() ? 'quit' : 'manifest') : 'nobody'
  const failure: Failure = { code: 'decision-needed', count: decisions.length, asked }
  const { message, hint } = describeFailure(failure)
  const carried = asked === 'manifest' ? asker.carried(decisions) : []
  const yaml = carried.length === 0 ? undefined : carriedYaml(carried, manifest.wanted)
  // A key has a way of its own.
  const besides = [...(yaml === undefined ? [] : leftOutLines(yaml)), ...hintsOf(carried)]
  const listing = asked === 'nobody' ? renderDecisions(decisions, paint, manifest.wanted) : ''
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
    json: {
      ...planJson(loaded, { applied: false, generation: null }),
      error: { code: failure.code, message, hint },
    },
  }
}

function hintsOf(decisions: readonly Decision[]): readonly string[] {
  return decisions.flatMap(({ hint }) => (hint === undefined ? [] : [harmless(hint)]))
}
