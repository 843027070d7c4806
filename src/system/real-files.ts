import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import type { Stats } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
import { OpgenError } from '../errors.ts'
import type { FileRefusal } from '../errors.ts'
import type { FileFacts, Files, ReplaceOptions } from './system.ts'

/** The disk. */
export const realFiles: Files = {
  read: (file) => refusing(file, () => readText(file)),
  look: (file) => refusing(file, () => lookAt(file)),
  resolve: (file) => refusing(file, () => resolveLinks(file)),
  replace: (file, text, options) => refusing(file, () => replaceFile(file, text, options)),
  remove: (file) => refusing(file, () => removeFile(file)),
  sweep: (file) => refusing(file, () => sweepBeside(file)),
  tighten: (file, mode) => refusing(file, () => tightenMode(file, mode)),
}

async function readText(file: string): Promise<string | undefined> {
  const bytes = await unlessAbsent(fs.readFile(file))
  if (bytes === undefined) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new OpgenError({ code: 'file-refused', path: file, reason: 'not-utf8' })
  }
}

async function lookAt(file: string): Promise<FileFacts | undefined> {
  const stats = await unlessAbsent(fs.lstat(file))
  if (stats === undefined) return undefined
  const { mode, mtimeMs, size } = stats
  return { kind: kindOf(stats), mode: mode & 0o777, mtimeMs, size }
}

function kindOf(stats: Stats): FileFacts['kind'] {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'folder'
  return stats.isSymbolicLink() ? 'link' : 'other'
}

/** `realpath` that also works for a dangling link and for a path whose end does not exist yet. */
async function resolveLinks(file: string): Promise<string> {
  let current = file
  for (let hops = 0; hops < 40; hops += 1) {
    const real = await unlessAbsent(fs.realpath(current))
    if (real !== undefined) return real
    const link = await unlessAbsent(fs.readlink(current).catch(ignoreNoLink))
    if (link === undefined) {
      const parent = path.dirname(current)
      return parent === current
        ? current
        : path.join(await resolveLinks(parent), path.basename(current))
    }
    current = path.resolve(path.dirname(current), link)
  }
  throw new OpgenError({ code: 'file-refused', path: file, reason: 'link-loop' })
}

function ignoreNoLink(error: unknown): undefined {
  if (codeOf(error) === 'EINVAL') return undefined
  throw error
}

async function replaceFile(file: string, text: string, options: ReplaceOptions): Promise<void> {
  const folder = path.dirname(file)
  await fs.mkdir(folder, { recursive: true, mode: options.folderMode })
  const before = await unlessAbsent(fs.stat(file))
  const keeps = before !== undefined && options.existing === 'keep'
  const mode = keeps ? before.mode & 0o777 : options.mode
  const temporary = path.join(
    folder,
    `.${path.basename(file)}.${process.pid}.${randomBytes(6).toString('hex')}${LEFT_OVER}`,
  )
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY
  // Born no wider than its final mode: widening afterwards shows nothing, narrowing would be late.
  const handle = await fs.open(temporary, flags, mode)
  try {
    // A new file that is nobody's secret obeys the umask; every other mode is exact.
    if (before !== undefined || options.existing === 'tighten') await handle.chmod(mode)
    if (before !== undefined) await keepOwner(handle, before)
    await handle.writeFile(text)
    await handle.sync()
    await handle.close()
    await fs.rename(temporary, file)
  } catch (error) {
    await handle.close().catch(() => {})
    await fs.rm(temporary, { force: true })
    throw error
  }
  await syncFolder(folder)
}

/** A file edited by root in a user's home stays the user's. */
async function keepOwner(handle: fs.FileHandle, before: Stats): Promise<void> {
  const mine = await handle.stat()
  if (mine.uid === before.uid && mine.gid === before.gid) return
  await handle.chown(before.uid, before.gid)
}

/** Without it a power cut can lose the rename. Windows cannot open a folder. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await fs.open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function removeFile(file: string): Promise<void> {
  await fs.rm(file, { force: true })
  await unlessAbsent(syncFolder(path.dirname(file)))
}

const LEFT_OVER = '.opgen-tmp'

async function sweepBeside(file: string): Promise<void> {
  const folder = path.dirname(file)
  const prefix = `.${path.basename(file)}.`
  for (const name of (await unlessAbsent(fs.readdir(folder))) ?? []) {
    if (!name.startsWith(prefix) || !name.endsWith(LEFT_OVER)) continue
    const pid = Number(name.slice(prefix.length).split('.')[0])
    if (Number.isInteger(pid) && !isRunning(pid))
      await fs.rm(path.join(folder, name), { force: true })
  }
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

async function tightenMode(file: string, mode: number): Promise<boolean> {
  if (process.platform === 'win32') return false
  const stats = await unlessAbsent(fs.stat(file))
  if (stats === undefined || (stats.mode & 0o777 & ~mode) === 0) return false
  await fs.chmod(file, stats.mode & mode)
  return true
}

async function unlessAbsent<T>(operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

async function refusing<T>(file: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation()
  } catch (error) {
    if (error instanceof OpgenError) throw error
    const reason = REASONS[codeOf(error) ?? '']
    if (reason === undefined && codeOf(error) === undefined) throw error
    throw new OpgenError({ code: 'file-refused', path: file, reason: reason ?? 'other' })
  }
}

const REASONS: Readonly<Record<string, FileRefusal>> = {
  EACCES: 'not-permitted',
  EPERM: 'not-permitted',
  EROFS: 'read-only',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EISDIR: 'is-a-folder',
  ELOOP: 'link-loop',
  ENOTDIR: 'no-folder',
  EEXIST: 'no-folder',
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
