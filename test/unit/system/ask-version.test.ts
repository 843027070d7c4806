import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { askVersion } from '../../../src/system/ask-version.ts'
import { expectEnded } from '../../support/expect-ended.ts'
import { freshFolder } from '../../support/real-folder.ts'

const env = { PATH: process.env['PATH'], HOME: '/home/nobody', OPGEN_KEY_GW: 'test-key-gw' }

/** A program that does this. */
function script(...lines: readonly string[]): string {
  const file = path.join(freshFolder(), 'opencode')
  fs.writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 })
  return file
}

describe('a program that is asked for its version', () => {
  test('says it', async () => {
    expect(await askVersion(script('test "$*" = --version && echo 2.0.22'), env)).toBe('2.0.22')
  })

  test.each([
    ['garbage', ['head -c 4000 /dev/urandom']],
    ['nothing', ['exit 0']],
    ['a version, and fails', ['echo 2.0.22; exit 1']],
    ['a version among its errors', ['echo 2.0.22 >&2']],
    ['more than any version is long', ['while :; do echo 2.0.22; done']],
  ])('that says %s says none', async (_, lines) => {
    expect(await askVersion(script(...lines), env)).toBeUndefined()
  })

  test.each([
    ['is not there', path.join(os.tmpdir(), 'opgen-no-such-program')],
    ['is a folder', os.tmpdir()],
  ])('that %s says none', async (_, program) => {
    expect(await askVersion(program, env)).toBeUndefined()
  })

  test('that no interpreter can run says none', async () => {
    const file = script()
    fs.writeFileSync(file, '#!/no/such/interpreter\n')
    expect(await askVersion(file, env)).toBeUndefined()
    fs.writeFileSync(file, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 2, 3]))
    expect(await askVersion(file, env)).toBeUndefined()
  })

  test('is asked once more, as one that is installed when it is first called', async () => {
    const lines = [
      'test -e "$HOME/installed" && echo 2.0.22 && exit',
      ': > "$HOME/installed"; exit 1',
    ]
    expect(await askVersion(script(...lines), env)).toBe('2.0.22')
  })

  test('has nothing of its user but where programs are', async () => {
    const said = path.join(freshFolder(), 'environment')
    await askVersion(script(`env > "${said}"; pwd >> "${said}"; echo 2.0.22`), env)
    const text = fs.readFileSync(said, 'utf8')
    expect(text).not.toMatch(/test-key|\/home\/nobody/)
    expect(text).toContain(`PATH=${env.PATH}\n`)
    for (const name of ['HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'TMPDIR']) {
      expect(text).toMatch(new RegExp(`^${name}=.*/opgen-version-`, 'm'))
    }
  })

  test('leaves nothing behind', async () => {
    const said = path.join(freshFolder(), 'home')
    const lines = [
      `printf %s "$HOME" > "${said}"`,
      'mkdir -p "$XDG_DATA_HOME/opencode"',
      'echo 1.2.3',
    ]
    expect(await askVersion(script(...lines), env)).toBe('1.2.3')
    expect(fs.readFileSync(said, 'utf8')).toContain('opgen-version-')
    expect(fs.existsSync(fs.readFileSync(said, 'utf8'))).toBe(false)
  })

  test('and does not answer is ended when it is given up, with all that it started', async () => {
    const folder = freshFolder()
    const [pid, said] = [path.join(folder, 'pid'), path.join(folder, 'home')]
    const program = script(
      `printf %s "$HOME" > "${said}"`,
      `sleep 600 & echo $! > "${pid}"`,
      'wait',
    )
    const patience = new AbortController()
    const asking = askVersion(program, env, patience.signal)
    const started = (): boolean => fs.existsSync(pid) && fs.readFileSync(pid, 'utf8').endsWith('\n')
    await expect.poll(started, { timeout: 20_000 }).toBe(true)
    patience.abort()
    expect(await asking).toBeUndefined()
    await expectEnded(Number(fs.readFileSync(pid, 'utf8')))
    expect(fs.existsSync(fs.readFileSync(said, 'utf8'))).toBe(false)
  })

  test('and leaves something running that holds its output is not waited for', async () => {
    const pid = path.join(freshFolder(), 'pid')
    const program = script(`sleep 600 & echo $! > "${pid}"`, 'echo 2.0.22')
    expect(await askVersion(program, env)).toBe('2.0.22')
    await expectEnded(Number(fs.readFileSync(pid, 'utf8')))
  })
})
