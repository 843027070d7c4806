import { execFile } from 'node:child_process'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import type { Processes, RunningProcess } from './system.ts'

/** Kernel ticks per second in /proc: 100 on every architecture that Node.js runs on (proc(5)). */
const TICKS_PER_SECOND = 100

/**
 * The processes of this user: from /proc on Linux, from ps(1) on macOS, unknown elsewhere. Never
 * throws; a process that ends while it is looked at is left out.
 */
export function createRealProcesses(): Pick<Processes, 'named'> {
  return {
    async named(name) {
      const uid = process.getuid?.()
      if (uid === undefined) return []
      if (process.platform === 'linux') return fromProc(name, uid)
      if (process.platform === 'darwin') return fromPs(name, uid)
      return []
    },
  }
}

/** A process as the system tells it. */
export interface ListedProcess extends RunningProcess {
  readonly uid: number
  /** Path or name of its program. */
  readonly program: string
}

/** `.exe` makes no difference: npm's OpenCode is called so on every system. */
export function isProgram(program: string, name: string): boolean {
  return withoutExe(basename(program)) === withoutExe(name)
}

function withoutExe(name: string): string {
  return name.endsWith('.exe') ? name.slice(0, -'.exe'.length) : name
}

/** Without a thread for each of hundreds of files, none of which is on a disk: that would take far longer. */
function fromProc(name: string, uid: number): readonly RunningProcess[] {
  try {
    const bootTime = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]
    if (bootTime === undefined) return []
    const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))
    return pids
      .map((pid) => lookAt(pid, name, uid, Number(bootTime)))
      .filter((one) => one !== undefined)
  } catch {
    return []
  }
}

function lookAt(
  pid: string,
  name: string,
  uid: number,
  bootTime: number,
): RunningProcess | undefined {
  const folder = `/proc/${pid}`
  try {
    if (statSync(folder).uid !== uid) return undefined
    const facts = parseProcStat(readFileSync(`${folder}/stat`, 'utf8'))
    if (facts === undefined) return undefined
    // The kernel's own name is cut to 15 bytes and may be changed by the program: argv[0] counts too.
    if (!isProgram(facts.command, name)) {
      const [program = ''] = readFileSync(`${folder}/cmdline`, 'utf8').split('\0', 1)
      if (!isProgram(program, name)) return undefined
    }
    const startedAt = (bootTime + Math.floor(facts.startTicks / TICKS_PER_SECOND)) * 1000
    return { pid: Number(pid), startedAt }
  } catch {
    // It has ended.
    return undefined
  }
}

interface ProcStat {
  readonly command: string
  /** Since boot. */
  readonly startTicks: number
}

/**
 * The fields of /proc/PID/stat that matter (proc(5): 2 `comm`, 3 `state`, 22 `starttime`); undefined
 * for a process that is dead and only not yet collected. The command may hold spaces and brackets.
 */
export function parseProcStat(text: string): ProcStat | undefined {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open === -1 || close < open) return undefined
  const [state, ...rest] = text.slice(close + 2).split(' ')
  if (state === 'Z' || state === 'X') return undefined
  const startTicks = Number(rest[22 - 4])
  if (!Number.isFinite(startTicks)) return undefined
  return { command: text.slice(open + 1, close), startTicks }
}

async function fromPs(name: string, uid: number): Promise<readonly RunningProcess[]> {
  try {
    const { stdout } = await promisify(execFile)(
      '/bin/ps',
      ['-axo', 'pid=,uid=,lstart=,comm='],
      // The format of dates follows the language.
      { env: { LC_ALL: 'C' }, maxBuffer: 16 * 1024 * 1024 },
    )
    return parsePs(stdout)
      .filter((one) => one.uid === uid && isProgram(one.program, name))
      .map(({ pid, startedAt }) => ({ pid, startedAt }))
  } catch {
    return []
  }
}

/** Lines of `ps -axo pid=,uid=,lstart=,comm=`; what does not look like one is left out. */
export function parsePs(text: string): readonly ListedProcess[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+\w{3} (\w{3} +\d+ \d\d:\d\d:\d\d \d{4})\s+(.+)$/.exec(line)
    const [, pid, uid, started, program] = match ?? []
    if (started === undefined || program === undefined) return []
    return [{ pid: Number(pid), uid: Number(uid), startedAt: Date.parse(started), program }]
  })
}
