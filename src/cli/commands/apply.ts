import { applyManifest } from '../../app/apply-manifest.ts'
import type { Applied } from '../../app/apply-manifest.ts'
import { displayPath } from '../../app/paths.ts'
import type { Choices } from '../../core/plan/plan.ts'
import { makeAsker } from '../ask-decisions.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { planJson } from '../plan-json.ts'
import { countChanges, renderChanges, renderPlaces } from '../render-plan.ts'
import { reportUndecided } from '../report-undecided.ts'
import { placesOf } from './plan.ts'

/** Make this machine as the manifest says. */
export async function runApply(context: CommandContext, choices: Choices): Promise<Report> {
  const asker = makeAsker(context)
  const applied = await applyManifest(context.session, choices, asker.decide)
  const { loaded, executed } = applied
  const shared = { warnings: loaded.warnings }
  if (executed === undefined) return { ...shared, ...reportUndecided(context, loaded, asker) }
  const remarks = aftermath(context, applied)
  return {
    ...shared,
    exitCode: ExitCode.ok,
    text: renderApplied(context, applied),
    notes: renderRemarks(context, remarks),
    json: { ...planJson(loaded, executed), notes: remarks.map(({ text }) => text) },
  }
}

function renderApplied(context: CommandContext, { loaded, executed }: Applied): string {
  const { paint, quiet, verbose, session } = context
  const changes = renderChanges(loaded.plan.changes, paint, { all: verbose })
  const places = renderPlaces(session.system.machine, placesOf(loaded), paint)
  const counts = countChanges(loaded.plan, 'done')
  const closing =
    executed?.applied === true
      ? `Applied: ${counts === '' ? 'done' : counts}.`
      : 'Nothing to change.'
  if (quiet) return `${closing}\n`
  if (executed?.applied !== true) return `${changes}${closing}\n`
  return [places, changes, `${closing}\n`].filter((block) => block !== '').join('\n')
}

/** What is to be known after an apply, a sentence each. */
function aftermath({ session }: CommandContext, applied: Applied): readonly Remark[] {
  const { machine } = session.system
  const { keys } = applied.loaded.targets
  const { tightened = [], logins } = applied.executed ?? {}
  return [
    ...tightened.map((file): Remark => {
      const mode = file === keys ? '0700' : '0600'
      const text = `${displayPath(machine, file)} was readable by others; its mode is now ${mode}`
      return { kind: 'note', text }
    }),
    ...(logins?.saved ?? []).map((id): Remark => {
      const text = `the former login of "${id}" is in the keychain (service opgen-backup)`
      return { kind: 'note', text }
    }),
    ...(logins?.unsaved ?? []).map((id): Remark => {
      const text = `the former login of "${id}" is gone: the keychain did not take it`
      return { kind: 'warning', text }
    }),
    ...applied.staleProcesses.map((pid): Remark => {
      const text = `opencode (pid ${pid}) still runs with the old values; restart it`
      return { kind: 'hint', text }
    }),
  ]
}

interface Remark {
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
