import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { watchArguments } from './argument-watch.ts'
import { freshSandbox, freshSecretService, haimakerAt } from './fresh.ts'
import { leaks } from './leaks.ts'
import { keyFileOf, opgen, succeeds, textOf, writeManifest } from './opgen.ts'
import { readRecording, recordingTo } from './recording.ts'

/** Letters and digits only: no escape changes them, so they are found inside any of them. */
export const canary = `canary${randomBytes(12).toString('hex')}`
/** In the form that many vendors give their keys. */
export const generated = `sk-${canary}`
/** With characters that JSON and URLs escape. */
export const key = `test-key-"\\/+%-${canary}`
export const manifest = haimakerAt('https://llm.example/v1')

/** A command line, and what goes with it. */
export interface Run {
  readonly args: readonly string[]
  readonly input?: string
  readonly environment?: Readonly<Record<string, string>>
  /** The test itself puts it there: who looks at the list of processes sees it. */
  readonly isInArguments?: boolean
}

/** A state of the machine, and the commands that are run in it. */
export interface Scene {
  readonly name: string
  readonly stage: (sandbox: Sandbox) => Promise<void>
  /** Whether auth.json holds it in the end; no other file may, but for a key file. */
  readonly inAuthFile: boolean
  readonly runs: readonly Run[]
}

export const looking: readonly Run[] = [
  { args: ['plan', '--all-machines'] },
  { args: ['check'] },
  { args: ['check', '--json'] },
  { args: ['history', '--json'] },
  { args: ['key', 'show', 'haimaker'] },
  { args: ['key', 'show', 'haimaker', '--json'] },
  { args: ['key', 'show', 'haimaker', '--json'], environment: { OPENCODE: '1', AGENT: '1' } },
  { args: ['plan'] },
  { args: ['plan', '--json'] },
  { args: ['plan', '--text'] },
  { args: ['plan', '--check', '--verbose'] },
  { args: ['status'] },
  { args: ['status', '--json'] },
  { args: ['render'] },
  { args: ['render', '--json'] },
  { args: ['presets'] },
  { args: ['key', 'list'] },
  { args: ['key', 'list', '--json'] },
  { args: ['init', '--manifest', 'another.yaml'] },
]
export const applying: readonly Run[] = [
  { args: ['apply'] },
  { args: ['apply', '--json'] },
  { args: ['apply', '--verbose'] },
]
export const deciding: readonly Run[] = [
  { args: ['apply', '--keep'] },
  { args: ['apply', '--force'] },
  { args: ['apply', '--verbose', '--force', 'haimaker'] },
]

/** Play a scene, and look for the key in all that is printed, run and kept. */
export async function expectNeverShown({ inAuthFile, stage, runs }: Scene): Promise<void> {
  const sandbox = await freshSandbox()
  const service = await freshSecretService()
  const recording = join(sandbox.folder, 'recording')
  const environment = { ...service.environment, ...recordingTo(recording) }
  await writeManifest(sandbox, manifest)
  const watch = await watchArguments()
  await succeeds(opgen(sandbox, ['key', 'set', 'haimaker'], { environment, input: key }))
  await stage(sandbox)
  const staged = await keptTexts(sandbox)

  for (const run of runs) {
    const shown = await opgen(sandbox, run.args, {
      environment: { ...environment, ...run.environment },
      input: run.input ?? '',
    })
    expect(shown.status, `opgen ${run.args.join(' ')}\n${shown.stderr}`).not.toBe(70)
    const shows = leaks(shown.stdout + shown.stderr, canary)
    expect({ run: run.args, shows }).toEqual({ run: run.args, shows: false })
  }
  expect(leaks((await textOf(sandbox.authFile)) ?? '', canary)).toBe(inAuthFile)

  const commandLines = await watch.stop()
  expect(commandLines.some((line) => line.includes('opgen.cjs'))).toBe(true)
  const { children } = await readRecording(recording)
  expect(children.length).toBeGreaterThan(0)
  const own = runs.some(({ isInArguments = false }) => isInArguments) ? [] : commandLines
  for (const line of [...own, ...children.flat()]) expect(leaks(line, canary)).toBe(false)

  for (const [path, text] of await keptTexts(sandbox)) {
    const mayHaveIt = path === sandbox.authFile || path === keyFileOf(sandbox, 'haimaker')
    const hadIt = mayHaveIt || leaks(staged.get(path) ?? '', canary)
    expect({ path, leaks: !hadIt && leaks(text, canary) }).toEqual({ path, leaks: false })
  }
}

/** Every file in the sandbox, byte for byte as latin1 text, so that binary files are searched too. */
async function keptTexts(sandbox: Sandbox): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(sandbox.folder, { recursive: true, withFileTypes: true })
  const texts = new Map<string, string>()
  for (const found of entries.filter((each) => each.isFile())) {
    const path = join(found.parentPath, found.name)
    texts.set(path, await readFile(path, 'latin1'))
  }
  return texts
}
