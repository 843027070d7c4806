import { displayPath } from '../app/paths.ts'
import type { Refused, Repaired } from '../app/repair-files.ts'
import type { Finding } from '../core/doctor/finding.ts'
import { harmless } from '../core/format-diagnostic.ts'
import type { CommandContext } from './command.ts'

/** What `doctor --fix` has done, a line each, and what it left alone although it knows the repair. */
export function renderRepairs(
  { session, paint }: Pick<CommandContext, 'session' | 'paint'>,
  {
    repaired,
    refused,
    generation,
    staleProcesses,
  }: Pick<Repaired, 'repaired' | 'refused' | 'generation' | 'staleProcesses'>,
): string {
  const place = ({ file, line, column }: Finding): string => {
    if (file === undefined) return ''
    const shown = harmless(displayPath(session.system.machine, file))
    return line === undefined ? `${shown}: ` : `${shown}:${line}:${column}: `
  }
  const lines = [
    ...repaired.map((finding) => {
      return `${paint.green('fixed')} ${place(finding)}${harmless(finding.message)} [${finding.code}]`
    }),
    ...refused.map(({ finding, why }) => {
      return `${paint.yellow('left')}  ${place(finding)}${WHY[why]} [${finding.code}]`
    }),
  ]
  if (repaired.length === 0) lines.push('Nothing was repaired.')
  else if (generation !== null) lines.push('`opgen rollback` undoes this.')
  lines.push(
    ...staleProcesses.map((pid) => {
      return `opencode (pid ${pid}) still runs with the old values; restart it`
    }),
  )
  return `${lines.join('\n')}\n\n`
}

const WHY: Readonly<Record<Refused['why'], string>> = {
  managed: 'opgen wrote this: correct providers.yaml, and run `opgen apply`',
  overlaps: 'another repair changes the same place: run `opgen doctor --fix` again',
  twice: 'a name stands twice on the way there: keep one of the two, and run it again',
  'no-way-back': 'there would be no way back without a copy of a key: repair it by hand',
  'not-ours': 'opgen does not write this file: repair it by hand',
  unreadable: 'a file cannot be read, and until then none is written: see below',
  template: "it is a template of a dotfiles manager, not a file of OpenCode's",
  'mode-refused': 'its mode cannot be changed: ask whoever owns it',
  link: 'the file is a link: repair it where it leads',
}
