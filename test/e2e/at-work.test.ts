import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import { emptyManifest, freshSandbox } from '../support/fresh.ts'
import { place } from '../support/opgen.ts'
import { typeAtOpgen } from '../support/pseudo-terminal.ts'
import { need } from '../support/tools.ts'

const CLEAR = '\r\u001B[2K'
const nobodyTypes = { prompt: 'nothing is asked', typed: '', environment: {} }

const tools = await need('pseudo-terminal')
describe.skipIf(tools.skip)(`on a terminal${tools.note}`, () => {
  test('a run that takes its time says so, and leaves nothing of it', async () => {
    const sandbox = await freshSandbox()
    const bin = join(sandbox.home, 'bin')
    const pipe = join(sandbox.home, 'pipe')
    await runCommand('mkfifo', [pipe])
    await place(join(bin, 'opencode'), `#!/bin/sh\nread version < '${pipe}'\necho $version\n`)
    await chmod(join(bin, 'opencode'), 0o755)
    let told: Promise<void> | undefined
    const { status, text } = await typeAtOpgen(sandbox, {
      ...nobodyTypes,
      args: ['doctor'],
      environment: { PATH: `${bin}:${sandbox.environment['PATH']}` },
      // OpenCode does not say its version before the screen shows who is asked for it.
      onShown: (shown) => {
        if (shown.includes('asking')) told ??= writeFile(pipe, '1.18.33\n')
      },
    })
    await told
    const line = `${CLEAR}asking ~/bin/opencode${CLEAR}`
    expect(status).toBe(0)
    expect(text.startsWith(line)).toBe(true)
    expect(text.slice(line.length)).not.toContain(CLEAR)
  })

  test('a long manifest is named while it is worked on', async () => {
    const sandbox = await freshSandbox()
    const text = `${emptyManifest}${'# nothing more\n'.repeat(20_000)}`
    await writeFile(join(sandbox.work, 'providers.yaml'), text)
    const screen = await typeAtOpgen(sandbox, { ...nobodyTypes, args: ['plan'] })
    expect(screen.status).toBe(0)
    const [before = '', after = '', ...more] = screen.text.split(
      `${CLEAR}working on providers.yaml${CLEAR}`,
    )
    expect([before, more]).toEqual(['', []])
    expect(after).toContain('Nothing to change.')
    expect(after).not.toContain(CLEAR)
  })

  test.each([['--quiet'], ['--json']])('nothing is said with %s', async (option) => {
    const sandbox = await freshSandbox()
    const text = `${emptyManifest}${'# nothing more\n'.repeat(20_000)}`
    await writeFile(join(sandbox.work, 'providers.yaml'), text)
    const screen = await typeAtOpgen(sandbox, { ...nobodyTypes, args: ['plan', option] })
    expect(screen.status).toBe(0)
    expect(screen.text).not.toContain('working')
    expect(screen.text).not.toContain('\u001B')
  })
})
