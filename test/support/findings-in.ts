import { run } from '../../src/cli/run.ts'
import type { Finding } from '../../src/core/doctor/finding.ts'
import { HOME, memoryWorld } from './memory-system.ts'
import type { MemoryWorld, WorldOptions } from './memory-system.ts'
import { memoryTerminal } from './memory-terminal.ts'
import { packageTemplates } from './package-templates.ts'

/** A machine with OpenCode 1.18.33, and OpenCode started in `~/code`. */
export function doctorIn({ files, ...options }: WorldOptions = {}): MemoryWorld {
  return memoryWorld({
    cwd: `${HOME}/code`,
    installed: { '/usr/bin/opencode': '1.18.33' },
    ...options,
    files: { ...packageTemplates(), ...files },
  })
}

/** What doctor says there under one code. */
export async function findingsIn(
  { system }: Pick<MemoryWorld, 'system'>,
  code: string,
  args: readonly string[] = [],
): Promise<readonly Finding[]> {
  const terminal = memoryTerminal()
  await run(['doctor', '--json', ...args], system, terminal)
  const { findings }: { readonly findings: readonly Finding[] } = JSON.parse(terminal.stdout())
  return findings.filter((finding) => finding.code === code)
}
