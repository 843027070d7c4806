import { readHistory } from '../../app/read-history.ts'
import type { GenerationLine } from '../../app/read-history.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { countChanges } from '../render-plan.ts'

/** List the generations that are kept, the newest last. */
export async function runHistory({ session, paint, verbose }: CommandContext): Promise<Report> {
  const { generations, current } = await readHistory(session)
  const width = String(generations.at(-1)?.number ?? 0).length
  const lines = generations.map((generation) => {
    const { number, time, cause, changes } = generation
    const mark = number === current ? paint.green('*') : ' '
    const when = `${time.slice(0, 16).replace('T', ' ')} UTC`
    const head = `${mark} ${String(number).padStart(width)}  ${paint.dim(when)}  ${cause.padEnd(8)}`
    const details = verbose ? renderChanges(generation, width + 4) : ''
    return `${head}  ${countChanges(changes, 'done') || 'recorded'}\n${details}`
  })
  const text = lines.length === 0 ? 'Nothing has been applied yet.\n' : lines.join('')
  return { exitCode: ExitCode.ok, text, json: { generations, current } }
}

const SIGN = { create: '+', update: '~', delete: '-', adopt: '=' } as const

function renderChanges({ changes }: GenerationLine, indent: number): string {
  return changes.map(({ id, action }) => `${' '.repeat(indent)}${SIGN[action]} ${id}\n`).join('')
}
