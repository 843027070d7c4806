import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { emptyManifest, freshSandbox } from '../support/fresh.ts'
import { opgen, place, succeeds, textOf, writeManifest } from '../support/opgen.ts'
import { isRoot, NOBODY, opgenAsUser } from '../support/other-user.ts'
import { readTree } from '../support/tree.ts'
import { AUTH, CONFIG, differences, furnish, leftOvers, targetsIn } from './world.ts'

const environment = { OPGEN_KEY_ACME: 'test-key-acme' }
const manifest =
  'version: 1\nproviders:\n  acme:\n    baseURL: https://acme.example/v1\n    models: [m]\n'

/** A home with both of OpenCode's files, and a manifest that changes both. */
async function furnished(): Promise<Sandbox> {
  const sandbox = await freshSandbox()
  await furnish(sandbox)
  await writeManifest(sandbox, manifest)
  return sandbox
}

function configOf({ configFolder }: Sandbox): string {
  return join(configFolder, 'opencode.jsonc')
}

async function apply(sandbox: Sandbox): Promise<Outcome> {
  return await opgen(sandbox, ['apply'], { environment })
}

function modeOf(file: string): number {
  return fs.statSync(file).mode & 0o777
}

/** A run, and what is different in OpenCode's files after it. */
async function attempt(
  sandbox: Sandbox,
  run = (): Promise<Outcome> => apply(sandbox),
): Promise<Outcome & { readonly changed: readonly string[] }> {
  const before = targetsIn(readTree(sandbox.home))
  const outcome = await run()
  const changed = differences('changed', before, targetsIn(readTree(sandbox.home)))
  return { ...outcome, changed }
}

/** Exit 1 with the path and a way out, and nothing is different. */
function refusal(path: string): object {
  return { status: 1, stdout: '', stderr: expect.stringContaining(path), changed: [] }
}

describe('a symlink in the place of opencode.jsonc', () => {
  test('that leads nowhere yet stays, and the file behind it is made and taken away', async () => {
    const sandbox = await furnished()
    const link = configOf(sandbox)
    const behind = join(sandbox.home, 'dotfiles', 'opencode.jsonc')
    fs.rmSync(link)
    fs.symlinkSync('../../dotfiles/opencode.jsonc', link)

    await succeeds(apply(sandbox))
    expect(fs.readlinkSync(link)).toBe('../../dotfiles/opencode.jsonc')
    expect(await textOf(behind)).toContain('acme.example')

    await writeManifest(sandbox, emptyManifest)
    await succeeds(apply(sandbox))
    expect(fs.readlinkSync(link)).toBe('../../dotfiles/opencode.jsonc')
    expect(await textOf(behind)).toBeUndefined()
  })

  test('that leads back to itself is refused', async () => {
    const sandbox = await furnished()
    fs.rmSync(configOf(sandbox))
    fs.symlinkSync('other', configOf(sandbox))
    fs.symlinkSync('opencode.jsonc', join(sandbox.configFolder, 'other'))
    expect(await attempt(sandbox)).toEqual(refusal(configOf(sandbox)))
  })
})

describe('a symlink in the place of a folder', () => {
  test('of the config is followed and stays', async () => {
    const sandbox = await furnished()
    const real = join(sandbox.home, 'dotfiles', 'opencode')
    fs.mkdirSync(dirname(real))
    fs.renameSync(sandbox.configFolder, real)
    fs.symlinkSync(real, sandbox.configFolder)

    await succeeds(apply(sandbox))
    expect(fs.lstatSync(sandbox.configFolder).isSymbolicLink()).toBe(true)
    expect(await textOf(join(real, 'opencode.jsonc'))).toContain('acme.example')
    expect(leftOvers(readTree(sandbox.home))).toEqual([])

    await writeManifest(sandbox, emptyManifest)
    await succeeds(apply(sandbox))
    expect(await textOf(join(real, 'opencode.jsonc'))).toBe(CONFIG)
  })

  test('that leads back to itself is refused', async () => {
    const sandbox = await furnished()
    fs.rmSync(sandbox.configFolder, { recursive: true })
    fs.symlinkSync('opencode', sandbox.configFolder)
    expect(await attempt(sandbox)).toEqual(refusal(sandbox.configFolder))
  })
})

describe('the mode', () => {
  test.each(['600', '640', '644', '664'])('0%s of a config stays', async (digits) => {
    const mode = Number.parseInt(digits, 8)
    const sandbox = await furnished()
    fs.chmodSync(configOf(sandbox), mode)
    await succeeds(apply(sandbox))
    expect(await textOf(configOf(sandbox))).toContain('acme.example')
    expect(modeOf(configOf(sandbox))).toBe(mode)
  })

  test.each([0o640, 0o644, 0o666])(
    '%o of auth.json becomes 0600, and that is said',
    async (mode) => {
      const sandbox = await furnished()
      fs.chmodSync(sandbox.authFile, mode)
      const applied = await succeeds(apply(sandbox))
      expect(modeOf(sandbox.authFile)).toBe(0o600)
      expect(applied.stderr).toContain('auth.json was readable by others; its mode is now 0600')
    },
  )
})

