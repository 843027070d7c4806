import { InvalidArgumentError } from 'commander'
import type { Command } from 'commander'
import { completes } from './completes.ts'
import { addImportCommand } from './import-command.ts'
import { manifestOption, subcommand } from './options.ts'
import type { Choose } from './options.ts'

interface AddFlags {
  readonly preset?: string
  readonly baseUrl?: string
  readonly model?: readonly string[]
}

/** The commands that write a manifest, or are about nothing else. */
export function addManifestCommands(program: Command, choose: Choose): void {
  const check = subcommand(program, 'check').description(
    'check the manifest as every machine it names would see it',
  )
  check.action(async () => {
    const { runCheck } = await import('./commands/check.ts')
    choose(check, 'check', runCheck)
  })

  const init = subcommand(program, 'init')
    .description('write a commented providers.yaml; with --profile, local.yaml too')
    .addOption(manifestOption('manifest to write'))
  init.action(async () => {
    const { runInit } = await import('./commands/init.ts')
    choose(init, 'init', runInit)
  })

  addImportCommand(program, choose)
  addEditCommands(program, choose)

  const presets = subcommand(program, 'presets').description('list the presets there are')
  presets.action(async () => {
    const { runPresets } = await import('./commands/presets.ts')
    choose(presets, 'presets', runPresets)
  })

  const schema = subcommand(program, 'schema').description(
    'print the JSON Schema of the manifest, for editors',
  )
  schema.action(async () => {
    const { runSchema } = await import('./commands/schema.ts')
    choose(schema, 'schema', runSchema)
  })
}

function addEditCommands(program: Command, choose: Choose): void {
  const add = subcommand(program, 'add')
    .argument('<id>', 'provider id')
    .description('add a provider to the manifest; on a terminal, ask for what is missing')
    .option(
      '--preset <name>',
      'preset; the one named like the id, else openai-compatible',
      someText,
    )
    .option('--base-url <url>', "where the API is; the preset's when left out", someText)
    .option('--model <id>', 'model; may be repeated', collect)
    .addOption(manifestOption('manifest to change'))
  completes(add, {
    '<id>': 'new-provider',
    '--preset': 'preset',
    '--base-url': 'free',
    '--model': 'free',
  })
  add.action(async (id: string, { preset, baseUrl, model = [] }: AddFlags) => {
    const given = { preset, baseURL: baseUrl, models: [...new Set(model)] }
    const { runAdd } = await import('./commands/add.ts')
    choose(add, 'add', (context) => runAdd(context, id, given))
  })

  const remove = subcommand(program, 'remove')
    .argument('<id>', 'provider id')
    .description('take a provider out of the manifest')
    .addOption(manifestOption('manifest to change'))
  completes(remove, { '<id>': 'provider' })
  remove.action(async (id: string) => {
    const { runRemove } = await import('./commands/remove.ts')
    choose(remove, 'remove', (context) => runRemove(context, id))
  })
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, someText(value)]
}

function someText(value: string): string {
  if (value === '') throw new InvalidArgumentError('a text is needed.')
  return value
}
