import { cp, readFile, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import type { Outcome } from '../../scripts/command.mjs'
import { root } from '../../scripts/set-up.mjs'
import { Secret } from '../../src/core/secret.ts'
import { createAgeVault } from '../../src/system/age-vault.ts'
import { freshSandbox, haimakerAt } from '../support/fresh.ts'
import { opgenProgram, place, succeeds, writeManifest } from '../support/opgen.ts'
import { typeAt, typeAtOpgen } from '../support/pseudo-terminal.ts'
import { need } from '../support/tools.ts'
import { firstLaptop, freshLaptop, key, passphrase, run, stored } from '../support/vault-laptops.ts'
import type { Laptop } from '../support/vault-laptops.ts'

const manifest = haimakerAt('https://llm.example/v1')
const content = { version: 1, keys: { haimaker: key } }

function age({ sandbox }: Laptop, args: readonly string[], input = ''): Promise<Outcome> {
  return succeeds(
    runCommand('age', args, { folder: sandbox.work, environment: sandbox.environment, input }),
  )
}

/** Make an identity as a person does; returns its recipient. */
async function newIdentity({ sandbox }: Laptop, file: string): Promise<string> {
  const { environment, work } = sandbox
  const made = await succeeds(runCommand('age-keygen', ['-o', file], { folder: work, environment }))
  return /age1\S+/.exec(made.stderr)?.[0] ?? ''
}

const tools = await need('age', 'secret-service', 'pseudo-terminal')
describe.skipIf(tools.skip)(`opgen and age${tools.note}`, () => {
  test('age opens, with the passphrase, what opgen exported', async () => {
    const laptop = await firstLaptop(manifest)
    const line = ['key', 'export', '--to', 'keys.age', '--passphrase-file', '-']
    await succeeds(run(laptop, line, `${passphrase}\n`))

    const screen = await typeAt(['age'], laptop.sandbox, {
      args: ['-d', '-o', 'plain.json', 'keys.age'],
      environment: {},
      prompt: 'Enter passphrase',
      typed: `${passphrase}\r`,
    })

    expect(screen).toMatchObject({ status: 0 })
    const plain = await readFile(join(laptop.sandbox.work, 'plain.json'), 'utf8')
    const destinations = { haimaker: ['@ai-sdk/openai-compatible https://llm.example'] }
    expect(JSON.parse(plain)).toEqual({ ...content, destinations })
  })

  test.each([
    ['armoured', ['-a']],
    ['binary', []],
  ])('opgen imports what age encrypted with a passphrase, %s', async (_, armour) => {
    const laptop = await freshLaptop(manifest)
    await place(join(laptop.sandbox.work, 'plain.json'), JSON.stringify(content))
    const screen = await typeAt(['age'], laptop.sandbox, {
      args: ['-p', ...armour, '-o', 'keys.age', 'plain.json'],
      environment: {},
      prompt: 'Enter passphrase',
      typed: `${passphrase}\r`,
      next: [{ prompt: 'Confirm passphrase', typed: `${passphrase}\r` }],
    })
    expect(screen).toMatchObject({ status: 0 })

    const line = ['key', 'import', 'keys.age', '--passphrase-file', '-', '--json']
    const imported = await succeeds(run(laptop, line, passphrase))

    expect(JSON.parse(imported.stdout)).toMatchObject({ imported: ['haimaker'], replaced: [] })
    expect(await stored(laptop)).toBe(key)
  })

  test('age opens, with each identity, what opgen exported for two', async () => {
    const laptop = await firstLaptop(manifest)
    const recipients = [await newIdentity(laptop, 'a.txt'), await newIdentity(laptop, 'b.txt')]
    const options = recipients.flatMap((recipient) => ['--recipient', recipient])
    await succeeds(run(laptop, ['key', 'export', '--to', 'keys.age', ...options]))

    for (const file of ['a.txt', 'b.txt']) {
      const opened = await age(laptop, ['-d', '-i', file, 'keys.age'])
      expect(JSON.parse(opened.stdout)).toMatchObject(content)
    }
    const again = ['key', 'export', '--to', 'keys.age', ...options, '--identity', 'b.txt', '--json']
    const same = await succeeds(run(laptop, again))
    expect(JSON.parse(same.stdout)).toMatchObject({ unchanged: true })
  })

  test.each([
    ['armoured', ['-a']],
    ['binary', []],
  ])('opgen imports what age encrypted to a recipient, %s', async (_, armour) => {
    const laptop = await freshLaptop(manifest)
    const recipient = await newIdentity(laptop, 'id.txt')
    await age(laptop, ['-r', recipient, ...armour, '-o', 'keys.age'], JSON.stringify(content))

    await succeeds(run(laptop, ['key', 'import', 'keys.age', '--identity', 'id.txt']))

    expect(await stored(laptop)).toBe(key)
  })

  test('opgen imports from a vault for age recipients and an ssh key, and from none for that alone', async () => {
    const laptop = await freshLaptop(manifest)
    const recipient = await newIdentity(laptop, 'id.txt')
    const ssh =
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN someone\n'
    await place(join(laptop.sandbox.work, 'ssh.pub'), ssh)
    const text = JSON.stringify(content)
    await age(laptop, ['-R', 'ssh.pub', '-o', 'ssh.age'], text)
    await age(laptop, ['-R', 'ssh.pub', '-r', recipient, '-o', 'both.age'], text)

    const refused = await run(laptop, ['key', 'import', 'ssh.age', '--identity', 'id.txt'])
    expect(refused.status).toBe(1)
    expect(refused.stderr).toContain('opens only with an ssh key')
    await succeeds(run(laptop, ['key', 'import', 'both.age', '--identity', 'id.txt']))
    expect(await stored(laptop)).toBe(key)
  })

  test('on a terminal the passphrase is offered once, and else never shown', async () => {
    const laptop = await firstLaptop(manifest)
    const { sandbox, environment } = laptop
    const offered = await typeAtOpgen(sandbox, {
      args: ['key', 'export', '--to', 'offered.age'],
      environment,
      prompt: 'Enter takes that one',
      typed: '\r',
    })
    expect(offered).toMatchObject({ status: 0 })
    const words = /[a-z]{5}(?:-[a-z]{5}){4}/.exec(offered.text)?.[0] ?? ''
    const typed = await typeAtOpgen(sandbox, {
      args: ['key', 'import', 'offered.age'],
      environment,
      prompt: 'not shown',
      typed: `${words}\r`,
    })
    expect(typed).toMatchObject({ status: 0 })
    expect(typed.text).not.toContain(words)

    const mine = await typeAtOpgen(sandbox, {
      args: ['key', 'export', '--to', 'mine.age'],
      environment,
      prompt: 'Enter takes that one',
      typed: `${passphrase}\r`,
      next: [{ prompt: 'again', typed: `${passphrase}\r` }],
    })
    expect(mine).toMatchObject({ status: 0 })
    expect(mine.text).not.toContain('horse')
  })

  test('Ctrl-C while the passphrase is worked on ends it, and stores nothing', async () => {
    const laptop = await freshLaptop(manifest)
    const { sandbox, environment } = laptop
    // The highest factor there may be, which takes seconds.
    const slow = createAgeVault({ workFactor: 20 })
    const to = { kind: 'passphrase', passphrase: new Secret(passphrase) } as const
    const file = await slow.encrypt(new Secret(JSON.stringify(content)), to)
    await place(join(sandbox.work, 'keys.age'), file)

    const stopped = await typeAtOpgen(sandbox, {
      args: ['key', 'import', 'keys.age'],
      environment,
      prompt: 'not shown',
      typed: `${passphrase}\r`,
      // The line break after what was typed comes when the terminal is itself again.
      next: [{ prompt: '\n', typed: '\u0003' }],
    })

    expect(stopped).toMatchObject({ status: 130 })
    expect(await stored(laptop)).toBe('')
    const line = ['key', 'import', 'keys.age', '--passphrase-file', '-']
    await succeeds(run(laptop, line, passphrase))
    expect(await stored(laptop)).toBe(key)
  })
})

test('commands that read no vault do without the age format', async () => {
  const sandbox = await freshSandbox()
  const lean = join(sandbox.folder, 'lean')
  await cp(dirname(opgenProgram), join(lean, 'dist'), { recursive: true })
  await symlink(join(root, 'templates'), join(lean, 'templates'))
  await writeManifest(sandbox, manifest.replace('providers:', 'vault: keys.age\nproviders:'))
  const start = (args: readonly string[]): Promise<Outcome> =>
    runCommand(process.execPath, [join(lean, 'dist', 'opgen.cjs'), ...args], {
      folder: sandbox.work,
      environment: { ...sandbox.environment, OPGEN_KEY_HAIMAKER: key },
    })
  for (const command of ['apply', 'plan', 'status', 'check', 'render']) {
    expect(await start([command])).toMatchObject({ status: 0 })
  }
  await place(join(sandbox.work, 'keys.age'), '')
  const needs = await start(['key', 'import', 'keys.age'])
  expect(needs.stderr).toContain('age-encryption')
})
