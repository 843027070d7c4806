import { displayPath } from '../../app/paths.ts'
import { renderManifest } from '../../app/render-manifest.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { diagnosticJson } from '../render-diagnostics.ts'

/** Print the two files as a first apply into absent files would write them. */
export async function runRender(
  { session, paint }: CommandContext,
  options: { readonly reveal: boolean },
): Promise<Report> {
  const { manifest, files } = await renderManifest(session, options)
  const blocks = files.map(({ path, text }) => {
    const title = paint.bold(`==> ${displayPath(session.system.machine, path)} <==`)
    return `${title}\n${text.endsWith('\n') ? text : `${text}\n`}`
  })
  return {
    exitCode: ExitCode.ok,
    text: blocks.join('\n'),
    warnings: manifest.warnings,
    json: { files, diagnostics: manifest.warnings.map(diagnosticJson) },
    revealed: options.reveal,
  }
}
