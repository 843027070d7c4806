import { isUtf8 } from 'node:buffer'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { statSync } from 'node:fs'
import { Secret } from '../core/secret.ts'
import { codeOf } from './file-refusals.ts'
import type { CommandAnswer, CommandFault, CommandRequest, Commands } from './system.ts'

/** How long a program may take before the user is told that it is being waited for. */
const PATIENT_MS = 2000

/** In bytes: more is no key. */
const MOST_OUTPUT = 64 * 1024

/** What ends this process, and must not leave a program behind. */
const ENDINGS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

type Environment = Readonly<Record<string, string | undefined>>

/** Programs that print keys. What they say on standard error is dropped: it may hold the key as well. */
export function createRealCommands(env: Environment): Commands {
  return { key: (request) => runForKey(request, withoutKeys(env)) }
}

/** Keys that are meant for opgen are for nobody else. */
function withoutKeys(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^OPGEN_KEY_/i.test(name)))
}

async function runForKey(request: CommandRequest, env: Environment): Promise<CommandAnswer> {
  const [program = '', ...args] = request.argv
  if (!isFolder(request.folder)) return refused({ kind: 'no-folder' })
  const child = spawn(program, args, {
    cwd: request.folder,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
    // A group of its own, so that what it starts can be ended with it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  const forget = endWith(child)
  const waiting = setTimeout(request.onWaiting, PATIENT_MS)
  try {
    return await answerOf(child, request)
  } finally {
    clearTimeout(waiting)
    forget()
  }
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

function startFault(error: Error): CommandFault {
  return { kind: codeOf(error) === 'ENOENT' ? 'not-found' : 'not-permitted' }
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