describe.skipIf(!isRoot)("root, who applies in a user's home,", () => {
  test('leaves every file that was there to that user', async () => {
    const sandbox = await furnished()
    for (const file of [configOf(sandbox), sandbox.authFile]) fs.chownSync(file, NOBODY, NOBODY)

    await succeeds(apply(sandbox))

    for (const file of [configOf(sandbox), sandbox.authFile]) {
      const { uid, gid } = fs.statSync(file)
      expect({ uid, gid }).toEqual({ uid: NOBODY, gid: NOBODY })
    }
  })
})

describe('a user', () => {
  test('may apply to what is theirs', async () => {
    const sandbox = await furnished()
    await succeeds(opgenAsUser(sandbox, ['apply'], { environment }))
    expect(await textOf(configOf(sandbox))).toContain('acme.example')
  })

  test.each([
    ['the config', configOf],
    ['auth.json', ({ authFile }: Sandbox) => authFile],
  ])('is refused where %s may only be read', async (_, fileOf) => {
    const sandbox = await furnished()
    fs.chmodSync(fileOf(sandbox), 0o444)
    const refused = await attempt(sandbox, () => opgenAsUser(sandbox, ['apply'], { environment }))
    expect(refused).toEqual(refusal(fileOf(sandbox)))
  })

  test.each([
    ['the config', ({ configFolder }: Sandbox) => configFolder],
    ['auth.json', ({ authFile }: Sandbox) => dirname(authFile)],
  ])('is refused where the folder of %s may only be read', async (_, folderOf) => {
    const sandbox = await furnished()
    fs.chmodSync(folderOf(sandbox), 0o555)
    const refused = await attempt(sandbox, () => opgenAsUser(sandbox, ['apply'], { environment }))
    expect(refused).toEqual(refusal(folderOf(sandbox)))
  })

  test.skipIf(!isRoot).each([
    ['the config', configOf],
    ['auth.json', ({ authFile }: Sandbox) => authFile],
  ])('is refused where %s is of root', async (_, fileOf) => {
    const sandbox = await furnished()
    const refused = await attempt(sandbox, () =>
      opgenAsUser(sandbox, ['apply'], { environment, withheld: [fileOf(sandbox)] }),
    )
    expect(refused).toEqual(refusal(fileOf(sandbox)))
  })
})

describe('a folder in the place of', () => {
  test.each([
    ['the config', configOf],
    ['auth.json', ({ authFile }: Sandbox) => authFile],
  ])('%s is refused', async (_, fileOf) => {
    const sandbox = await furnished()
    fs.rmSync(fileOf(sandbox))
    fs.mkdirSync(fileOf(sandbox))
    expect(await attempt(sandbox)).toEqual(refusal(fileOf(sandbox)))
  })
})

describe('several config files', () => {
  test('are edited each where its value counts, and else stay byte for byte', async () => {
    const sandbox = await furnished()
    const strict = join(sandbox.configFolder, 'opencode.json')
    const text = '{"provider":{"acme":{"name":"of the user"},"theirs":{}},  "share":"manual"}'
    await place(strict, text)

    await succeeds(apply(sandbox))

    // The block of "acme" is in opencode.json, so what is in neither goes there.
    expect(await textOf(configOf(sandbox))).toBe(CONFIG)
    expect(JSON.parse((await textOf(strict)) ?? '')).toMatchObject({
      provider: { acme: { name: 'of the user', options: { baseURL: 'https://acme.example/v1' } } },
      share: 'manual',
    })
    await writeManifest(sandbox, emptyManifest)
    await succeeds(opgen(sandbox, ['apply', '--keep', 'acme'], { environment }))
    expect(await textOf(strict)).toBe(text)
    expect(await textOf(sandbox.authFile)).toBe(AUTH)
  })

  test('in $OPENCODE_CONFIG_DIR and in the global folder are warned about', async () => {
    const sandbox = await furnished()
    const folder = join(sandbox.home, 'elsewhere')
    const global = CONFIG.replace('"mine": {', '"acme": { "name": "Global" }, "mine": {')
    await place(configOf(sandbox), global)

    const applied = await succeeds(
      opgen(sandbox, ['apply'], { environment: { ...environment, OPENCODE_CONFIG_DIR: folder } }),
    )

    expect(applied.stderr).toContain('also defines "acme"')
    expect(await textOf(configOf(sandbox))).toBe(global)
    expect(await textOf(join(folder, 'opencode.jsonc'))).toContain('acme.example')
  })
})
