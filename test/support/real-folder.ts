import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { OpgenError } from '../../src/errors.ts'

/** An empty folder for this test alone, as its real path; gone when the test is over. */
export function freshFolder(): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'opgen-files-')))
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A file of exactly this mode, alone in a fresh folder. */
export function freshFile(text: string | Uint8Array, mode = 0o644): string {
  const file = path.join(freshFolder(), 'opencode.jsonc')
  fs.writeFileSync(file, text)
  fs.chmodSync(file, mode)
  return file
}

export function modeOf(file: string): number {
  return fs.statSync(file).mode & 0o777
}

export function namesBeside(file: string): readonly string[] {
  return fs.readdirSync(path.dirname(file)).toSorted()
}

/** Why an attempt was refused, as the user is told. */
export async function reasonOf(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof OpgenError)) return `no refusal, but ${String(error)}`
  return error.failure.code === 'file-refused' ? error.failure.reason : error.failure.code
}
