import { createHash } from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import type { Lock, Locks } from './system.ts'

/**
 * Locks that the kernel holds for a process, and that end with it: on Linux names of abstract sockets
 * (unix(7)), on Windows named pipes, elsewhere files opened with O_EXLOCK (open(2) of macOS and the BSDs).
 * Nothing is left behind that a later run would have to judge.
 */
export const realLocks: Locks = {
  async take(files, folder) {
    const taken: Lock[] = []
    const release = async (): Promise<void> => {
      for (const lock of taken.splice(0)) await lock.release()
    }
    // In one order, so that no two processes wait for each other.
    for (const name of [...new Set(files.map(nameOf))].toSorted()) {
      const lock = await takeOne(name, folder)
      if (lock === undefined) {
        await release()
        return undefined
      }
      taken.push(lock)
    }
    return { release }
  },
}

/** Of this user: two users may each have a lock on a file that only one of them can write. */
function nameOf(file: string): string {
  const user = process.getuid?.() ?? process.env['USERNAME'] ?? ''
  const digest = createHash('sha256').update(`${user}\0${file}`).digest('hex')
  return `opgen-${digest.slice(0, 32)}`
}

async function takeOne(name: string, folder: string): Promise<Lock | undefined> {
  if (process.platform === 'linux') return await listenOn(`\0${name}`)
  if (process.platform === 'win32') return await listenOn(`\\\\.\\pipe\\${name}`)
  return openExclusively(path.join(folder, `${name}.lock`))
}

const NO_LOCK: Lock = { release: async () => {} }

/** Nobody connects; that the name is taken is the lock. */
function listenOn(address: string): Promise<Lock | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer((socket) => socket.destroy())
    server.unref()
    server.once('error', (error: NodeJS.ErrnoException) => {
      // A sandbox may allow no names at all. Then what is left is the look at each file before it is replaced.
      resolve(error.code === 'EADDRINUSE' ? undefined : NO_LOCK)
    })
    server.listen(address, () => {
      resolve({ release: () => new Promise((done) => server.close(() => done())) })
    })
  })
}

/** Values of <fcntl.h> that macOS, FreeBSD and OpenBSD share, and that Node.js has no names for. */
const O_EXLOCK = 0x20

function openExclusively(file: string): Lock | undefined {
  const { O_CREAT, O_NONBLOCK, O_RDWR } = fs.constants
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
    const handle = fs.openSync(file, O_RDWR | O_CREAT | O_NONBLOCK | O_EXLOCK, 0o600)
    return { release: async () => fs.closeSync(handle) }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return undefined
    // Some network disks know no such locks; and a folder that cannot be written is told of by who writes the state.
    return NO_LOCK
  }
}
