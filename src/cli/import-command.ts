import type { Command } from 'commander'
import { completes } from './completes.ts'
import { addTargetOptions, fileName, manifestOption, subcommand } from './options.ts'
import type { Choose } from './options.ts'

interface ImportGiven {
  readonly only?: readonly string[]
  readonly out?: string
  readonly dryRun?: boolean
  readonly keepKeys?: boolean
}

/** `import`, which makes a manifest of what stands in OpenCode's files. */
export function addImportCommand(program: Command, choose: Choose): void {
  const command = addTargetOptions(subcommand(program, 'import'))
    .description("write the manifest of a setup in OpenCode's files, its keys into the keychain")
    .addOption(manifestOption('manifest to write'))
    .option('--only <id>', 'import no more than this provider (repeatable)', collect)
    .option('--out <file>', 'manifest to write, in place of the usual one', fileName)
    .option('--keep-keys', 'leave keys where they are')
    .option('--dry-run', 'print the manifest; write and store nothing')
  completes(command, { '--only': 'block', '--out': 'file' })
  command.action(async (given: ImportGiven) => {
    const { runImport } = await import('./commands/import.ts')
    const flags = {
      only: given.only ?? [],
      out: given.out,
      dryRun: given.dryRun === true,
      keepKeys: given.keepKeys === true,
    }
    choose(command, 'import', (context) => runImport(context, flags))
  })
}

function collect(id: string, before: readonly string[] = []): readonly string[] {
  return [...before, id]
}
