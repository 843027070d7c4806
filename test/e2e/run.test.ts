import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import type { Outcome } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { root } from '../../scripts/set-up.mjs'
import { freshSandbox, haimakerAt } from '../support/fresh.ts'
import { opgen, opgenProgram, succeeds, writeManifest } from '../support/opgen.ts'
import type { OpgenOptions } from '../support/opgen.ts'
import { typeAtOpgen } from '../support/pseudo-terminal.ts'
import { need } from '../support/tools.ts'
import { readTree, traceOf } from '../support/tree.ts'

const key = 'test-key-haimaker'
const withKey = { OPGEN_KEY_HAIMAKER: key }
const signalChild = join(root, 'test', 'support', 'signal-child.mjs')

async function ready(): Promise<Sandbox> {
  const sandbox = await freshSandbox()
  await writeManifest(sandbox, haimakerAt('https://llm.example/v1'))
  return sandbox
}

async function run(
  sandbox: Sandbox,
  words: readonly string[],
  { environment = {}, ...options }: OpgenOptions = {},
): Promise<Outcome> {
  const all = { ...options, environment: { ...withKey, ...environment } }
  return await opgen(sandbox, ['run', '--quiet', '--', ...words], all)
}

describe('the child of `opgen run`', () => {
  test('has the streams, the folder and the environment of opgen, and no key in its arguments', async () => {
    const sandbox = await ready()
    const script =
      'pwd; cat; echo err >&2; echo "$MINE $OPGEN_RUN_HAIMAKER [$OPGEN_KEY_HAIMAKER] $*"'
    const ran = await succeeds(
      run(sandbox, ['sh', '-c', script, 'sh', '--json', 'a  b', '$MINE'], {
        environment: { MINE: 'mine' },
        input: 'line 1\nline 2\n',
      }),
    )
    expect(ran.stdout).toBe(`${sandbox.work}\nline 1\nline 2\nmine ${key} [] --json a  b $MINE\n`)
    expect(ran.stderr).toBe('err\n')
  })

  test('reads to the end what is piped in, however much it is', async () => {
    const sandbox = await ready()
    const input = 'a line of text\n'.repeat(100_000)
    const ran = await succeeds(run(sandbox, ['cat'], { input }))
    expect(ran.stdout.length).toBe(input.length)
    expect(ran.stdout === input).toBe(true)
  })

  test.each([
    ['exit 0', 0],
    ['exit 7', 7],
    ['exit 255', 255],
    ['kill -TERM $$', 143],
    ['kill -INT $$', 130],
    ['kill -KILL $$', 137],
    ['kill -QUIT $$', 131],
  ])('that ends with `%s` gives a shell %i', async (script, status) => {
    const sandbox = await ready()
    const line = `"$0" "$@"; echo "status $?"`
    const words = [opgenProgram, 'run', '--quiet', '--', 'sh', '-c', script]
    const { stdout } = await runCommand('sh', ['-c', line, process.execPath, ...words], {
      folder: sandbox.work,
      environment: { ...sandbox.environment, ...withKey },
    })
    expect(stdout).toBe(`status ${status}\n`)
  })

  test('leaves nothing on disk, and opgen neither', async () => {
    const sandbox = await ready()
    // Where its keys may go is remembered from the first run on.
    await succeeds(run(sandbox, ['true']))
    const before = traceOf(readTree(sandbox.folder))
    await succeeds(run(sandbox, ['true']))
    await run(sandbox, ['no-such-program'])
    expect(traceOf(readTree(sandbox.folder))).toEqual(before)
  })
})

