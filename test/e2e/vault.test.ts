import { copyFile, mkdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import type { Outcome } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { root } from '../../scripts/set-up.mjs'
import { Secret } from '../../src/core/secret.ts'
import { createAgeVault } from '../../src/system/age-vault.ts'
import { freshSandbox, freshSecretService, haimakerAt } from '../support/fresh.ts'
import { opgen, opgenProgram, place, succeeds, writeManifest } from '../support/opgen.ts'
import { typeAt, typeAtOpgen } from '../support/pseudo-terminal.ts'
import { need } from '../support/tools.ts'

const key = 'test-key-haimaker'
const passphrase = 'correct horse battery staple'
const manifest = haimakerAt('https://llm.example/v1')
const content = { version: 1, keys: { haimaker: key } }

interface Laptop {
  readonly sandbox: Sandbox
  readonly environment: Readonly<Record<string, string>>
}

/** A computer with the manifest and a keychain of its own. */
async function freshLaptop(): Promise<Laptop> {
  const sandbox = await freshSandbox()
  const { environment } = await freshSecretService()
  await writeManifest(sandbox, manifest)
  return { sandbox, environment }
}

/** One that has the key. */
async function firstLaptop(): Promise<Laptop> {
  const laptop = await freshLaptop()
  await succeeds(run(laptop, ['key', 'set', 'haimaker'], key))
  return laptop
}

function run(
  { sandbox, environment }: Laptop,
  args: readonly string[],
  input = '',
): Promise<Outcome> {
  return opgen(sandbox, args, { environment, input })
}

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

/** What `secret-tool` finds, so that it is not opgen alone that reads what opgen stored. */
async function stored({ sandbox, environment }: Laptop): Promise<string> {
  const lookup = ['lookup', 'service', 'opgen', 'username', 'haimaker']
  const found = await runCommand('secret-tool', lookup, {
    environment: { ...sandbox.environment, ...environment },
  })
  return found.stdout
}

const tools = await need('age', 'secret-service', 'pseudo-terminal')
describe.skipIf(tools.skip)(`opgen and age${tools.note}`, () => {
  test('age opens, with the passphrase, what opgen exported', async () => {
    const laptop = await firstLaptop()
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
    expect(JSON.parse(plain)).toEqual(content)
  })

  test.each([
    ['armoured', ['-a']],
    ['binary', []],
  ])('opgen imports what age encrypted with a passphrase, %s', async (_, armour) => {
    const laptop = await freshLaptop()
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
    const laptop = await firstLaptop()
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
    const laptop = await freshLaptop()
    const recipient = await newIdentity(laptop, 'id.txt')
    await age(laptop, ['-r', recipient, ...armour, '-o', 'keys.age'], JSON.stringify(content))

    await succeeds(run(laptop, ['key', 'import', 'keys.age', '--identity', 'id.txt']))

    expect(await stored(laptop)).toBe(key)
  })

  test('opgen imports from a vault for age recipients and an ssh key, and from none for that alone', async () => {
    const laptop = await freshLaptop()
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
    const laptop = await firstLaptop()
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
    const laptop = await freshLaptop()
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
  await mkdir(join(lean, 'dist'), { recursive: true })
  await copyFile(opgenProgram, join(lean, 'dist', 'opgen.cjs'))
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

describe.skipIf(tools.skip)(`two laptops and one repository${tools.note}`, () => {
  test('the second one gets its keys from the first, and applies', async () => {
    const a = await firstLaptop()
    const b = await freshLaptop()
    const withVault = manifest.replace('providers:', 'vault: keys.age\nproviders:')
    await writeManifest(a.sandbox, withVault)
    await succeeds(run(a, ['key', 'export', '--passphrase-file', '-'], passphrase))
    await git(a.sandbox, ['init', '--quiet'])
    await git(a.sandbox, ['add', 'providers.yaml', 'keys.age'])
    await git(a.sandbox, ['commit', '--quiet', '-m', 'Providers, and their keys'])
    const clone = join(b.sandbox.work, 'dotfiles')
    await git(b.sandbox, ['clone', '--quiet', a.sandbox.work, clone])
    const laptop = { ...b, sandbox: { ...b.sandbox, work: clone } }

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
    const again = await succeeds(
      run(laptop, ['key', 'export', '--passphrase-file', '-'], passphrase),
    )
    expect(again.stdout).toContain('Nothing was written.')
    expect(await git(laptop.sandbox, ['status', '--porcelain'])).toBe('')
  })
})

async function git({ work, environment }: Sandbox, args: readonly string[]): Promise<string> {
  const who = ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.org']
  const done = await succeeds(runCommand('git', [...who, ...args], { folder: work, environment }))
  return done.stdout
}
