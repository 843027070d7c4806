import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { watchArguments } from './argument-watch.ts'
import { freshSandbox, freshSecretService, haimakerAt } from './fresh.ts'
import { keptTexts } from './kept-texts.ts'
import { leaks } from './leaks.ts'
import { keyFileOf, opgen, succeeds, textOf, writeManifest } from './opgen.ts'
import { readRecording, recordingTo } from './recording.ts'

/** Letters and digits only: no escape changes them, so they are found inside any of them. */
export const canary = `canary${randomBytes(12).toString('hex')}`
/** With characters that JSON and URLs escape. */
export const key = `test-key-"\\/+%-${canary}`
export const manifest = haimakerAt('https://llm.example/v1')
/** In the form that many vendors give their keys. */
export const generated = `sk-${canary}`

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
  { args: ['presets', '--json'] },
  { args: ['doctor'] },
  { args: ['doctor', '--json'] },
  { args: ['explain', 'haimaker', '--verbose'] },
  { args: ['explain', 'haimaker', '--json'] },
  { args: ['key', 'list'] },
  { args: ['key', 'list', '--json'] },
  { args: ['publish', '--format', 'managed', '--out', 'public'] },
  { args: ['publish', '--format', 'managed', '--out', 'public', '--dry-run', '--json'] },
  { args: ['init', '--manifest', 'another.yaml'] },
  { args: ['init', '--manifest', 'another.yaml', '--json'] },
]
export const applying: readonly Run[] = [
  { args: ['apply'] },
  { args: ['apply', '--json'] },
  { args: ['apply', '--verbose'] },
]
export const deciding: readonly Run[] = [
  { args: ['doctor', '--fix'] },
  { args: ['doctor', '--fix', '--json'] },
  { args: ['apply', '--keep'] },
  { args: ['apply', '--force'] },
  { args: ['apply', '--verbose', '--force', 'haimaker'] },
]

/**
 * Run a scene's commands on a machine whose keychain has the key, and look for it everywhere.
 *
 * @param others what must not be seen either, nor be in any file that did not hold it before
 * @returns where something was seen that must not be
 */
export async function findLeaks(
  { inAuthFile, stage, runs }: Scene,
  others: readonly string[] = [],
): Promise<readonly string[]> {
  const secrets = [canary, ...others]
  const found: string[] = []
  const note = (text: string, where: string): void => {
    if (secrets.some((secret) => leaks(text, secret))) found.push(where)
  }
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
    note(shown.stdout + shown.stderr, `opgen ${run.args.join(' ')}`)
  }
  expect(leaks((await textOf(sandbox.authFile)) ?? '', canary)).toBe(inAuthFile)

  const commandLines = await watch.stop()
  expect(commandLines.some((line) => line.includes('opgen.cjs'))).toBe(true)
  const { children } = await readRecording(recording)
  expect(children.length).toBeGreaterThan(0)
  const own = runs.some(({ isInArguments = false }) => isInArguments) ? [] : commandLines
  for (const line of [...own, ...children.flat()]) note(line, 'the arguments of a process')

  for (const [path, text] of await keptTexts(sandbox)) {
    const mayHaveIt = path === sandbox.authFile || path === keyFileOf(sandbox, 'haimaker')
    const before = staged.get(path) ?? ''
    const searched = secrets.filter(
      (secret) => !leaks(before, secret) && !(mayHaveIt && secret === canary),
    )
    if (searched.some((secret) => leaks(text, secret))) found.push(path)
  }
  return found
}
