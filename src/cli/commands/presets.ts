import path from 'node:path'
import { listPresets } from '../../app/list-presets.ts'
import type { PresetEntry } from '../../app/list-presets.ts'
import { displayPath } from '../../app/paths.ts'
import { harmless } from '../../core/format-diagnostic.ts'
import type { Machine } from '../../system/system.ts'
import type { CommandContext, Report } from '../command.ts'
import { COLUMNS, cut } from '../cut.ts'
import { ExitCode } from '../exit-code.ts'
import { diagnosticJson } from '../render-diagnostics.ts'

/** List the presets there are: those beside the manifest, then the built-in ones. */
export async function runPresets(context: CommandContext): Promise<Report> {
  const { presets, warnings } = await listPresets(context.session)
  return {
    exitCode: ExitCode.ok,
    text: renderPresets(context, presets),
    warnings,
    json: { presets, diagnostics: warnings.map(diagnosticJson) },
  }
}

/** Width that a line keeps to. */
const WIDTH = COLUMNS

const WIDEST_FOLDER = 24

type Row = readonly [name: string, key: string, baseURL: string, source: string]

const TITLES: Row = ['PRESET', 'KEY', 'BASE URL', 'FROM']

/** Two lines each: the columns, and what it is. */
function renderPresets(
  { session, paint }: CommandContext,
  presets: readonly PresetEntry[],
): string {
  const rows = presets.map(({ name, key, baseURL, source }): Row => {
    // A preset's file has its name, so its folder is all there is to say.
    const from = source === 'built-in' ? source : folderOf(session.system.machine, source)
    return [name, key ?? '-', harmless(baseURL ?? '-'), from]
  })
  const widths = widthsOf([TITLES, ...rows])
  const lines = presets.flatMap(({ about }, index) => {
    const [name = '', ...rest] = inColumns(rows[index] ?? TITLES, widths)
    const columns = [paint.bold(name), ...rest].join('  ').trimEnd()
    const sentence = harmless(about).trim()
    return sentence === '' ? [columns] : [columns, paint.dim(`  ${cut(sentence, WIDTH - 2)}`)]
  })
  const title = paint.dim(inColumns(TITLES, widths).join('  ').trimEnd())
  return [title, ...lines].map((line) => `${line}\n`).join('')
}

/** Of a long one the end, which tells folders of presets apart. */
function folderOf(machine: Machine, file: string): string {
  const folder = harmless(`${displayPath(machine, path.dirname(file))}/`)
  return folder.length <= WIDEST_FOLDER ? folder : `…${folder.slice(1 - WIDEST_FOLDER)}`
}

/** All but the base URL is shown whole. */
function widthsOf(rows: readonly Row[]): readonly number[] {
  const [name = 0, key = 0, baseURL = 0, from = 0] = TITLES.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const room = WIDTH - name - key - from - 3 * '  '.length
  return [name, key, Math.max(Math.min(baseURL, room), 'BASE URL'.length), from]
}

function inColumns(row: Row, widths: readonly number[]): readonly string[] {
  return row.map((cell, column) => {
    const width = widths[column] ?? cell.length
    return cut(cell, width).padEnd(width)
  })
}
