import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { freshServer, haimakerAt, servedModels } from '../support/fresh.ts'
import type { LoopbackServer } from '../support/loopback-server.ts'
import { openCode } from '../support/opencode.ts'
import { succeeds } from '../support/opgen.ts'
import { typeAtOpgen } from '../support/pseudo-terminal.ts'
import { need } from '../support/tools.ts'
import { firstLaptop, freshLaptop, key, passphrase, run, stored } from '../support/vault-laptops.ts'
import type { Laptop } from '../support/vault-laptops.ts'

const PONG = { stdout: 'pong\n', sent: [`Bearer ${key}`] }

const tools = await need('opencode', 'secret-service', 'pseudo-terminal')
describe.skipIf(tools.skip)(`two laptops and one repository${tools.note}`, () => {
  test('the second one gets its keys from the first, and opencode answers with them', async () => {
    const server = await freshServer(key)
    const laptop = await secondLaptop(server)

    const asked = await run(laptop, ['apply'])
    expect(asked.status).toBe(3)
    expect(asked.stderr).toContain('or import it: `opgen key import`')
    const screen = await typeAtOpgen(laptop.sandbox, {
      args: ['apply'],
      environment: laptop.environment,
      prompt: '[i]mport from the vault',
      typed: 'i\r',
      next: [{ prompt: 'Passphrase of keys.age', typed: `${passphrase}\r` }],
    })

    expect(screen).toMatchObject({ status: 0 })
    expect(screen.text).toContain('Applied: 1 created.')
    expect(screen.text).not.toContain('test-key')
    expect(screen.text).not.toContain('horse')
    expect(await stored(laptop)).toBe(key)
    const auth = JSON.parse(await readFile(laptop.sandbox.authFile, 'utf8'))
    expect(auth).toEqual({ haimaker: { type: 'api', key } })
    expect(await answerOn(laptop, server)).toEqual(PONG)
    const again = await succeeds(
      run(laptop, ['key', 'export', '--passphrase-file', '-'], passphrase),
    )
    expect(again.stdout).toContain('Nothing was written.')
    expect(await git(laptop.sandbox, ['status', '--porcelain'])).toBe('')
  })

  test('the same without anybody to ask', async () => {
    const server = await freshServer(key)
    const laptop = await secondLaptop(server)
    await succeeds(run(laptop, ['key', 'import', '--passphrase-file', '-'], passphrase))
    await succeeds(run(laptop, ['apply']))
    expect(await answerOn(laptop, server)).toEqual(PONG)
  })
})

/** A laptop with nothing but a clone of what the first one, which works, has committed. */
async function secondLaptop(server: LoopbackServer): Promise<Laptop> {
  const withVault = haimakerAt(server.baseURL).replace('providers:', 'vault: keys.age\nproviders:')
  const a = await firstLaptop(withVault)
  await succeeds(run(a, ['apply']))
  expect(await answerOn(a, server)).toEqual(PONG)
  await succeeds(run(a, ['key', 'export', '--passphrase-file', '-'], passphrase))
  await git(a.sandbox, ['init', '--quiet'])
  await git(a.sandbox, ['add', 'providers.yaml', 'keys.age'])
  await git(a.sandbox, ['commit', '--quiet', '-m', 'Providers, and their keys'])
  const b = await freshLaptop(withVault)
  const clone = join(b.sandbox.work, 'dotfiles')
  await git(b.sandbox, ['clone', '--quiet', a.sandbox.work, clone])
  return { ...b, sandbox: { ...b.sandbox, work: clone } }
}

/** What the real OpenCode says, and with what it asked the server. */
async function answerOn({ sandbox }: Laptop, server: LoopbackServer): Promise<object> {
  const asked = server.seen.length
  const model = `haimaker/${servedModels[0]}`
  const { stdout } = await succeeds(openCode(sandbox, ['run', '-m', model, 'ping']))
  const sent = new Set(server.seen.slice(asked).map(({ authorization }) => authorization))
  return { stdout, sent: [...sent] }
}

async function git({ work, environment }: Sandbox, args: readonly string[]): Promise<string> {
  const who = ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.org']
  const done = await succeeds(runCommand('git', [...who, ...args], { folder: work, environment }))
  return done.stdout
}
