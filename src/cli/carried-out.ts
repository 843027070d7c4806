import type { CarriedOut } from '../app/carry-out.ts'
import { displayPath } from '../app/paths.ts'
import type { Planned } from '../app/planned.ts'
import { toPointer } from '../core/json.ts'
import type { Replaced } from '../core/plan/plan.ts'
import type { Asked } from './ask-decisions.ts'
import type { CommandContext, Report } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { placesOf } from './places.ts'
import { planJson } from './plan-json.ts'
import type { Wish } from './plan-json.ts'
import { countChanges, renderChanges, renderPlaces } from './render-plan.ts'
import { renderTrusted } from './render-trusted.ts'
import { reportUndecided } from './report-undecided.ts'

/** What a command that writes targets leaves, whatever made the plan. */
export function reportCarriedOut(
  context: CommandContext,
  { planned, executed, staleProcesses }: CarriedOut<Planned>,
  words: Wish & {
    /** `apply`: what to run with the flags that are asked for. */
    readonly command: string
    readonly asked: Asked
    /** `Applied`: what has been done. */
    readonly done: string
    /** What is to be known besides, once it is done. */
    readonly remarks?: readonly Remark[]
  },
): Report {
  const warnings = planned.warnings
  if (executed === undefined) {
    const undecided = reportUndecided(context, planned.plan, words)
    return { ...undecided, warnings, json: { ...planJson(planned, words), ...undecided.json } }
  }
  const remarks = [
    ...aftermath(context, planned, executed),
    ...stale(staleProcesses),
    ...(executed.applied ? (words.remarks ?? []) : []),
  ]
  return {
    warnings,
    exitCode: executed.interrupted ? ExitCode.interrupted : ExitCode.ok,
    text: renderDone(context, planned, { ...words, applied: executed.applied }),
    notes:
      (context.quiet ? '' : renderTrusted(planned.plan.trusted)) + renderRemarks(context, remarks),
    json: { ...planJson(planned, words, executed), notes: remarks.map(({ text }) => text) },
  }
}

function renderDone(
  { paint, quiet, verbose, session }: CommandContext,
  planned: Planned,
  words: Wish & { readonly done: string; readonly applied: boolean },
): string {
  const changes = renderChanges(planned.plan.changes, paint, { all: verbose })
  const places = renderPlaces(session.system.machine, placesOf(planned, words), paint)
  const counts = countChanges(planned.plan.changes, 'done')
  const closing = words.applied
    ? `${words.done}: ${counts === '' ? 'done' : counts}.`
    : 'Nothing to change.'
  if (quiet) return `${closing}\n`
  if (!words.applied) return `${changes}${closing}\n`
  return [places, changes, `${closing}\n`].filter((block) => block !== '').join('\n')
}

/** What is to be known after something was written, a sentence each. */
function aftermath(
  { session }: CommandContext,
  { targets }: Planned,
  { tightened, saved }: NonNullable<CarriedOut<Planned>['executed']>,
): readonly Remark[] {
  const { machine } = session.system
  return [
    ...tightened.map((file): Remark => {
      const mode = file === targets.keys ? '0700' : '0600'
      const text = `${displayPath(machine, file)} was readable by others; its mode is now ${mode}`
      return { kind: 'note', text }
    }),
    ...saved.saved.map((replaced): Remark => {
      const text = `${formerly(replaced)} is in the keychain (service opgen-backup${accountOf(replaced)})`
      return { kind: 'note', text }
    }),
    ...saved.unsaved.map((replaced): Remark => {
      const text = `${formerly(replaced)} is gone: the keychain did not take it`
      return { kind: 'warning', text }
    }),
  ]
}

/** An entry of auth.json, or a value of the config that may be a secret. */
function formerly({ unit, account, path }: Replaced): string {
  return account.startsWith('/')
    ? `the former value of ${toPointer(path)}`
    : `the former login of "${unit}"`
}

/** Under which account it is looked for; whose is the provider's own name needs no word. */
function accountOf({ unit, account, path }: Replaced): string {
  return account === unit || account === toPointer(path) ? '' : `, account "${account}"`
}

function stale(pids: readonly number[]): readonly Remark[] {
  return pids.map((pid) => ({
    kind: 'hint',
    text: `opencode (pid ${pid}) still runs with the old values; restart it`,
  }))
}

export interface Remark {
  /** A hint is no part of quiet output. */
  readonly kind: 'note' | 'warning' | 'hint'
  readonly text: string
}

function renderRemarks({ quiet }: CommandContext, remarks: readonly Remark[]): string {
  return remarks
    .filter(({ kind }) => !quiet || kind !== 'hint')
    .map(({ kind, text }) => `opgen: ${kind === 'hint' ? 'note' : kind}: ${text}\n`)
    .join('')
}
