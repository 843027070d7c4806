import { join } from 'node:path'
import { root } from '../../scripts/set-up.mjs'
import { textOf } from './opgen.ts'

/** What a program under test did, in order. */
export interface Recording {
  /** The arguments of every child process. */
  readonly children: readonly (readonly string[])[]
  /** Every file opened for writing, and its permissions right after it was opened. */
  readonly files: readonly { readonly path: string; readonly mode: number }[]
}

/** The environment that makes a Node program write down what it does to `file`. */
export function recordingTo(file: string): Readonly<Record<string, string>> {
  const recorder = join(root, 'test', 'support', 'recorder.cjs')
  return { NODE_OPTIONS: `--require=${recorder}`, RECORDER_FILE: file }
}

export async function readRecording(file: string): Promise<Recording> {
  const lines = ((await textOf(file)) ?? '').split('\n').filter((line) => line !== '')
  const entries = lines.map((line) => JSON.parse(line))
  return {
    children: entries.filter((entry) => 'child' in entry).map((entry) => entry.child),
    files: entries
      .filter((entry) => 'file' in entry)
      .map((entry) => ({ path: entry.file, mode: entry.mode })),
  }
}