describe('a program that cannot be started', () => {
  test.each([
    ['no-such-program', 'there is no program "no-such-program" on the PATH'],
    ['./no-such-program', 'there is no program at ./no-such-program'],
    ['./providers.yaml', 'no permission to run "./providers.yaml"'],
  ])('such as %s is a failure', async (program, message) => {
    const sandbox = await ready()
    const refused = await run(sandbox, [program])
    expect(refused).toMatchObject({ status: 1, stdout: '' })
    expect(refused.stderr).toContain(`opgen: error: ${message}\nopgen: hint: `)
    const json = await opgen(sandbox, ['run', '--json', program], { environment: withKey })
    expect({ status: json.status, stderr: json.stderr }).toEqual({ status: 1, stderr: '' })
    expect(JSON.parse(json.stdout)).toMatchObject({
      command: 'run',
      error: { code: 'not-started', message },
    })
  })

  test('for a config that no environment can hold is one, too', async () => {
    const sandbox = await freshSandbox()
    const models = Array.from({ length: 9000 }, (_, index) => `      - vendor/model-${index}\n`)
    const manifest = `version: 1\nproviders:\n  big:\n    baseURL: https://llm.example/v1\n    key: none\n    models:\n`
    await writeManifest(sandbox, manifest + models.join(''))
    const refused = await run(sandbox, ['true'])
    expect(refused).toMatchObject({ status: 1, stdout: '' })
    expect(refused.stderr).toContain('the config is too large for an environment')
  })
})

/** `opgen run` with a child that tells which signals it gets. */
async function startSignalChild(sandbox: Sandbox): Promise<{
  readonly next: () => Promise<string>
  readonly send: (signal: NodeJS.Signals) => void
  readonly type: (line: string) => void
  readonly ended: Promise<unknown>
}> {
  const words = [opgenProgram, 'run', '--quiet', '--', process.execPath, signalChild]
  const child = spawn(process.execPath, words, {
    cwd: sandbox.work,
    env: { ...sandbox.environment, ...withKey },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.stdin.destroy())
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    next: async () => String((await lines.next()).value),
    send: (signal) => void child.kill(signal),
    type: (line) => void child.stdin.write(`${line}\n`),
    ended: once(child, 'close'),
  }
}

describe('a signal that is sent to `opgen run`', () => {
  test('reaches the child, and opgen ends when and as that does', async () => {
    const child = await startSignalChild(await ready())
    expect(await child.next()).toBe('ready')
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const
    for (const signal of signals) {
      child.send(signal)
      expect(await child.next()).toBe(`got ${signal}`)
    }
    child.type('exit 7')
    expect(await child.next()).toBe(`in all ${signals.join(' ')}.`)
    expect(await child.ended).toEqual([7, null])
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])(
    'of which the child ends, %s, ends opgen, too',
    async (signal) => {
      const child = await startSignalChild(await ready())
      expect(await child.next()).toBe('ready')
      child.type(`die ${signal}`)
      expect(await child.ended).toEqual([null, signal])
    },
  )
})

const { skip, note } = await need('pseudo-terminal')
describe.skipIf(skip)(`on a terminal \`opgen run\`${note}`, () => {
  test.each([
    ['Ctrl-C', '\u0003', 'SIGINT'],
    ['Ctrl-\\', '\u001C', 'SIGQUIT'],
  ])('passes %s on once each time', async (_, typed, signal) => {
    // Two that come together may be taken for one: several tries show it.
    const again = { prompt: `got ${signal}`, typed }
    const screen = await typeAtOpgen(await ready(), {
      args: ['run', '--quiet', '--', process.execPath, signalChild],
      environment: withKey,
      prompt: 'ready',
      typed,
      next: [again, again, again, { prompt: `got ${signal}`, typed: 'exit 7\r' }],
    })
    expect(screen.text).toContain(`in all ${signal} ${signal} ${signal} ${signal}.`)
    expect(screen.status).toBe(7)
  })

  test('leaves the terminal to the child after a question', async () => {
    const sandbox = await freshSandbox()
    const manifest = haimakerAt('https://llm.example/v1').replace(
      'models:',
      'key: { env: NONE }\n    models:',
    )
    await writeManifest(sandbox, manifest)
    const screen = await typeAtOpgen(sandbox, {
      args: ['run', '--', process.execPath, signalChild],
      environment: {},
      prompt: '> ',
      typed: 's\r',
      next: [{ prompt: 'ready', typed: 'exit 7\r' }],
    })
    expect(screen.text).toContain('haimaker missing-key: it has no key')
    expect(screen.status).toBe(7)
  })
})
