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

/** What OpenCode knows of a model, as far as `opencode models --verbose` tells. */
export interface DescribedModel {
  readonly name: string
  readonly limit: { readonly context: number; readonly input?: number; readonly output: number }
  readonly cost: {
    readonly input: number
    readonly output: number
    readonly cache: { readonly read: number; readonly write: number }
  }
  readonly capabilities: {
    readonly attachment: boolean
    readonly reasoning: boolean
    readonly toolcall: boolean
    readonly input: Readonly<Record<string, boolean>>
  }
}

/** The models of a provider as OpenCode has them, by id. */
export async function describedModels(
  sandbox: Sandbox,
  provider: string,
): Promise<ReadonlyMap<string, DescribedModel>> {
  const asked = await openCode(sandbox, ['models', provider, '--verbose'])
  if (asked.status !== 0) throw new Error(`opencode models: ${asked.stderr}`)
  // A line with the id, and behind it an object that ends with the next brace in the first column.
  const models = asked.stdout.matchAll(/^([^{}\s].*)\n(\{\n[^]*?^\})$/gm)
  return new Map(
    [...models].map(([, id = '', json = '']) => {
      const model: DescribedModel = JSON.parse(json)
      return [id.slice(provider.length + 1), model]
    }),
  )
}
