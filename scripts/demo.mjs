// `npm run demo`: the main job, from providers.yaml to what OpenCode lists, in a throw-away home.
// Installs what it needs first. Nothing of the caller's config, keychain or home is touched.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, runCommand } from './command.mjs'
import { makeSandbox, settleOpenCode } from './sandbox.mjs'
import { startSecretService } from './secret-service.mjs'
import {
  build,
  installDependencies,
  installOpenCode,
  installSecretService,
  openCodeProgram,
  root,
} from './set-up.mjs'

const KEY = 'test-key-haimaker'
const opgenProgram = join(root, 'dist', 'opgen.cjs')
const bold = (/** @type {string} */ text) =>
  process.stdout.isTTY && !process.env['NO_COLOR'] ? `\u001B[1m${text}\u001B[0m` : text

try {
  await demo()
} catch (error) {
  console.log(`\nThe demo ended early: ${messageOf(error)}`)
  process.exitCode = 1
}

async function demo() {
  await installDependencies()
  const noSecretService = await installSecretService()
  const noOpenCode = await installOpenCode()
  await build()

  const sandbox = await makeSandbox()
  const service = noSecretService === undefined ? await startSecretService() : undefined
  try {
    await tell(sandbox, service, noOpenCode)
  } finally {
    await service?.stop()
    await sandbox.remove()
  }
  say(`The throw-away home and all in it are removed.`)
}

/**
 * @param {import('./sandbox.mjs').Sandbox} sandbox
 * @param {import('./secret-service.mjs').SecretService | undefined} service
 * @param {string | undefined} noOpenCode
 */
async function tell(sandbox, service, noOpenCode) {
  const configFile = join(sandbox.configFolder, 'opencode.jsonc')
  const keys = service === undefined ? { OPGEN_KEY_HAIMAKER: KEY } : service.environment
  const environment = { ...sandbox.environment, ...keys }
  /** @type {(shown: string, program: string, args: string[], input?: string) => Promise<void>} */
  const run = async (shown, program, args, input = '') => {
    prompt(shown)
    const outcome = await runCommand(program, args, { folder: root, environment, input })
    print(`${outcome.stdout}${outcome.stderr}`, sandbox.home)
    if (outcome.status !== 0) throw new Error(`\`${shown}\` ended with exit code ${outcome.status}`)
  }
  /** @type {(args: string, input?: string) => Promise<void>} */
  const opgen = (args, input) =>
    run(`opgen ${args}`, process.execPath, [opgenProgram, ...args.split(' ')], input)
  /** @type {(path: string) => void} */
  const show = (path) => {
    prompt(`cat ${path.replace(sandbox.home, '~')}`)
    print(readFileSync(path, 'utf8'), sandbox.home)
  }

  say(`One file says which providers there are. It holds no key: it can be in git.`)
  prompt('cat providers.yaml')
  print(readFileSync(join(root, 'providers.yaml'), 'utf8'), sandbox.home)

  if (service === undefined) {
    say(`No Secret Service here, so the made-up key comes from the environment:`)
    prompt('export OPGEN_KEY_HAIMAKER=***')
  } else {
    say(
      `A made-up key goes into a keychain (Secret Service) made for this demo alone.\nA person is asked for it, and it is not shown; here it comes from a pipe:`,
    )
    await opgen('key set haimaker', KEY)
  }
  say(`What would happen, in a home (~) that is empty and thrown away later:`)
  await opgen('plan')
  say(`Do it:`)
  await opgen('apply')
  say(`OpenCode's two files now, the key masked by this demo:`)
  show(configFile)
  show(sandbox.authFile)
  say(`What opgen looks after:`)
  await opgen('status')
  say(`Once more: what is right stays untouched.`)
  await opgen('apply')

  if (noOpenCode !== undefined || !existsSync(openCodeProgram)) {
    say(`What OpenCode lists cannot be shown: ${noOpenCode}.`)
    return
  }
  say(`And the real OpenCode reads it:`)
  await settleOpenCode(sandbox.configFolder)
  await run('opencode models', openCodeProgram, ['models'])
}

/** @param {string} text */
function say(text) {
  console.log(`\n${text}`)
}

/** @param {string} command as a person would type it */
function prompt(command) {
  console.log(`\n${bold(`$ ${command}`)}`)
}

/**
 * @param {string} text
 * @param {string} home shown as `~`
 */
function print(text, home) {
  console.log(text.trimEnd().replaceAll(home, '~').replaceAll(KEY, '***'))
}
