import { expect, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import { whyNoSecretService } from '../../scripts/secret-service.mjs'
import { whyNoOpenCode } from '../../scripts/set-up.mjs'

/** A program that is not part of the package and that a test cannot do without. */
export type Tool = 'opencode' | 'secret-service' | 'pseudo-terminal'

const whyMissing: Readonly<Record<Tool, () => Promise<string | undefined>>> = {
  opencode: whyNoOpenCode,
  'secret-service': whyNoSecretService,
  'pseudo-terminal': async () => {
    const { status, stdout } = await runCommand('script', ['--version'])
    return status === 0 && stdout.includes('util-linux') ? undefined : '`script` is missing'
  },
}

export type Declare = (name: string, body: () => void | Promise<void>) => void

/**
 * A `test` that needs tools. Where one is missing the test is skipped under a name that says why;
 * with `CI=true` it is required, and fails.
 */
export async function testNeeding(...tools: readonly Tool[]): Promise<Declare> {
  const reasons: string[] = []
  for (const tool of tools) {
    const reason = await whyMissing[tool]()
    if (reason !== undefined) reasons.push(reason)
  }
  const declare: Declare = test
  const missing = reasons.join('; ')
  if (missing === '') return declare
  if (process.env['CI'] === 'true') {
    return (name) => {
      declare(name, () => expect.unreachable(`required with CI=true, but ${missing}`))
    }
  }
  const skip: Declare = test.skip
  return (name, body) => skip(`${name} (skipped: ${missing})`, body)
}
