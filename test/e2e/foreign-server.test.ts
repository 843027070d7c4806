import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { mockLlmProgram } from '../../scripts/set-up.mjs'
import { freshSandbox } from '../support/fresh.ts'
import { listedModels, openCode } from '../support/opencode.ts'
import { opgen, succeeds, writeManifest } from '../support/opgen.ts'
import { nowhere } from '../support/raw-server.ts'
import { need } from '../support/tools.ts'

/** Start the server that others wrote; it has one model, and says what it is told. */
async function freshForeignServer({ work, environment }: Sandbox): Promise<string> {
  const { origin } = await nowhere()
  const child = spawn(process.execPath, [mockLlmProgram], {
    cwd: work,
    env: { ...environment, HOST: '127.0.0.1', PORT: new URL(origin).port },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('server running on')) break
  }
  child.stdout.resume()
  return origin
}

const tools = await need('mock-llm', 'opencode')
describe.skipIf(tools.skip)(`a server that others wrote${tools.note}`, () => {
  test('is asked for its models, verified, and answers OpenCode', async () => {
    const sandbox = await freshSandbox()
    const origin = await freshForeignServer(sandbox)
    const fields = `baseURL: "${origin}/v1", key: { env: ACME_KEY }, models: { discover: true }`
    await writeManifest(sandbox, `version: 1\nproviders:\n  acme: { ${fields} }\n`)
    const environment = { ACME_KEY: 'test-key-acme' }
    const run = (...args: readonly string[]) => succeeds(opgen(sandbox, args, { environment }))

    expect((await run('update')).stdout).toContain('  + gpt-5.2  no limit known\n')
    const verified = await run('verify', '--complete')
    expect(verified.stdout).toMatch(/ok {4}completion .*"gpt-5\.2" answers/)
    await run('apply')
    expect(await listedModels(sandbox)).toEqual(['acme/gpt-5.2'])
    const answer = await succeeds(openCode(sandbox, ['run', '-m', 'acme/gpt-5.2', 'ping']))
    expect(answer.stdout).toContain('ping')
  })
})
