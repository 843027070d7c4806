import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runApart } from '../../../src/system/run-apart.ts'
import type { ApartEnd, ApartRun } from '../../../src/system/run-apart.ts'
import { bundled } from '../../support/bundled.ts'
import { expectEnded } from '../../support/expect-ended.ts'
import { freshFolder, modeOf } from '../../support/real-folder.ts'

/** A program that does this. */
function script(...lines: readonly string[]): string {
  const file = path.join(freshFolder(), 'program')
  fs.writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 })
  return file
}

const env = { PATH: process.env['PATH'] ?? '' }

async function run(program: string, more: Partial<ApartRun> = {}): Promise<ApartEnd> {
  return await runApart('opgen-apart-test-', async (apart) =>
    apart.run({
      program,
      args: [],
      workingFolder: apart.folder,
      env,
      ends: new AbortController().signal,
      mostBytes: 1024,
      ...more,
    }),
  )
}

describe('the folder of a program that runs apart', () => {
  test('is for this user alone, and gone afterwards with all that was put into it', async () => {
    const folder = await runApart('opgen-apart-test-', async (apart) => {
      expect(modeOf(apart.folder)).toBe(0o700)
      expect(fs.readdirSync(apart.folder)).toEqual([])
      const written = script('mkdir -p a/b; echo text > a/b/c')
      const { folder: workingFolder } = apart
      const ends = new AbortController().signal
      await apart.run({ program: written, args: [], workingFolder, env, ends, mostBytes: 0 })
      expect(fs.readdirSync(apart.folder)).toEqual(['a'])
      return apart.folder
    })
    expect(fs.existsSync(folder)).toBe(false)
  })

  test('is gone where the work fails', async () => {
    let made = ''
    const work = runApart('opgen-apart-test-', async ({ folder }) => {
      made = folder
      throw new Error('no')
    })
    await expect(work).rejects.toThrow('no')
    expect(fs.existsSync(made)).toBe(false)
  })
})

describe('a program that runs apart', () => {
  test('is told by its code and by what it printed', async () => {
    const program = script('echo "$1 $OWN"; pwd; echo errors >&2; exit 3')
    const end = await run(program, { args: ['a b'], env: { ...env, OWN: 'own' } })
    expect(end).toMatchObject({ state: 'ended', code: 3 })
    expect(end).toMatchObject({ printed: expect.stringMatching(/^a b own\n\/.*apart-test-.*\n$/) })
  })

  test('has no input', async () => {
    expect(await run(script('cat; echo over'))).toMatchObject({ code: 0, printed: 'over\n' })
  })

  test('that a signal ends has no code', async () => {
    expect(await run(script('kill -9 $$'))).toEqual({
      state: 'ended',
      code: undefined,
      printed: '',
    })
  })

  test('is ended as soon as it has printed enough', async () => {
    const program = script('echo one; echo two; sleep 600')
    const printed = 'one\ntwo\n'
    expect(await run(program, { isEnough: saysTwo })).toEqual({
      state: 'ended',
      code: undefined,
      printed,
    })
  })

  test.each([
    ['prints more than anybody wants', { mostBytes: 1024 }],
    ['is not waited for', { ends: AbortSignal.abort() }],
  ])('and %s has no answer', async (_, more) => {
    expect(await run(script('while :; do echo more; done'), more)).toEqual({ state: 'no-answer' })
  })

  test.each([
    ['is not there', '/no/such/program'],
    ['is a folder', '/'],
  ])('that %s is not started', async (_, program) => {
    expect(await run(program)).toEqual({ state: 'not-started' })
  })
})

describe('a signal to opgen while programs run apart', () => {
  test.each([
    ['SIGINT', 1],
    ['SIGTERM', 1],
    ['SIGHUP', 1],
    ['SIGTERM', 3],
  ] as const)('%s ends opgen, the programs (%i) and their folders', async (signal, count) => {
    const pids = path.join(freshFolder(), 'pids')
    const program = script(
      'mkdir -p a/b; echo text > a/b/c',
      `sleep 600 & echo "$! $$" >> "${pids}"`,
      'wait',
    )
    const parent = spawn(
      process.execPath,
      [await bundled('apart-parent'), String(count), program],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    onTestFinished(() => void parent.kill('SIGKILL'))
    let told = ''
    parent.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()))
    const started = (): number => (fs.existsSync(pids) ? linesIn(fs.readFileSync(pids, 'utf8')) : 0)
    await expect.poll(started, { timeout: 20_000 }).toBe(count)
    parent.kill(signal)
    expect(await once(parent, 'close')).toEqual([null, signal])
    const folders = told.trim().split('\n')
    expect(folders.length).toBe(count)
    for (const folder of folders) expect(fs.existsSync(folder)).toBe(false)
    for (const pid of fs.readFileSync(pids, 'utf8').trim().split(/\s/)) {
      await expectEnded(Number(pid))
    }
  })
})

function saysTwo(printed: string): boolean {
  return printed.includes('two\n')
}

function linesIn(text: string): number {
  return text.split('\n').length - 1
}
