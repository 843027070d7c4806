import { chmod, lstat, mkdir, readdir, readlink, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import { freshSandbox, freshSecretService } from '../support/fresh.ts'
import { opgen, succeeds, textOf } from '../support/opgen.ts'
import { typeAtOpgen } from '../support/pseudo-terminal.ts'
import { need } from '../support/tools.ts'

const typedKey = 'test-key-typed'
const before = '\uFEFFversion: 1\r\nproviders: {} # none yet\r\n\r\n# the end'
const after = [
  '\uFEFFversion: 1',
  'providers: # none yet',
  '  gw:',
  '    baseURL: https://gw.example/v1',
  '    models:',
  '      - a/b',
  '      - "c:d"',
  '',
  '# the end',
].join('\r\n')

const tools = await need('secret-service', 'pseudo-terminal')
describe.skipIf(tools.skip)(`\`add\` on a terminal${tools.note}`, () => {
  test('writes behind a symlink what a person answers, and stores the key', async () => {
    const sandbox = await freshSandbox()
    const { environment } = await freshSecretService()
    const real = join(sandbox.home, 'repository', 'providers.yaml')
    const link = join(sandbox.work, 'providers.yaml')
    await mkdir(dirname(real), { recursive: true })
    await writeFile(real, before)
    await chmod(real, 0o640)
    await symlink(real, link)

    const screen = await typeAtOpgen(sandbox, {
      args: ['add', 'gw'],
      environment,
      prompt: 'Preset, by name or number [openai-compatible]: ',
      typed: '\r',
      next: [
        { prompt: 'Base URL: ', typed: 'https://gw.example/v1\r' },
        { prompt: 'Model: ', typed: 'a/b, c:d\r' },
        { prompt: 'Another: ', typed: '\r' },
        { prompt: 'Enter skips', typed: `${typedKey}\r` },
      ],
    })

    expect(screen).toMatchObject({ status: 0 })
    expect(screen.text).not.toContain(typedKey)
    expect(await textOf(real)).toBe(after)
    expect((await stat(real)).mode & 0o777).toBe(0o640)
    expect((await lstat(link)).isSymbolicLink()).toBe(true)
    expect(await readlink(link)).toBe(real)
    expect(await readdir(dirname(real))).toEqual(['providers.yaml'])
    await succeeds(opgen(sandbox, ['apply'], { environment }))
    expect(await textOf(sandbox.authFile)).toContain(typedKey)
    await succeeds(opgen(sandbox, ['remove', 'gw'], { environment }))
    expect(await textOf(real)).toBe(before)
  })

  test('writes and stores nothing after Ctrl-C, and exits 130', async () => {
    const sandbox = await freshSandbox()
    const { environment } = await freshSecretService()
    const file = join(sandbox.work, 'providers.yaml')
    await writeFile(file, before)

    const screen = await typeAtOpgen(sandbox, {
      args: ['add', 'gw', '--base-url', 'https://gw.example/v1', '--model', 'm'],
      environment,
      prompt: 'Preset, by name or number [openai-compatible]: ',
      typed: '\r',
      next: [{ prompt: 'Enter skips', typed: `${typedKey}\u0003` }],
    })

    expect(screen).toMatchObject({ status: 130 })
    expect(await textOf(file)).toBe(before)
    const found = await runCommand(
      'secret-tool',
      ['lookup', 'service', 'opgen', 'username', 'gw'],
      {
        environment: { ...sandbox.environment, ...environment },
      },
    )
    expect(found.stdout).toBe('')
  })
})
