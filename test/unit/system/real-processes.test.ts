import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  createRealProcesses,
  isProgram,
  parseProcStat,
  parsePs,
} from '../../../src/system/real-processes.ts'

describe('isProgram', () => {
  test.each([
    ['opencode', 'opencode', true],
    ['/home/me/.opencode/bin/opencode', 'opencode', true],
    ['/usr/lib/node_modules/opencode-ai/bin/opencode.exe', 'opencode', true],
    ['opencode', 'opencode.exe', true],
    ['opencode-helper', 'opencode', false],
    ['my-opencode', 'opencode', false],
    ['', 'opencode', false],
  ])('of %j called %s is %s', (program, name, expected) => {
    expect(isProgram(program, name)).toBe(expected)
  })
})

describe('parseProcStat', () => {
  const tail = '1 7 7 0 -1 4194304 90 0 0 0 1 2 0 0 20 0 1 0 123456 5000000 300'

  test('reads the command and the start time', () => {
    expect(parseProcStat(`42 (opencode) S ${tail}\n`)).toEqual({
      command: 'opencode',
      startTicks: 123_456,
    })
  })

  test('is not misled by brackets and spaces in the command', () => {
    expect(parseProcStat(`42 (a) R (b) S ${tail}\n`)).toEqual({
      command: 'a) R (b',
      startTicks: 123_456,
    })
  })

  test.each([`42 (opencode) Z ${tail}\n`, '', '42 opencode', '42 (opencode) S 1 2'])(
    'finds no running process in %j',
    (text) => {
      expect(parseProcStat(text)).toBeUndefined()
    },
  )
})

describe('parsePs', () => {
  test('reads what macOS prints: padded columns, local times, paths with spaces', () => {
    const text = [
      '    1     0 Sun Nov  1 09:05:33 2026     /sbin/launchd',
      ' 4321   501 Sat Nov 21 18:00:00 2026     /Users/me/My Tools/opencode',
      '  PID   UID STARTED COMM',
      '',
    ].join('\n')
    expect(parsePs(text)).toEqual([
      {
        pid: 1,
        uid: 0,
        startedAt: new Date(2026, 10, 1, 9, 5, 33).getTime(),
        program: '/sbin/launchd',
      },
      {
        pid: 4321,
        uid: 501,
        startedAt: new Date(2026, 10, 21, 18).getTime(),
        program: '/Users/me/My Tools/opencode',
      },
    ])
  })
})

/** A name no other process has: 15 bytes, all that the kernel keeps. */
function uniqueName(): string {
  return `opgen${String(process.pid).padStart(10, '0')}`
}

describe.runIf(process.platform === 'linux')('createRealProcesses, on Linux,', () => {
  let folder: string
  let running: ChildProcess | undefined

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'opgen-processes-'))
  })
  afterEach(() => {
    running?.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })

  async function start(program: string): Promise<number | undefined> {
    running = spawn(program, ['60'], { stdio: 'ignore' })
    await new Promise((resolve) => running?.once('spawn', resolve))
    return running.pid
  }

  test('finds a running program, and when it started', async () => {
    const program = join(folder, uniqueName())
    copyFileSync('/bin/sleep', program)
    const before = Date.now()
    const pid = await start(program)
    const found = await createRealProcesses().named(uniqueName())
    expect(found).toEqual([{ pid, startedAt: expect.any(Number) }])
    const [{ startedAt } = { startedAt: 0 }] = found
    expect(startedAt % 1000).toBe(0)
    // The clock of /proc and that of the day may be a second or two apart.
    expect(Math.abs(startedAt - before)).toBeLessThan(30_000)
  })

  test('finds a program that carries the suffix of Windows', async () => {
    const program = join(folder, `${uniqueName().slice(0, 11)}.exe`)
    copyFileSync('/bin/sleep', program)
    const pid = await start(program)
    const found = await createRealProcesses().named(uniqueName().slice(0, 11))
    expect(found.map((one) => one.pid)).toEqual([pid])
  })

  test('finds a program by the name it was started with', async () => {
    const program = join(folder, `${uniqueName()}-long`)
    symlinkSync('/bin/sleep', program)
    const pid = await start(program)
    const found = await createRealProcesses().named(`${uniqueName()}-long`)
    expect(found.map((one) => one.pid)).toEqual([pid])
  })

  test('does not find what has ended', async () => {
    const program = join(folder, uniqueName())
    copyFileSync('/bin/sleep', program)
    await start(program)
    running?.kill('SIGKILL')
    await vi.waitFor(
      async () => {
        expect(await createRealProcesses().named(uniqueName())).toEqual([])
      },
      { timeout: 20_000 },
    )
  })
})
