import type { Command } from 'commander'
import { ExitCode } from './exit-code.ts'
import { didYouMean } from '../core/nearest.ts'
import { completes } from './completes.ts'
import { addTargetOptions, subcommand } from './options.ts'
import type { Choose } from './options.ts'

/** The commands that look at what is there, and say what is wrong with it or where it comes from. */
export function addHealthCommands(program: Command, choose: Choose): void {
  addDoctor(program, choose)
  const explain = addTargetOptions(
    subcommand(program, 'explain'),
    'OpenCode config file to look at, in place of all that OpenCode reads',
    'auth.json to look at, in place of the one OpenCode finds',
  )
    .argument('<id>', 'provider id')
    .description('show where every value of a provider and its key comes from')
  completes(explain, { '<id>': 'provider' })
  explain.action(async (id: string) => {
    const { runExplain } = await import('./commands/explain.ts')
    choose(explain, 'explain', (context) => runExplain(context, id))
  })
}

function addDoctor(program: Command, choose: Choose): void {
  const doctor = addTargetOptions(
    subcommand(program, 'doctor'),
    'OpenCode config file to look at, in place of all that OpenCode reads',
    'auth.json to look at, in place of the one OpenCode finds',
  )
    .argument('[code]', 'code of a finding, to have it explained')
    .option('--fix', 'repair what can be repaired without a guess; `opgen rollback` undoes it')
    .description('find what is wrong with the OpenCode of this machine, offline')
  completes(doctor, { '[code]': 'rule' })
  doctor.action(async (code: string | undefined, { fix }: { readonly fix?: boolean }) => {
    const commands = await import('./commands/doctor.ts')
    const { ruleNamed, runDoctorCode } = commands
    if (code === undefined) {
      choose(doctor, 'doctor', fix === true ? commands.runDoctorFix : commands.runDoctor)
      return
    }
    const { rule, codes } = ruleNamed(code)
    if (rule === undefined) {
      const { hint = '' } = didYouMean(code, codes)
      program.error(`error: unknown code "${code}"\n(${hint})`, { exitCode: ExitCode.usage })
    }
    choose(doctor, 'doctor', (context) => runDoctorCode(context, rule))
  })
}
