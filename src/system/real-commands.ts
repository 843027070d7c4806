import { isUtf8 } from 'node:buffer'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { statSync } from 'node:fs'
import path from 'node:path'
import { Secret } from '../core/secret.ts'
import { codeOf } from './file-refusals.ts'
import type { CommandAnswer, CommandFault, CommandRequest, Commands } from './system.ts'

/** How long a program may take before the user is told that it is being waited for. */
const PATIENT_MS = 2000

/** In bytes: more is no key. */
const MOST_OUTPUT = 64 * 1024

/** What ends this process, and must not leave a program behind. */
const ENDINGS = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP'] as const

type Environment = Readonly<Record<string, string | undefined>>

/** Programs that print keys. What they say on standard error is dropped: it may hold the key as well. */
export function createRealCommands(env: Environment): Commands {
  return { key: (request) => runForKey(request, environmentFor(env)) }
}

/**
 * Keys that are meant for opgen are for nobody else. What $PATH has that is relative would be looked for
 * beside the manifest, in a folder that others may fill.
 */
function environmentFor(env: Environment): Environment {
  const entries = Object.entries(env).flatMap(([name, value]) => {
    if (/^OPGEN_KEY_/i.test(name)) return []
    if (value === undefined || !isPath(name)) return [[name, value] as const]
    const listed = absoluteFolders(value).join(path.delimiter)
    // An empty one would be the folder itself.
    return listed === '' ? [] : [[name, listed] as const]
  })
  return Object.fromEntries(entries)
}

function isPath(name: string): boolean {
  return process.platform === 'win32' ? name.toUpperCase() === 'PATH' : name === 'PATH'
}

function absoluteFolders(listed: string): readonly string[] {
  return listed.split(path.delimiter).filter((folder) => path.isAbsolute(folder))
}

/**
 * Windows looks for a program in the folder that it is to run in before $PATH. Undefined: it is not
 * on $PATH.
 */
function placeOnWindows(program: string, env: Environment): string | undefined {
  if (process.platform !== 'win32' || path.basename(program) !== program) return program
  const listed = Object.entries(env).find(([name]) => isPath(name))?.[1] ?? ''
  const plain = path.extname(program) === '' ? [] : [program]
  const names = [...plain, `${program}.exe`, `${program}.com`]
  return absoluteFolders(listed)
    .flatMap((folder) => names.map((name) => path.join(folder, name)))
    .find((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
}

async function runForKey(request: CommandRequest, env: Environment): Promise<CommandAnswer> {
  if (!isFolder(request.folder)) return refused({ kind: 'no-folder' })
  let child: ChildProcess
  try {
    child = start(request, env)
  } catch (error) {
    return refused(startFault(error))
  }
  const forget = endWith(child)
  const waiting = setTimeout(request.onWaiting, PATIENT_MS)
  try {
    return await answerOf(child, request)
  } finally {
    clearTimeout(waiting)
    forget()
  }
}

/** @throws Error for some of what no system would start; of the rest the child tells */
function start({ argv, folder }: CommandRequest, env: Environment): ChildProcess {
  const [named = '', ...args] = argv
  const program = placeOnWindows(named, env)
  if (program === undefined) throw Object.assign(new Error('not on $PATH'), { code: 'ENOENT' })
  return spawn(program, args, {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
    // A group of its own, so that what it starts can be ended with it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
}

/** A missing folder would look like a missing program. */
function isFolder(folder: string): boolean {
  try {
    return statSync(folder).isDirectory()
  } catch {
    return false
  }
}

function answerOf(
  child: ChildProcess,
  { deadline, signal }: CommandRequest,
): Promise<CommandAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    let stopped: CommandFault | undefined
    const stop = (fault: CommandFault): void => {
      stopped ??= fault
      endGroup(child)
      // Something that it started elsewhere may keep its output open.
      child.stdout?.destroy()
    }
    const timeout = setTimeout(() => stop({ kind: 'no-answer' }), deadline)
    const abort = (): void => stop({ kind: 'no-answer' })
    signal?.addEventListener('abort', abort)
    if (signal?.aborted === true) abort()
    const finish = (answer: CommandAnswer): void => {
      clearTimeout(timeout)
      signal?.removeEventListener('abort', abort)
      resolve(answer)
    }
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MOST_OUTPUT) stop({ kind: 'too-long' })
      else chunks.push(chunk)
    })
    child.on('error', (error) => finish(refused(startFault(error))))
    child.on('close', (code, killedBy) => {
      const printed = Buffer.concat(chunks)
      for (const chunk of chunks) chunk.fill(0)
      if (stopped !== undefined) finish(refused(stopped))
      else if (code !== 0) finish(refused({ kind: 'failed', with: code ?? killedBy ?? 'unknown' }))
      else finish(keyIn(printed))
    })
  })
}

function startFault(error: unknown): CommandFault {
  const isMissing = ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')
  return { kind: isMissing ? 'not-found' : 'not-permitted' }
}

function keyIn(printed: Buffer): CommandAnswer {
  if (!isUtf8(printed)) return refused({ kind: 'not-text' })
  const text = printed.toString('utf8').replace(/\r?\n$/, '')
  if (text.trim() === '') return refused({ kind: 'nothing' })
  if (/[\r\n]/.test(text.trim())) return refused({ kind: 'many-lines' })
  return { status: 'present', secret: new Secret(text) }
}

function refused(fault: CommandFault): CommandAnswer {
  return { status: 'refused', fault }
}

/** End a program and all that it has started. */
function endGroup(child: ChildProcess): void {
  try {
    if (child.pid === undefined || process.platform === 'win32') child.kill()
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}

/**
 * End the program together with this process: being in a group of its own, it does not get the
 * terminal's Ctrl-C. @returns what takes that back
 */
function endWith(child: ChildProcess): () => void {
  const handlers = ENDINGS.map((name) => {
    const handler = (): void => {
      endGroup(child)
      forget()
      // As if nobody had listened.
      if (process.listenerCount(name) === 0) process.kill(process.pid, name)
    }
    return [name, handler] as const
  })
  const forget = (): void => {
    for (const [name, handler] of handlers) process.off(name, handler)
  }
  for (const [name, handler] of handlers) process.on(name, handler)
  return forget
}
