import { displayPath } from '../app/paths.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { formatDiagnostic } from '../core/format-diagnostic.ts'
import type { System } from '../system/system.ts'
import type { Paint } from './paint.ts'

/** All diagnostics as text, each with its source line, for standard error. */
export async function renderDiagnostics(
  system: System,
  diagnostics: readonly Diagnostic[],
  paint: Paint,
): Promise<string> {
  const texts = new Map<string, string | undefined>()
  const blocks: string[] = []
  for (const diagnostic of diagnostics) {
    const file = diagnostic.source?.file
    if (file === undefined) {
      blocks.push(renderPlaceless(diagnostic, paint))
      continue
    }
    if (!texts.has(file)) texts.set(file, await readSource(system, file))
    const sourceText = texts.get(file)
    const displayFile = displayPath(system.machine, file)
    blocks.push(
      colour(formatDiagnostic(diagnostic, { sourceText, displayFile }), diagnostic, paint),
    )
  }
  return blocks.map((block) => `${block}\n`).join('')
}

function renderPlaceless({ severity, message, code, hint }: Diagnostic, paint: Paint): string {
  const shade = severity === 'error' ? paint.red : paint.yellow
  const head = `opgen: ${shade(`${severity}:`)} ${message} [${code}]`
  return hint === undefined ? head : `${head}\n  ${paint.dim(`hint: ${hint}`)}`
}

/** Targets may hold keys on the very line: only what the user wrote for opgen is quoted. */
async function readSource(system: System, file: string): Promise<string | undefined> {
  if (!/\.(ya?ml|hbs)$/.test(file)) return undefined
  try {
    return await system.files.read(file)
  } catch {
    return undefined
  }
}

function colour(block: string, { severity }: Diagnostic, paint: Paint): string {
  const shade = severity === 'error' ? paint.red : paint.yellow
  return block
    .split('\n')
    .map((line, index) => {
      if (index === 0) return line.replace(`${severity}:`, shade(paint.bold(`${severity}:`)))
      if (/^\s*\^\s*$/.test(line)) return shade(line)
      return line.startsWith('  hint:') ? paint.dim(line) : line
    })
    .join('\n')
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
