import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import type { Finding } from '../../src/core/doctor/finding.ts'
import { freshSandbox } from '../support/fresh.ts'
import { opgen, place } from '../support/opgen.ts'
import { isRoot, opgenAsUser } from '../support/other-user.ts'

/* Disks on which hardly anything is as it should be: doctor comes to an end everywhere, and says what it can. */

const AUTH = '{ "acme": { "type": "api", "key": "test-key-acme" } }\n'

function blocks(more = ''): string {
  return `{
  "$schema": "https://opencode.ai/config.json",
  "model": "acme/large",
  "small_model": "acme/large",
  "provider": {
    "acme": {
      "npm": "@ai-sdk/openai-compatible",
      "name": "Acme",
      "options": { "baseURL": "https://llm.acme.example/v1"${more} },
      "models": {
        "large": {
          "name": "Large",
          "limit": { "context": 128000, "output": 16000 },
          "modalities": { "input": ["text"], "output": ["text"] },
        },
      },
    },
  },
}
`
}

/** A machine with a login, whose config is still to be made. */
async function machine(): Promise<Sandbox & { readonly config: string }> {
  const sandbox = await freshSandbox()
  await place(sandbox.authFile, AUTH)
  fs.chmodSync(sandbox.authFile, 0o600)
  fs.mkdirSync(sandbox.configFolder, { recursive: true })
  return { ...sandbox, config: join(sandbox.configFolder, 'opencode.jsonc') }
}

function makePipe(file: string): void {
  fs.mkdirSync(dirname(file), { recursive: true })
  execFileSync('mkfifo', [file])
}

interface Diagnosed {
  readonly stderr: string
  /** Whether it ended as its findings say. */
  readonly isSound: boolean
  readonly codes: readonly string[]
}

/** What must hold everywhere. */
const SOUND = { stderr: '', isSound: true }

function diagnosedIn({ status, stdout, stderr }: Outcome): Diagnosed {
  const { findings = [] }: { readonly findings?: readonly Finding[] } = JSON.parse(stdout)
  const expected = findings.some(({ severity }) => severity === 'error') ? 1 : 0
  return { stderr, isSound: status === expected, codes: findings.map(({ code }) => code) }
}

async function diagnosed(
  sandbox: Sandbox,
  environment: Readonly<Record<string, string>> = {},
): Promise<Diagnosed> {
  return diagnosedIn(await opgen(sandbox, ['doctor', '--json'], { environment }))
}

