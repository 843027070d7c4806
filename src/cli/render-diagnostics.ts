import { displayPath } from '../app/paths.ts'
import { readText } from '../app/read-text.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { formatDiagnostic, harmless, severityWord } from '../core/format-diagnostic.ts'
import type { DiagnosticStyle } from '../core/format-diagnostic.ts'
import { makeSourceText } from '../core/source-text.ts'
import type { SourceText } from '../core/source-text.ts'
import type { System } from '../system/system.ts'
import type { Paint } from './paint.ts'

/** Nobody reads on; printing a hundred thousand would take longer than finding them. */
const MOST_SHOWN = 1000

/** Diagnostics as text, each with its source line, for standard error; of very many the first. */
export async function renderDiagnostics(
  system: System,
  diagnostics: readonly Diagnostic[],
  paint: Paint,
): Promise<string> {
  const texts = new Map<string, SourceText | undefined>()
  const blocks: string[] = []
  const style = styleOf(paint)
  for (const diagnostic of diagnostics.slice(0, MOST_SHOWN)) {
    const file = diagnostic.source?.file
    if (file === undefined) {
      blocks.push(renderPlaceless(diagnostic, paint))
      continue
    }
    if (!texts.has(file)) texts.set(file, await readSource(system, file))
    const context = { sourceText: texts.get(file), displayFile: displayPath(system.machine, file) }
    blocks.push(formatDiagnostic(diagnostic, { ...context, style }))
  }
  const left = diagnostics.length - MOST_SHOWN
  if (left > 0) blocks.push(`opgen: note: ${left} more of these are in the output with \`--json\``)
  return blocks.map((block) => `${block}\n`).join('')
}

function renderPlaceless({ severity, message, code, hint }: Diagnostic, paint: Paint): string {
  const word = shadeOf(severity, paint)(`${severityWord(severity)}:`)
  const head = `opgen: ${word} ${harmless(message)} [${code}]`
  return hint === undefined ? head : `${head}\n  ${paint.dim(`hint: ${harmless(hint)}`)}`
}

/**
 * Targets may hold keys on the very line: only what was written for opgen is quoted. A link in somebody's
 * repository could lead to any file, so the name that it really has counts as well.
 */
async function readSource({ files }: System, file: string): Promise<SourceText | undefined> {
  try {
    const names = [file, await files.resolve(file)]
    if (!names.every((name) => /\.(ya?ml|hbs)$/.test(name))) return undefined
    const text = await readText(files, file)
    return text === undefined ? undefined : makeSourceText(text)
  } catch {
    return undefined
  }
}

function styleOf(paint: Paint): DiagnosticStyle {
  return {
    severity: (text, severity) => shadeOf(severity, paint)(paint.bold(text)),
    place: (text) => text,
    caret: (text, severity) => shadeOf(severity, paint)(text),
    hint: paint.dim,
  }
}

/** The colour of a severity. */
export function shadeOf(severity: Diagnostic['severity'], paint: Paint): (text: string) => string {
  switch (severity) {
    case 'error':
      return paint.red
    case 'warning':
      return paint.yellow
    case 'info':
      return paint.dim
  }
}

/** A diagnostic as it stands in JSON: 1-based, columns in UTF-16 units, the path absolute. */
export function diagnosticJson(diagnostic: Diagnostic): Readonly<Record<string, unknown>> {
  const { code, severity, message, source, hint } = diagnostic
  return {
    code,
    severity,
    file: source?.file ?? null,
    line: source?.line ?? null,
    column: source?.column ?? null,
    message,
    hint: hint ?? null,
  }
}
