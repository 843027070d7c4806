import { displayPath } from '../../app/paths.ts'
import { removeFromManifest } from '../../app/remove-provider.ts'
import type { Removal } from '../../app/remove-provider.ts'
import { harmless } from '../../core/format-diagnostic.ts'
import type { RemovalFact } from '../../core/manifest-edit/remove-provider.ts'
import { namingManifest } from '../../errors.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'

/** Take a provider out of the manifest. */
export async function runRemove({ session, quiet }: CommandContext, id: string): Promise<Report> {
  const { machine } = session.system
  const removal = await removeFromManifest(session, id)
  const { manifest, lines, facts, left } = removal
  const notes = [
    ...facts.map((fact) => noteOf(id, fact)),
    ...left.map(({ file, line }) => `${displayPath(machine, file)}:${line} still has "${id}"`),
  ]
  const hints = hintsOf(id, removal, namingManifest(session.options.manifest))
  return {
    exitCode: ExitCode.ok,
    text: `Removed "${id}" from ${harmless(displayPath(machine, manifest))}${placeOf(lines)}.\n`,
    notes: [
      ...notes.map((note) => `opgen: note: ${harmless(note)}\n`),
      ...(quiet ? [] : hints.map((hint) => `opgen: hint: ${harmless(hint)}\n`)),
    ].join(''),
    json: { manifest, id, removed: true, lines: lines ?? null, notes },
  }
}

function hintsOf(
  id: string,
  { left, hasOwnEntry, hasProblems }: Removal,
  option: string,
): readonly string[] {
  if (hasProblems) return [`the manifest has other problems, which \`opgen plan${option}\` names`]
  if (left.length > 0) return [`run \`opgen apply${option}\``]
  return [
    `\`opgen apply${option}\` takes it out of OpenCode's files`,
    ...(hasOwnEntry ? [`a key in the keychain stays; \`opgen key remove ${id}\` removes it`] : []),
  ]
}

function placeOf(lines: Removal['lines']): string {
  if (lines === undefined) return ''
  return lines.first === lines.last
    ? ` (line ${lines.first})`
    : ` (lines ${lines.first}-${lines.last})`
}

/** Lines are those before the removal. */
function noteOf(id: string, fact: RemovalFact): string {
  const where = `on line ${fact.line}`
  switch (fact.what) {
    case 'overlay-provider':
      return `the machine "${fact.machine}" had it ${where}, and has it no more`
    case 'overlay':
      return `the machine "${fact.machine}" ${where} went too: nothing was left in it`
    case 'reference':
      return `"${fact.field}"${ofMachine(fact.machine)} ${where} named a model of it, and went too`
    case 'element':
      return `it was taken out of "${fact.field}"${ofMachine(fact.machine)} ${where}`
    case 'list':
      return `"${fact.field}"${ofMachine(fact.machine)} ${where} named only "${id}", and went too`
    case 'comment-above':
      return `the comment ${where} stays, and what was below it went`
  }
}

function ofMachine(machine: string | undefined): string {
  return machine === undefined ? '' : ` of the machine "${machine}"`
}