describe('doctor comes to an end', () => {
  test('in an empty home, where it leaves nothing behind', async () => {
    const sandbox = await freshSandbox()
    const { status, stdout, stderr } = await opgen(sandbox, ['doctor'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/0 files looked at/)
    expect(fs.readdirSync(sandbox.home)).toEqual([])
  })

  test('where there is no home at all', async () => {
    const sandbox = await freshSandbox()
    fs.rmSync(sandbox.home, { recursive: true })
    expect(await diagnosed(sandbox)).toMatchObject(SOUND)
    expect(fs.existsSync(sandbox.home)).toBe(false)
  })

  test('where the config is a pipe, a device or a folder', async () => {
    for (const make of [
      makePipe,
      (file: string) => fs.symlinkSync('/dev/zero', file),
      (file: string) => fs.mkdirSync(file),
    ]) {
      const sandbox = await machine()
      make(sandbox.config)
      expect(await diagnosed(sandbox)).toMatchObject(SOUND)
    }
  })

  test('where everything that it would read is a pipe', async () => {
    const sandbox = await machine()
    fs.rmSync(sandbox.authFile)
    const pipes = {
      key: join(sandbox.folder, 'key'),
      cache: join(sandbox.home, '.cache', 'opencode', 'models.json'),
      named: join(sandbox.folder, 'named.json'),
      git: join(sandbox.work, '.git'),
    }
    for (const file of [sandbox.authFile, ...Object.values(pipes)]) makePipe(file)
    await place(
      sandbox.config,
      blocks(`, "apiKey": "{file:${pipes.key}}"`).replace(
        '"acme": {',
        '"anthropic": {}, "acme": {',
      ),
    )
    expect(
      await diagnosed(sandbox, {
        OPENCODE_MODELS_PATH: '',
        OPENCODE_CONFIG: pipes.named,
        OPENCODE_DISABLE_PROJECT_CONFIG: '',
      }),
    ).toMatchObject(SOUND)
    // As it stands it is no JSON, which is what a reference may mend.
    await place(sandbox.config, `{ "provider": {file:${pipes.key}} }`)
    expect(await diagnosed(sandbox)).toMatchObject(SOUND)
    // A link to a pipe is one, too.
    fs.renameSync(sandbox.authFile, pipes.named)
    fs.symlinkSync(pipes.named, sandbox.authFile)
    expect(await diagnosed(sandbox)).toMatchObject(SOUND)
  })

  test('where links lead to themselves', async () => {
    const sandbox = await machine()
    fs.rmSync(sandbox.authFile)
    for (const file of [sandbox.config, sandbox.authFile]) fs.symlinkSync(file, file)
    expect(await diagnosed(sandbox)).toMatchObject(SOUND)
    fs.rmSync(sandbox.configFolder, { recursive: true })
    fs.symlinkSync(sandbox.configFolder, sandbox.configFolder)
    expect(await diagnosed(sandbox)).toMatchObject(SOUND)
  })

  test('where a file is in the place of a folder', async () => {
    const sandbox = await freshSandbox()
    await place(join(sandbox.home, '.config'), 'none')
    await place(join(sandbox.home, '.local'), 'none')
    await place(join(sandbox.home, '.cache'), 'none')
    expect(await diagnosed(sandbox, { OPENCODE_MODELS_PATH: '' })).toMatchObject(SOUND)
  })

  test('where files are no text', async () => {
    const sandbox = await machine()
    const bytes = Uint8Array.from({ length: 4096 }, (_, index) => (index * 73) % 256)
    for (const file of [sandbox.config, sandbox.authFile]) fs.writeFileSync(file, bytes)
    expect(await diagnosed(sandbox)).toMatchObject(SOUND)
    fs.writeFileSync(sandbox.config, '\u0000'.repeat(4096))
    fs.writeFileSync(sandbox.authFile, '\u0000'.repeat(4096))
    expect(await diagnosed(sandbox)).toMatchObject({
      ...SOUND,
      codes: expect.arrayContaining(['config-syntax']),
    })
  })

  test('with 20 megabytes of comments, of names and of an unfinished text', async () => {
    const sandbox = await machine()
    const long = 20_000_000
    await place(sandbox.config, `// ${'{env:A} '.repeat(long / 8)}\n${blocks()}`)
    expect(await diagnosed(sandbox)).toMatchObject(SOUND)
    await place(sandbox.config, blocks(`, "more": "${'x'.repeat(long)}"`))
    expect(await diagnosed(sandbox)).toMatchObject(SOUND)
    await place(sandbox.config, `{ "a": "${'{file:'.repeat(long / 6)}`)
    expect(await diagnosed(sandbox)).toMatchObject({
      ...SOUND,
      codes: expect.arrayContaining(['config-syntax']),
    })
  })

  test('500 levels deep, and far beyond', async () => {
    const sandbox = await machine()
    for (const depth of [490, 510, 100_000]) {
      const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`
      await place(sandbox.config, blocks(`, "deep": ${deep}`))
      await place(sandbox.authFile, `{ "acme": ${deep} }`)
      expect(await diagnosed(sandbox)).toMatchObject(SOUND)
    }
  })
})

describe.skipIf(!isRoot)(
  'another user, who has no right to what is here, is told what can be told',
  () => {
    test.each([
      ['the config folder', (sandbox: Sandbox) => sandbox.configFolder],
      ['the config', (sandbox: Sandbox) => join(sandbox.configFolder, 'opencode.jsonc')],
      ['the folder of auth.json', (sandbox: Sandbox) => dirname(sandbox.authFile)],
      ['auth.json', (sandbox: Sandbox) => sandbox.authFile],
      ['the working folder', (sandbox: Sandbox) => sandbox.work],
    ])('beside %s', async (_, withheldOf) => {
      const sandbox = await machine()
      await place(sandbox.config, blocks())
      const withheld = withheldOf(sandbox)
      fs.chmodSync(withheld, 0o700)
      const environment = { OPENCODE_DISABLE_PROJECT_CONFIG: '' }
      const outcome = await opgenAsUser(sandbox, ['doctor', '--json'], {
        environment,
        withheld: [withheld],
      })
      expect(diagnosedIn(outcome)).toMatchObject(SOUND)
    })
  },
)
