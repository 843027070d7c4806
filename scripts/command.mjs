// Running other programs. Plain Node: this runs before anything is installed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * @typedef {object} CommandOptions
 * @property {string} [folder] working folder
 * @property {NodeJS.ProcessEnv} [environment] the whole environment; the caller's own when absent
 * @property {string} [input] text for standard input, which is closed at once when absent
 * @property {number} [patience] milliseconds after which the program is killed; two minutes when absent
 */

/**
 * @typedef {object} Outcome
 * @property {number} status exit code; -1 when a signal ended the program
 * @property {string} stdout
 * @property {string} stderr
 */

/**
 * Run a program to its end and collect what it prints.
 *
 * A program that cannot be started, or that ran out of patience, has status 127 and the reason on
 * `stderr`.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<Outcome>}
 */
export async function runCommand(program, args, options = {}) {
  const child = spawn(program, args, {
    cwd: options.folder,
    env: options.environment ?? process.env,
    // Not `timeout`: its timer is left running, and keeps Node alive, when the program does not exist.
    signal: AbortSignal.timeout(options.patience ?? 120_000),
    killSignal: 'SIGKILL',
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  /** @type {{ stdout: Buffer[], stderr: Buffer[] }} */
  const printed = { stdout: [], stderr: [] }
  child.stdout.on('data', (chunk) => printed.stdout.push(chunk))
  child.stderr.on('data', (chunk) => printed.stderr.push(chunk))
  // A program that ends without reading its input closes the pipe: no reason to fail here.
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  try {
    const [code] = await once(child, 'close')
    return {
      status: code ?? -1,
      stdout: Buffer.concat(printed.stdout).toString(),
      stderr: Buffer.concat(printed.stderr).toString(),
    }
  } catch (error) {
    return { status: 127, stdout: '', stderr: `${program}: ${messageOf(error)}\n` }
  }
}

/** @param {unknown} error */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error)
}
