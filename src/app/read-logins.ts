import { AUTH_VARIABLE } from '../core/doctor/auth-logins.ts'
import type { SceneAuth } from '../core/doctor/scene.ts'
import { isJsonObject } from '../core/json.ts'
import type { JsonValue } from '../core/json.ts'
import { parseJsonDocument, valueOf } from '../core/jsonc/parse.ts'
import type { System } from '../system/system.ts'
import { lookAt } from './look-if-possible.ts'

/** OpenCode's file with logins, and what it is. */
export async function readAuth({ files, machine }: System, file: string): Promise<SceneAuth> {
  const nothing = { file, text: '', document: undefined, problem: undefined, entries: [] }
  const facts = await lookAt(files, file)
  const isLink = facts?.kind === 'link'
  const linkTo = isLink ? await files.resolve(file).catch(() => undefined) : undefined
  const real = isLink && linkTo !== undefined ? await lookAt(files, linkTo) : facts
  const mode = machine.os === 'win32' ? undefined : real?.mode
  if (real === undefined) return { ...nothing, state: 'absent', mode, linkTo }
  if (real.kind === 'folder') return { ...nothing, state: 'folder', mode, linkTo }
  // A pipe would be waited for without end.
  const text = real.kind === 'file' ? await readAsOpenCode(files, file) : undefined
  if (text === undefined) return { ...nothing, state: 'refused', mode, linkTo }
  const parsed = parseJsonDocument(text, 'strict')
  if (!parsed.ok) {
    return { ...nothing, text, state: 'text', problem: parsed.problems[0], mode, linkTo }
  }
  const { document } = parsed
  const entries = document.root.members
  return { file, text, document, problem: undefined, entries, state: 'text', mode, linkTo }
}

/** What is no UTF-8 counts for OpenCode, with a mark in its place. */
async function readAsOpenCode(files: System['files'], file: string): Promise<string | undefined> {
  try {
    const bytes = await files.readBytes(file)
    return bytes === undefined
      ? undefined
      : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/**
 * The logins that count. `OPENCODE_AUTH_CONTENT` replaces the file where it is JSON, also where that gives no
 * logins (contract 3.1).
 */
export function loginsOf({ machine }: System, auth: SceneAuth): ReadonlyMap<string, JsonValue> {
  const inVariable = loginsIn(machine.env[AUTH_VARIABLE] ?? '')
  const onDisk = auth.document === undefined ? undefined : valueOf(auth.document.root)
  const logins = inVariable ?? onDisk
  return new Map(isJsonObject(logins) ? Object.entries(logins) : [])
}

function loginsIn(text: string): JsonValue | undefined {
  const parsed = parseJsonDocument(text, 'strict')
  if (parsed.ok) return valueOf(parsed.document.root)
  return parsed.problems[0]?.code === 'root-not-object' ? {} : undefined
}
