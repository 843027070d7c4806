import { runCommand } from '../../scripts/command.mjs'
import { MAY_BE_SKIPPED } from '../../scripts/test-report.mjs'
import { whyNoSecretService } from '../../scripts/secret-service.mjs'
import {
  whyNoAge,
  whyNoBashCompletion,
  whyNoFish,
  whyNoMockLlm,
  whyNoOpenCode,
  whyNoZsh,
} from '../../scripts/set-up.mjs'
import { whyNoTmpfs } from './tmpfs.ts'

/** A program that is not part of the package and that a test cannot do without. */
export type Tool =
  | 'age'
  | 'bash'
  | 'bash-completion'
  | 'fish'
  | 'mock-llm'
  | 'opencode'
  | 'secret-service'
  | 'pseudo-terminal'
  | 'zsh'

const whyMissing: Readonly<Record<Tool, () => Promise<string | undefined>>> = {
  age: whyNoAge,
  bash: async () => {
    const { status } = await runCommand('bash', ['--version'])
    return status === 0 ? undefined : 'bash is missing'
  },
  'bash-completion': whyNoBashCompletion,
  fish: whyNoFish,
  zsh: whyNoZsh,
  'mock-llm': whyNoMockLlm,
  opencode: whyNoOpenCode,
  'secret-service': whyNoSecretService,
  'pseudo-terminal': async () => {
    const { status, stdout } = await runCommand('script', ['--version'])
    return status === 0 && stdout.includes('util-linux') ? undefined : '`script` is missing'
  },
}

export interface Needed {
  /** Whether the tests must be skipped. Never with `CI=true`: there they are required, and fail. */
  readonly skip: boolean
  /** For the end of a name: what is missing, so that a skipped test says why. Else empty. */
  readonly note: string
}

/** Look for tools, once, before tests that cannot run without them are declared. */
export async function need(...tools: readonly Tool[]): Promise<Needed> {
  const reasons: string[] = []
  for (const tool of tools) {
    const reason = await whyMissing[tool]()
    if (reason !== undefined) reasons.push(reason)
  }
  if (reasons.length === 0) return { skip: false, note: '' }
  return { skip: process.env['CI'] !== 'true', note: ` (needs a tool: ${reasons.join('; ')})` }
}

/**
 * The same for file systems of a test's own: to mount one takes rights that are not to be had
 * everywhere, so such tests are never required.
 */
export async function needTmpfs(): Promise<Needed> {
  const reason = await whyNoTmpfs()
  if (reason === undefined) return { skip: false, note: '' }
  return { skip: true, note: ` (${MAY_BE_SKIPPED}${reason})` }
}
