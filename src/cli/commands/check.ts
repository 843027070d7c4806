import { isGivenByFacts, sharedProblems, viewForCheck } from '../../app/check-manifest.ts'
import { displayPath } from '../../app/paths.ts'
import { hasErrors } from '../../core/diagnostic.ts'
import { harmless } from '../../core/format-diagnostic.ts'
import { listed } from '../../core/manifest/words.ts'
import { InvalidInput } from '../../errors.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { diagnosticJson } from '../render-diagnostics.ts'

/**
 * Check the manifest as every machine it names would see it, or the one that facts are given of. Needs no
 * machine, no keychain, no OpenCode.
 */
export async function runCheck({ session }: CommandContext): Promise<Report> {
  const all = await viewForCheck(session)
  const { file, machines } = all
  const diagnostics = sharedProblems(session, all)
  if (hasErrors(diagnostics)) throw new InvalidInput(diagnostics)
  const names = machines.flatMap(({ machine }) => machine ?? [])
  const seenBy = isGivenByFacts(session)
    ? ', as seen by the machine with these facts'
    : names.length === 0
      ? ''
      : `, as seen by ${harmless(listed(names))}`
  return {
    exitCode: ExitCode.ok,
    text: `${displayPath(session.system.machine, file.path)} is valid${seenBy}.\n`,
    warnings: diagnostics,
    json: {
      manifest: file.path,
      machines: names,
      diagnostics: diagnostics.map(diagnosticJson),
    },
  }
}
