// What docs/opgen.svg shows: the real program on a real terminal, in a throw-away home, with a made-up key.
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderRecording } from './ansi-svg.mjs'
import { runCommand } from './command.mjs'
import { makeSandbox } from './sandbox.mjs'
import { startSecretService } from './secret-service.mjs'
import { OPENCODE_VERSION, root } from './set-up.mjs'

const COLUMNS = 80
const ROWS = 26

const MANIFEST = `version: 1
model: haimaker/qwen/qwen3-coder
small_model: haimaker/qwen/qwen3-coder

providers:
  haimaker:
    preset: haimaker # the key is in this computer's keychain
    models:
      - id: qwen/qwen3-coder
        limit: { context: 262144, output: 65536 }
        modalities: { input: [text], output: [text] }
`

/** OpenCode's config as somebody wrote it, with the commonest slip. */
const CONFIG = `{
  "share": "disabled", // mine
  "provider": {
    "corp": {
      "npm": "@ai-sdk/openai-compatible",
      "options": { "baseUrl": "https://llm.corp.example/v1" },
      "models": {
        "gpt-5.4": {
          "limit": { "context": 400000, "output": 128000 },
          "modalities": { "input": ["text"], "output": ["text"] }
        }
      }
    }
  }
}
`

const STEPS = [
  { command: 'cat providers.yaml', reading: 3500, status: 0 },
  { command: 'opgen plan', reading: 4000, status: 0 },
  { command: 'opgen apply', reading: 3000, status: 0 },
  // It finds an error, and says so with its exit code, too.
  { command: 'opgen doctor', reading: 9000, status: 1 },
]

/** A line that says that opgen is at work, on a slow machine, and is taken away again; and what takes it away. */
// oxlint-disable-next-line no-control-regex -- it is the terminal's
const PASSING = /\r\u001B\[2K(?:working[^\r\n]*\r\u001B\[2K)?/g

/**
 * Run the session and draw it. The built program must be there, a Secret Service and `script` of util-linux.
 *
 * @returns {Promise<string>} the SVG; the same one as long as opgen prints the same
 */
export async function recordSession() {
  const sandbox = await makeSandbox()
  const service = await startSecretService()
  try {
    await furnish(sandbox)
    const { NO_COLOR: _, ...own } = sandbox.environment
    const PATH = `${join(sandbox.folder, 'bin')}:${own['PATH']}`
    const environment = { ...own, ...service.environment, PATH, SHELL: '/bin/sh' }
    const run = (/** @type {string} */ command) =>
      onTerminal(command, { folder: sandbox.work, environment })
    const stored = await runCommand('opgen', ['key', 'set', 'haimaker'], {
      folder: sandbox.work,
      environment,
      input: 'test-key-haimaker',
    })
    if (stored.status !== 0) throw new Error(stored.stderr)
    const steps = []
    for (const { command, reading, status } of STEPS) {
      const outcome = await run(command)
      if (outcome.status !== status) {
        throw new Error(`\`${command}\` ended with exit code ${outcome.status}\n${outcome.stdout}`)
      }
      steps.push({ command, reading, output: outcome.stdout.replaceAll(PASSING, '') })
    }
    return renderRecording({
      title: 'opgen in a terminal: plan, apply and doctor',
      description:
        'A manifest, providers.yaml, names one provider. opgen plan shows what would be written, opgen apply writes it, and opgen doctor finds a misspelt option in a block that was written by hand.',
      columns: COLUMNS,
      rows: ROWS,
      steps,
    })
  } finally {
    await service.stop()
    await sandbox.remove()
  }
}

/** @param {import('./sandbox.mjs').Sandbox} sandbox */
async function furnish({ folder, home, work, configFolder }) {
  await writeFile(join(work, 'providers.yaml'), MANIFEST)
  await mkdir(configFolder, { recursive: true })
  await writeFile(join(configFolder, 'opencode.jsonc'), CONFIG)
  const alone = join(root, 'scripts', 'alone.cjs')
  const entry = join(root, 'dist', 'opgen.cjs')
  const opgen = `exec '${process.execPath}' --require '${alone}' '${entry}' "$@"`
  await placeProgram(join(folder, 'bin'), 'opgen', opgen)
  // Doctor asks which OpenCode is there, and no more.
  await placeProgram(join(home, '.opencode', 'bin'), 'opencode', `echo ${OPENCODE_VERSION}`)
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {string} line
 */
async function placeProgram(folder, name, line) {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, name), `#!/bin/sh\n${line}\n`)
  await chmod(join(folder, name), 0o755)
}

/**
 * Run a command line on a terminal, which util-linux' `script` makes.
 *
 * @param {string} command
 * @param {import('./command.mjs').CommandOptions} options
 */
function onTerminal(command, options) {
  const line = `stty cols ${COLUMNS} rows ${ROWS}; exec ${command}`
  return runCommand('script', ['--quiet', '--return', '--command', line, '/dev/null'], options)
}
