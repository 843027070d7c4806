import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { opgenProgram } from './opgen.ts'

export interface Typing {
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** What the program shows when it is ready to be typed at. */
  readonly prompt: string
  /** What is then typed, control characters included. */
  readonly typed: string
}

export interface Screen {
  readonly status: number
  /** Everything that appeared on the terminal, echo included. */
  readonly text: string
}

/** Run opgen on a terminal (made by util-linux' `script`) and type once it asks. */
export async function typeAtOpgen(sandbox: Sandbox, typing: Typing): Promise<Screen> {
  const command = [process.execPath, opgenProgram, ...typing.args]
    .map((word) => `'${word}'`)
    .join(' ')
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: sandbox.work,
    env: { ...sandbox.environment, ...typing.environment, SHELL: '/bin/sh', TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 60_000,
  })
  let text = ''
  let answered = false
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    if (answered || !text.includes(typing.prompt)) return
    answered = true
    child.stdin.write(typing.typed)
  })
  const [status] = await once(child, 'close')
  return { status: typeof status === 'number' ? status : -1, text }
}
