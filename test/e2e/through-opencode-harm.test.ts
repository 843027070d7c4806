import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import fs from 'node:fs'
import type http from 'node:http'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { acmeAt, applied, through, throughAsker } from '../support/asked-through.ts'
import { expectEnded } from '../support/expect-ended.ts'
import { freshSandbox, servedModels } from '../support/fresh.ts'
import { place } from '../support/opgen.ts'
import { freshHttp } from '../support/raw-server.ts'
import { need } from '../support/tools.ts'
import { readTree, traceOf } from '../support/tree.ts'

const [model, second] = servedModels

const { skip, note } = await need('opencode')

describe.skipIf(skip)(`an OpenCode that is asked${note}`, () => {
  test('loads, starts and fetches nothing that a configuration names, until it is given up', async () => {
    const asked: string[] = []
    // It has all the time to do what it is not meant to do.
    const { origin } = await freshHttp(({ url = '' }) => void asked.push(url))
    const sandbox = await applied(acmeAt(`${origin}/v1`))
    const { folder, home, configFolder } = sandbox
    const touched = join(folder, 'touched')
    const mine = {
      plugin: [await plugin(join(home, 'plugin.ts'))],
      mcp: {
        local: { type: 'local', command: ['touch', touched] },
        remote: { type: 'remote', url: `${origin}/mcp` },
      },
      instructions: [`${origin}/rules.md`, join(home, 'rules.md')],
      skills: { urls: [`${origin}/skills`] },
      share: 'auto',
      agent: { build: { model: 'other/model' }, plan: { disable: true } },
      default_agent: 'plan',
      small_model: `acme/${second}`,
    }
    await place(join(configFolder, 'config.json'), JSON.stringify(mine))
    await place(join(home, '.opencode', 'opencode.json'), JSON.stringify(mine))
    await plugin(join(configFolder, 'plugin', 'own.ts'))
    await plugin(join(home, '.opencode', 'plugin', 'own.ts'))
    for (const above of [folder, join(folder, 'tmp')]) {
      const listed = [await plugin(join(above, 'above.ts'))]
      await place(join(above, 'opencode.json'), JSON.stringify({ plugin: listed }))
      await plugin(join(above, '.opencode', 'plugin', 'above.ts'))
    }
    const request = { models: [model], deadline: 40_000 }
    expect(await through(sandbox, request, { OPENCODE_AUTO_SHARE: '1' })).toMatchObject({
      listing: { ok: true, missing: [] },
      answer: { state: 'refused', model, fault: 'no-answer' },
    })
    expect(asked).toEqual(['/v1/chat/completions'])
  })

  test('says nothing to a model but the question, and has no tool for it', async () => {
    const bodies: string[] = []
    const touched = join((await freshSandbox()).folder, 'touched')
    const calls = toolCalls({ command: `touch ${touched}`, description: 'touch' })
    const { origin } = await freshHttp((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        bodies.push(body)
        calls(request, response)
      })
    })
    const sandbox = await applied(acmeAt(`${origin}/v1`))
    const { home, configFolder } = sandbox
    const mine = {
      instructions: [join(home, 'mine.md')],
      permission: { '*': 'allow', bash: 'allow' },
    }
    await place(join(configFolder, 'config.json'), JSON.stringify(mine))
    const ofTheUser = [join(home, 'mine.md'), join(home, '.claude', 'CLAUDE.md')]
    for (const file of [...ofTheUser, join(configFolder, 'AGENTS.md')]) await place(file, 'MINE')
    const request = { models: [model] }
    const allowed = { OPENCODE_PERMISSION: '{"*":"allow"}' }
    expect(await through(sandbox, request, allowed)).toMatchObject({
      answer: { state: 'answered', model },
    })
    expect(fs.existsSync(touched)).toBe(false)
    const [body = ''] = bodies
    const { tools, messages }: { tools?: unknown; messages: readonly unknown[] } = JSON.parse(body)
    expect(tools).toBeUndefined()
    expect(messages.length).toBe(2)
    expect(body).not.toContain('MINE')
    expect(body.length).toBeLessThan(2000)
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends with opgen, and leaves nothing: %s',
    async (signal) => {
      const server = new EventEmitter()
      const arrived = once(server, 'asked')
      const { origin } = await freshHttp(() => void server.emit('asked'))
      const sandbox = await applied(acmeAt(`${origin}/v1`))
      const { argv, folder, environment } = await throughAsker(sandbox, { models: [model] })
      const before = traceOf(readTree(sandbox.folder))
      const [program, ...args] = argv
      const asker = spawn(program, args, { cwd: folder, env: environment, stdio: 'ignore' })
      onTestFinished(() => void asker.kill('SIGKILL'))
      const ended = once(asker, 'exit')
      await arrived
      const started = childrenOf(asker.pid ?? 0)
      expect(started.length).toBeGreaterThan(0)
      asker.kill(signal)
      expect(await ended).toEqual([null, signal])
      for (const pid of started) await expectEnded(pid)
      expect(traceOf(readTree(sandbox.folder))).toEqual(before)
    },
  )
})

/** A plugin that shows that it was loaded. */
async function plugin(file: string): Promise<string> {
  const mark = `${file}.loaded`
  const code = `import fs from 'node:fs'; fs.writeFileSync(${JSON.stringify(mark)}, '')\n`
  await place(
    file,
    `${code}export default { id: 'mark', setup() {} }\nexport const P = () => ({})\n`,
  )
  return `file://${file}`
}

/** The processes that a process has started, and those that they have. */
function childrenOf(pid: number): readonly number[] {
  const listed = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  const children = listed.split(' ').filter(Boolean).map(Number)
  return children.flatMap((child) => [child, ...childrenOf(child)])
}

/** A model that calls `bash`, whatever tools it is told of. */
function toolCalls(call: object): http.RequestListener {
  return (_, response) => {
    const made = { name: 'bash', arguments: JSON.stringify(call) }
    const send = (delta: object, finish: string | null): void => {
      const choices = [{ index: 0, delta, finish_reason: finish }]
      const usage = { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 }
      const chunk = { id: 'c1', object: 'chat.completion.chunk', created: 0, model, choices, usage }
      response.write(`data: ${JSON.stringify(chunk)}\n\n`)
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const called = { index: 0, id: 'call_1', type: 'function', function: made }
    send({ role: 'assistant', tool_calls: [called] }, null)
    send({}, 'tool_calls')
    response.end('data: [DONE]\n\n')
  }
}
