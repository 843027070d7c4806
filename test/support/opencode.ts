import { runCommand, type Outcome } from '../../scripts/command.mjs'
import { settleOpenCode, type Sandbox } from '../../scripts/sandbox.mjs'
import { openCodeProgram } from '../../scripts/set-up.mjs'

/** Run the real OpenCode in a sandbox. Its standard input is empty: `run` would wait for its end. */
export async function openCode(
  sandbox: Sandbox,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const configFolders = [sandbox.configFolder, environment['OPENCODE_CONFIG_DIR']]
  for (const folder of configFolders) if (folder !== undefined) await settleOpenCode(folder)
  return runCommand(openCodeProgram, args, {
    folder: sandbox.work,
    environment: { ...sandbox.environment, ...environment },
  })
}

/** What `opencode models` lists, as `provider/model`, without OpenCode's own free models. */
export async function listedModels(
  sandbox: Sandbox,
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const { status, stdout, stderr } = await openCode(sandbox, ['models'], environment)
  if (status !== 0) throw new Error(`opencode models: exit ${status}: ${stderr}`)
  return stdout.split('\n').filter((line) => line !== '' && !line.startsWith('opencode/'))
}
