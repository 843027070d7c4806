import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createRealCommands } from '../../../src/system/real-commands.ts'
import type { CommandAnswer, CommandRequest } from '../../../src/system/system.ts'

const NODE = process.execPath

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opgen-commands-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

function run(
  argv: readonly string[],
  more: Partial<CommandRequest> = {},
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<CommandAnswer> {
  const request = { argv, folder, deadline: 60_000, onWaiting: () => {}, ...more }
  return createRealCommands(env).key(request)
}

/** A program that does what the script says. */
function script(code: string): readonly string[] {
  return [NODE, '-e', code]
}

function shown(answer: CommandAnswer): unknown {
  return answer.status === 'present' ? answer.secret.reveal() : answer.fault
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('a command', () => {
  test.each([
    ['test-key-a\n', 'test-key-a'],
    ['test-key-a\r\n', 'test-key-a'],
    ['test-key-a', 'test-key-a'],
    ['  test-key-a  \n', '  test-key-a  '],
    ['', { kind: 'nothing' }],
    ['\n', { kind: 'nothing' }],
    ['test-key-a\ntest-key-b\n', { kind: 'many-lines' }],
  ])('that prints %j gives %j', async (printed, expected) => {
    const answer = await run(script(`process.stdout.write(${JSON.stringify(printed)})`))
    expect(shown(answer)).toEqual(expected)
  })

  test('is given its arguments as they are, without a shell', async () => {
    const odd = ['$HOME', '`id`', 'a b', '"', '; echo x', '*']
    const argv = [...script('process.stdout.write(process.argv.slice(1).join("|"))'), ...odd]
    expect(shown(await run(argv))).toBe(odd.join('|'))
  })

  test('runs in its folder, and is found on $PATH', async () => {
    writeFileSync(join(folder, 'key'), 'test-key-file\n')
    expect(shown(await run(['cat', 'key']))).toBe('test-key-file')
  })

  test('has no input, and is in a group of its own', async () => {
    const code = `
      const input = require('fs').readFileSync(0, 'utf8')
      const group = require('child_process').execFileSync('ps', ['-o', 'pgid=', '-p', String(process.pid)])
      process.stdout.write(JSON.stringify({ input, own: Number(group) === process.pid }))`
    expect(shown(await run(script(code)))).toBe('{"input":"","own":true}')
  })

  test("gets the environment, but none of opgen's own keys", async () => {
    const env = { ...process.env, OPGEN_KEY_ACME: 'test-key-acme', OTHER: 'there' }
    const code = 'process.stdout.write(`${process.env.OTHER} ${process.env.OPGEN_KEY_ACME}`)'
    expect(shown(await run(script(code), {}, env))).toBe('there undefined')
  })

  test.each([
    ['exits with a code', 'process.stdout.write("test-key-x"); process.exit(3)', 3],
    ['is killed', 'process.kill(process.pid, "SIGKILL")', 'SIGKILL'],
  ])('that %s gives no key, whatever it printed', async (_, code, ended) => {
    expect(shown(await run(script(code)))).toEqual({ kind: 'failed', with: ended })
  })

  test('that prints without end is stopped', async () => {
    const code = 'const more = () => process.stdout.write("x".repeat(4096), more); more()'
    expect(shown(await run(script(code)))).toEqual({ kind: 'too-long' })
  })

  test('that prints no text gives no key', async () => {
    const code = 'process.stdout.write(Buffer.from([0xff, 0xfe, 0x41]))'
    expect(shown(await run(script(code)))).toEqual({ kind: 'not-text' })
  })

  test('that is not there, may not be run, or has no folder is told apart', async () => {
    const plain = join(folder, 'plain')
    writeFileSync(plain, '#!/bin/sh\necho test-key\n')
    chmodSync(plain, 0o644)
    expect(shown(await run(['opgen-no-such-program']))).toEqual({ kind: 'not-found' })
    expect(shown(await run([plain]))).toEqual({ kind: 'not-permitted' })
    expect(shown(await run(['true'], { folder: join(folder, 'no') }))).toEqual({
      kind: 'no-folder',
    })
  })

  test('that does not end is ended, with all that it has started', async () => {
    const pids = join(folder, 'pids')
    const code = `
      const child = require('child_process').spawn('sleep', ['1000'], { stdio: 'inherit' })
      require('fs').writeFileSync(${JSON.stringify(pids)}, process.pid + ' ' + child.pid)
      setInterval(() => {}, 1000)`
    const stop = new AbortController()
    const answer = run(script(code), { signal: stop.signal })
    await vi.waitUntil(() => existsSync(pids) && readFileSync(pids, 'utf8').includes(' '), {
      timeout: 20_000,
    })
    stop.abort()
    expect(shown(await answer)).toEqual({ kind: 'no-answer' })
    const started = readFileSync(pids, 'utf8').split(' ').map(Number)
    await vi.waitUntil(() => started.every((pid) => !isAlive(pid)), { timeout: 20_000 })
  })

  test.each(['', '.', 'bin', './bin'])(
    'is not looked for where $PATH has %j, which would be beside the manifest',
    async (place) => {
      mkdirSync(join(folder, 'bin'))
      for (const file of ['opgen-pass', 'bin/opgen-pass']) {
        writeFileSync(join(folder, file), '#!/bin/sh\necho test-key\n')
        chmodSync(join(folder, file), 0o755)
      }
      for (const listed of [place, `${place}:/usr/bin`, `/usr/bin:${place}`]) {
        const env = { ...process.env, PATH: listed }
        expect(shown(await run(['opgen-pass'], {}, env))).toEqual({ kind: 'not-found' })
      }
    },
  )

  test('that no system would start is refused', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    expect(shown(await run([join(file, 'below')]))).toEqual({ kind: 'not-found' })
    const long = await run(['true', 'x'.repeat(3_000_000)])
    expect(shown(long)).toEqual({ kind: 'not-permitted' })
  })

  test('ends with opgen when that is ended from the keyboard, by SIGQUIT too', async () => {
    const started = join(folder, 'started')
    const code = `
      require('fs').writeFileSync(${JSON.stringify(started)}, '')
      setInterval(() => {}, 1000)`
    const stay = vi.fn<() => void>()
    process.on('SIGQUIT', stay)
    onTestFinished(() => void process.off('SIGQUIT', stay))
    const answer = run(script(code))
    await vi.waitUntil(() => existsSync(started), { timeout: 20_000 })
    process.emit('SIGQUIT', 'SIGQUIT')
    expect(shown(await answer)).toEqual({ kind: 'failed', with: 'SIGKILL' })
  }, 10_000)

  test('has a deadline', async () => {
    const answer = await run(script('setInterval(() => {}, 1000)'), { deadline: 100 })
    expect(shown(answer)).toEqual({ kind: 'no-answer' })
  })

  test('that was not wanted any more before it started is not waited for', async () => {
    const signal = AbortSignal.abort()
    const answer = await run(script('setInterval(() => {}, 1000)'), { signal })
    expect(shown(answer)).toEqual({ kind: 'no-answer' })
  })
})
