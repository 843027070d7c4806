import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { opgenProgram } from './opgen.ts'

export interface Typing extends Exchange {
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** What comes after the first prompt, each waiting for its own. */
  readonly next?: readonly Exchange[]
  /** Called with everything that has appeared, each time there is more. */
  readonly onShown?: (text: string) => void
}

/** A prompt, and what a person types at it. */
export interface Exchange {
  /** What the program shows when it is ready to be typed at; looked for behind the prompt before. */
  readonly prompt: string
  /** What is then typed, control characters included. */
  readonly typed: string
}

export interface Screen {
  readonly status: number
  /** Everything that appeared on the terminal, echo included. */
  readonly text: string
}

/** Run opgen on a terminal and type each time it asks. */
export async function typeAtOpgen(sandbox: Sandbox, typing: Typing): Promise<Screen> {
  return typeAt([process.execPath, opgenProgram], sandbox, typing)
}

/** Run a program on a terminal (made by util-linux' `script`) and type each time it asks. */
export async function typeAt(
  program: readonly string[],
  sandbox: Sandbox,
  typing: Typing,
): Promise<Screen> {
  const words = [...program, ...typing.args].map((word) => `'${word}'`)
  // No shell stays in between: it would get what keys send, too.
  const command = `exec ${words.join(' ')}`
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: sandbox.work,
    env: { ...sandbox.environment, ...typing.environment, SHELL: '/bin/sh', TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 60_000,
  })
  let text = ''
  let seen = 0
  const exchanges: Exchange[] = [typing, ...(typing.next ?? [])]
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    typing.onShown?.(text)
    const [next] = exchanges
    const at = next === undefined ? -1 : text.indexOf(next.prompt, seen)
    if (next === undefined || at < 0) return
    exchanges.shift()
    // What was typed may show, and is no prompt.
    seen = text.length
    child.stdin.write(next.typed)
  })
  const [status] = await once(child, 'close')
  return { status: typeof status === 'number' ? status : -1, text }
}
