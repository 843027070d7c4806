import fs from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import { makeSandbox } from '../../scripts/sandbox.mjs'

/** Bytes in which a tmpfs is given out. */
const PAGE = 4096

/** A small file system for one test. */
export interface SmallDisk {
  /** Leave room for so many more pages of file content. */
  leave(pages: number): void
  remount(access: 'ro' | 'rw'): Promise<void>
}

/** The file that takes the room. */
export const BALLAST = 'ballast'

/** Mount a tmpfs of 256 KiB over a folder, until the test is over. */
export async function mountTmpfs(folder: string): Promise<SmallDisk> {
  fs.mkdirSync(folder, { recursive: true })
  await mount(['-t', 'tmpfs', '-o', 'size=256k,mode=0700', 'opgen-test', folder])
  onTestFinished(async () => void (await runCommand('umount', [folder])))
  const ballast = join(folder, BALLAST)
  return {
    leave(pages) {
      fs.rmSync(ballast, { force: true })
      const filled = fill(ballast)
      fs.truncateSync(ballast, Math.max(0, filled - pages * PAGE))
    },
    remount: (access) => mount(['-o', `remount,${access}`, folder]),
  }
}

/** Write until there is no room; how much there was, in bytes. */
function fill(file: string): number {
  const page = Buffer.alloc(PAGE, '.')
  const handle = fs.openSync(file, 'w')
  try {
    for (let size = 0; ; size += PAGE) {
      try {
        fs.writeSync(handle, page)
      } catch {
        return size
      }
    }
  } finally {
    fs.closeSync(handle)
  }
}

/** Let a file appear in the place of another, as containers do, until the test is finished. */
export async function mountFile(file: string, place: string): Promise<void> {
  await mount(['--bind', file, place])
  onTestFinished(async () => void (await runCommand('umount', [place])))
}

async function mount(args: readonly string[]): Promise<void> {
  const { status, stderr } = await runCommand('mount', args)
  if (status !== 0) throw new Error(`mount: ${stderr}`)
}

/** Why no tmpfs can be mounted here; undefined when it can. */
export async function whyNoTmpfs(): Promise<string | undefined> {
  const { folder, remove } = await makeSandbox()
  try {
    const { status } = await runCommand('mount', [
      '-t',
      'tmpfs',
      '-o',
      'size=64k',
      'opgen-test',
      folder,
    ])
    if (status !== 0) return 'a tmpfs cannot be mounted here'
    await runCommand('umount', [folder])
    return undefined
  } finally {
    await remove()
  }
}
