import type { Command } from 'commander'
import { Option } from 'commander'
import { PUBLISH_FORMATS } from '../core/publish/published.ts'
import type { PublishFormat } from '../core/publish/published.ts'
import { completes } from './completes.ts'
import { fileName, subcommand } from './options.ts'
import type { Choose } from './options.ts'
import { addOriginOption, choicesOf } from './plan-options.ts'
import type { PlanFlags } from './plan-options.ts'

interface PublishFlags extends PlanFlags {
  readonly format: PublishFormat
  readonly out: string
  readonly prune?: boolean
}

/** The command that writes for computers other than this one. */
export function addFleetCommands(program: Command, choose: Choose): void {
  const publish = addOriginOption(
    subcommand(program, 'publish')
      .description("write the providers as OpenCode's config for many machines; never keys")
      .addOption(
        new Option('--format <name>', 'where OpenCode reads it: at a web server, or in a folder')
          .choices(PUBLISH_FORMATS)
          .makeOptionMandatory(),
      )
      .requiredOption('--out <dir>', 'folder to write into', fileName),
  )
    .option('--prune', 'take out blocks that the manifest does not have')
    .option('--check', 'exit 2 when the file would change; write nothing')
    .option('--dry-run', 'print the file; write nothing')
  completes(publish, { '--out': 'folder' })
  publish.action(async (given: PublishFlags) => {
    const { runPublish } = await import('./commands/publish.ts')
    const wish = {
      format: given.format,
      out: given.out,
      trustOrigin: choicesOf(publish, given).trustOrigin,
      prune: given.prune === true,
      check: given.check === true,
      dryRun: given.dryRun === true,
    }
    choose(publish, 'publish', (context) => runPublish(context, wish))
  })
}
