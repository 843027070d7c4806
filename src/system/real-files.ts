import { isUtf8 } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import type { Stats } from 'node:fs'
import path from 'node:path'
import { OpgenError } from '../errors.ts'
import { growSlowlyFor } from './engine-settings.ts'
import { codeOf, refused, refusing, unlessAbsent } from './file-refusals.ts'
import { isTemporaryName, temporaryName } from './left-over.ts'
import type { Exchange, Exchanged, FileFacts, Files, HeldFile, ReplaceOptions } from './system.ts'

/**
 * The disk. Synchronous inside: a run touches a few small files one after the other, and every turn
 * through the thread pool would cost more than the work.
 */
export const realFiles: Files = {
  read: (file) => refusing(file, () => readText(file)),
  readBytes: (file) => refusing(file, () => unlessAbsent(() => fs.readFileSync(file))),
  list: (folder) => refusing(folder, () => listFolder(folder)),
  look: (file) => refusing(file, () => lookAt(file)),
  resolve: (file) => refusing(file, () => resolveLinks(file)),
  replace: (file, text, options) => refusing(file, () => void replaceFile(file, text, options)),
  exchange: (file, exchange) => refusing(file, () => exchangeFile(file, exchange)),
  remove: (file) => refusing(file, () => removeFile(file)),
  removeEmptyFolder: async (folder) => removeEmptyFolder(folder),
  sweep: (file) => refusing(file, () => sweepBeside(file)),
  touch: async (file) => touchFile(file),
  tighten: (file, mode) => refusing(file, () => tightenMode(file, mode)),
}

function readText(file: string): string | undefined {
  const bytes = unlessAbsent(() => fs.readFileSync(file))
  if (bytes === undefined) return undefined
  growSlowlyFor(bytes.length)
  if (isUtf8(bytes)) return bytes.toString('utf8')
  throw new OpgenError({ code: 'file-refused', path: file, reason: 'not-utf8' })
}

function listFolder(folder: string): readonly string[] {
  return (unlessAbsent(() => fs.readdirSync(folder)) ?? []).toSorted()
}

