import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { freshSandbox } from '../support/fresh.ts'
import { opgen, writeManifest } from '../support/opgen.ts'
import { typeAtOpgen } from '../support/pseudo-terminal.ts'
import type { Screen } from '../support/pseudo-terminal.ts'
import { freshHttp } from '../support/raw-server.ts'
import { need } from '../support/tools.ts'

const LIST = '{"data": [{"id": "m", "max_model_len": 65536}]}'
const LINE = 'asking acme (1 of 1)'
/** Back to the first column, and away with what stands in the line. */
const CLEAR = '\r\u001B[2K'

async function discovering(origin: string): Promise<Sandbox> {
  const sandbox = await freshSandbox()
  const fields = `preset: vllm, baseURL: "${origin}/v1", key: none, models: { discover: true }`
  await writeManifest(sandbox, `version: 1\nproviders:\n  acme: { ${fields} }\n`)
  return sandbox
}

function onTerminal(
  sandbox: Sandbox,
  args: readonly string[],
  onShown?: (text: string) => void,
): Promise<Screen> {
  const nobodyTypes = { prompt: 'nothing is asked', typed: '', environment: {} }
  return typeAtOpgen(sandbox, { ...nobodyTypes, args, ...(onShown && { onShown }) })
}

const tools = await need('pseudo-terminal')
describe.skipIf(tools.skip)(`a server that takes its time${tools.note}`, () => {
  test.each([['update'], ['models acme']])(
    'is named on the terminal while `opgen %s` waits for it, and no longer',
    async (line) => {
      const waiting: (() => void)[] = []
      const { origin } = await freshHttp((_, response) => {
        waiting.push(() => response.end(LIST))
      })
      const sandbox = await discovering(origin)
      const screen = await onTerminal(sandbox, line.split(' '), (text) => {
        // It has to wait until the screen says so.
        if (text.includes(LINE)) for (const answer of waiting.splice(0)) answer()
      })
      expect(screen.status).toBe(0)
      const [before = '', after = '', ...more] = screen.text.split(LINE)
      expect(before.endsWith(CLEAR)).toBe(true)
      expect(after.startsWith(CLEAR)).toBe(true)
      expect(after.slice(CLEAR.length)).not.toContain('\u001B[2K')
      expect(more).toEqual([])
    },
  )

  // Whoever gives up after a second has waited long enough for the line to show.
  test.each([
    ['update --quiet'],
    ['update --json'],
    ['models acme --quiet'],
    ['models acme --json'],
  ])('is not named on the terminal by `opgen %s`', async (line) => {
    const { origin } = await freshHttp(() => {})
    const sandbox = await discovering(origin)
    const { status, text } = await onTerminal(sandbox, [...line.split(' '), '--timeout', '1'])
    expect(status).toBe(1)
    expect(text).toContain('did not answer in time')
    expect(text).not.toContain('asking')
    expect(text).not.toContain('\u001B[2K')
  })

  test.each([['update'], ['models acme']])('is not named where nobody looks: %s', async (line) => {
    const { origin } = await freshHttp(() => {})
    const sandbox = await discovering(origin)
    const { status, stdout, stderr } = await opgen(sandbox, [...line.split(' '), '--timeout', '1'])
    expect(status).toBe(1)
    expect(stdout + stderr).toContain('did not answer in time')
    expect(stdout + stderr).not.toContain('asking')
    expect(stdout + stderr).not.toContain('\u001B')
  })
})
