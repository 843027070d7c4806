import type { Diagnostic } from '../core/diagnostic.ts'
import type { Finding } from '../core/doctor/finding.ts'
import { InvalidInput, OpgenError } from '../errors.ts'
import { loadManifest } from './load-manifest.ts'
import { variable } from './paths.ts'
import type { Session } from './session.ts'

/**
 * What is wrong with the manifest as this machine sees it; nothing where there is none, as on a machine that
 * never used opgen.
 *
 * @throws OpgenError for a manifest that the command line names and that is not there
 */
export async function manifestFindings(session: Session): Promise<readonly Finding[]> {
  try {
    const { warnings } = await loadManifest(session)
    return warnings.map(findingOf)
  } catch (error) {
    if (error instanceof InvalidInput) return error.diagnostics.map(findingOf)
    if (isAbsence(error, session)) return []
    throw error
  }
}

/** A place where one may stand, and that may not be looked at, keeps nobody from the rest. */
function isAbsence(error: unknown, { system, options }: Session): boolean {
  if (!(error instanceof OpgenError)) return false
  const { failure } = error
  if (failure.code === 'manifest-not-found') return !failure.named
  const named = options.manifest ?? variable(system.machine, 'OPGEN_MANIFEST')
  return failure.code === 'file-refused' && named === undefined
}

const CAUSE = {
  error: 'opgen applies nothing of a manifest with a problem in it',
  warning: 'opgen applies the manifest; it may not mean what it says',
  info: 'worth knowing, and no fault',
} as const

function findingOf({ code, severity, message, source, hint }: Diagnostic): Finding {
  return {
    code,
    severity,
    ...(source === undefined
      ? {}
      : { file: source.file, line: source.line, column: source.column }),
    message,
    cause: CAUSE[severity],
    fix: hint ?? 'correct the manifest; `opgen check` shows the line',
    source: 'docs/diagnostics.md',
  }
}