function lookAt(file: string): FileFacts | undefined {
  const stats = fs.lstatSync(file, { throwIfNoEntry: false })
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
function resolveLinks(file: string): string {
  let current = file
  for (let hops = 0; hops < 40; hops += 1) {
    const here = current
    const real = unlessAbsent(() => fs.realpathSync.native(here))
    if (real !== undefined) return real
    const link = linkAt(here)
    if (link === 'a file by now') continue
    if (link === undefined) {
      const parent = path.dirname(here)
      return parent === here ? here : path.join(resolveLinks(parent), path.basename(here))
    }
    current = path.resolve(path.dirname(here), link.to)
  }
  throw new OpgenError({ code: 'file-refused', path: file, reason: 'link-loop' })
}

/** Where a path leads that was a dangling link, or nothing, a moment ago. */
function linkAt(file: string): { readonly to: string } | 'a file by now' | undefined {
  try {
    return unlessAbsent(() => ({ to: fs.readlinkSync(file) }))
  } catch (error) {
    if (codeOf(error) === 'EINVAL') return 'a file by now'
    throw error
  }
}

/**
 * @param mayGoOn asked right before the rename
 * @returns whether it went on
 */
function replaceFile(
  file: string,
  text: string,
  options: ReplaceOptions,
  mayGoOn = (): boolean => true,
): boolean {
  const folder = path.dirname(file)
  const before = fs.statSync(file, { throwIfNoEntry: false })
  if (before !== undefined && !before.isFile()) {
    throw new OpgenError({ code: 'file-refused', path: file, reason: 'is-a-folder' })
  }
  // A rename asks nobody but the folder, and a file that its owner protects is not to be written.
  if (before !== undefined) fs.accessSync(file, fs.constants.W_OK)
  const made = fs.mkdirSync(folder, { recursive: true, mode: options.folderMode })
  const keeps = before !== undefined && options.existing === 'keep'
  const mode = keeps ? before.mode & 0o777 : options.mode
  const unique = `${process.pid}.${randomBytes(6).toString('hex')}`
  const temporary = path.join(folder, temporaryName(file, unique))
  // `wx` is O_CREAT | O_EXCL | O_WRONLY. Born no wider than its final mode: narrowing would be late.
  let handle: number | undefined
  try {
    handle = fs.openSync(temporary, 'wx', mode)
    // A new file that is nobody's secret obeys the umask; every other mode is exact.
    if (before !== undefined || options.existing === 'tighten') fs.fchmodSync(handle, mode)
    if (before !== undefined) keepOwner(handle, before)
    fs.writeFileSync(handle, text)
    fs.fsyncSync(handle)
    fs.closeSync(handle)
    if (!mayGoOn()) {
      fs.rmSync(temporary)
      if (made !== undefined) removeFolders(folder, made)
      return false
    }
    fs.renameSync(temporary, file)
  } catch (error) {
    if (handle !== undefined) {
      closeQuietly(handle)
      fs.rmSync(temporary, { force: true })
    }
    if (made !== undefined) removeFolders(folder, made)
    throw error
  }
  syncFolder(folder)
  return true
}

/**
 * Between the look at the old text and the rename there are two system calls, and what another program
 * writes into the old file after that shows in `former`.
 */
function exchangeFile(file: string, { from, to, options }: Exchange): Exchanged {
  let former: HeldFile | undefined
  let found: string | undefined
  const letGo = (): void => {
    former?.release()
    former = undefined
  }
  const isAsExpected = (): boolean => {
    letGo()
    former = holdFile(file)
    const text = former?.read()
    const isSame = former === undefined ? from === undefined : text === (from ?? '')
    found = former === undefined ? undefined : (text ?? '')
    // Windows replaces no file that is open.
    if (process.platform === 'win32') letGo()
    return isSame
  }
  let done = false
  try {
    if (to !== undefined) done = replaceFile(file, to, options, isAsExpected)
    else if (isAsExpected()) {
      removeFile(file)
      done = true
    }
    return done ? { done, former } : { done, found }
  } finally {
    if (!done) letGo()
  }
}

function holdFile(file: string): HeldFile | undefined {
  const handle = unlessAbsent(() => fs.openSync(file, 'r'))
  if (handle === undefined) return undefined
  let isOpen = true
  return {
    read: () => refused(file, () => readHeld(handle)),
    release() {
      if (isOpen) closeQuietly(handle)
      isOpen = false
    },
  }
}

function readHeld(handle: number): string | undefined {
  const bytes = Buffer.alloc(fs.fstatSync(handle).size)
  const count = fs.readSync(handle, bytes, 0, bytes.length, 0)
  const text = bytes.subarray(0, count)
  return isUtf8(text) ? text.toString('utf8') : undefined
}

/** Take away the folders that were made for a file that could not be written. */
function removeFolders(innermost: string, outermost: string): void {
  for (let folder = innermost; folder.startsWith(outermost); folder = path.dirname(folder)) {
    removeEmptyFolder(folder)
  }
}

/** A file edited by root in a user's home stays the user's. */
function keepOwner(handle: number, before: Stats): void {
  const mine = fs.fstatSync(handle)
  if (mine.uid === before.uid && mine.gid === before.gid) return
  fs.fchownSync(handle, before.uid, before.gid)
}

function closeQuietly(handle: number): void {
  try {
    fs.closeSync(handle)
  } catch {
    // It may be closed already: what went wrong before is what counts.
  }
}

/**
 * Without it a power cut can lose the rename. Never an error: the rename is done, and who is told that it
 * was refused would not undo it. Some folders can be written but not opened; Windows opens none.
 */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  let handle: number | undefined
  try {
    handle = fs.openSync(folder, 'r')
    fs.fsyncSync(handle)
  } catch {
    // As said above.
  }
  if (handle !== undefined) closeQuietly(handle)
}

function removeFile(file: string): void {
  fs.rmSync(file, { force: true })
  syncFolder(path.dirname(file))
}

function removeEmptyFolder(folder: string): void {
  try {
    fs.rmdirSync(folder)
  } catch {
    // Not empty, not there, a link, or not ours to remove.
  }
}

function sweepBeside(file: string): void {
  const folder = path.dirname(file)
  const prefix = `.${path.basename(file)}.`
  for (const name of unlessAbsent(() => fs.readdirSync(folder)) ?? []) {
    if (!isTemporaryName(name, file)) continue
    const pid = Number(name.slice(prefix.length).split('.')[0])
    if (Number.isInteger(pid) && !isOfOther(pid))
      fs.rmSync(path.join(folder, name), { force: true })
  }
}

/**
 * Whether another process of this number runs. What has this process's own number is of one that had it
 * before, as every process of a container may have: a replacement of its own never lasts until a sweep.
 */
function isOfOther(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

function touchFile(file: string): void {
  const now = new Date()
  try {
    // Who watches the folder of a link sees nothing of the file behind it.
    if (fs.lstatSync(file).isSymbolicLink()) fs.lutimesSync(file, now, now)
    fs.utimesSync(file, now, now)
  } catch {
    // Not there, or somebody else's: what it holds is right all the same.
  }
}

function tightenMode(file: string, mode: number): boolean {
  if (process.platform === 'win32') return false
  const stats = fs.statSync(file, { throwIfNoEntry: false })
  if (stats === undefined || (stats.mode & 0o777 & ~mode) === 0) return false
  fs.chmodSync(file, stats.mode & mode)
  return true
}
