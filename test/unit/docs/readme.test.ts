import { describe, expect, test } from 'vitest'
import { ExitCode } from '../../../src/cli/exit-code.ts'
import { run } from '../../../src/cli/run.ts'
import type { Terminal } from '../../../src/cli/terminal.ts'
import { parseManifest } from '../../support/parse-manifest.ts'
import { resolve } from '../../../src/core/manifest/resolve.ts'
import { presetReader } from '../../../src/core/preset/read-preset.ts'
import { BUILT_IN_PRESETS } from '../../../src/core/preset/preset.ts'
import { compileTemplate } from '../../../src/system/handlebars-templates.ts'
import { answered } from '../../support/answering-server.ts'
import { HOME, memoryWorld } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { packageTemplates } from '../../support/package-templates.ts'
import { fencedBlocks, firstCells, readDocument } from './markdown.ts'

const readme = readDocument('README.md')
const blocks = fencedBlocks(readme)

const presets = new Map(
  BUILT_IN_PRESETS.map((name) => {
    const file = `templates/${name}.yaml.hbs`
    return [name, { file, text: readDocument(file) }]
  }),
)

describe('a manifest of the README', () => {
  const manifests = blocks.filter(({ language }) => language === 'yaml')

  test.each(manifests)('at line $line has no problems', ({ text }) => {
    const parsed = parseManifest({ path: 'providers.yaml', text })
    expect(parsed.diagnostics).toEqual([])
    if (!parsed.ok) return
    expect(
      resolve(parsed.value, presets, { readPreset: presetReader(compileTemplate) }).diagnostics,
    ).toEqual([])
  })
})

describe('what the README copies', () => {
  const copies = blocks.flatMap(({ text, line, copiedFrom }) =>
    copiedFrom === undefined ? [] : [{ text, line, copiedFrom }],
  )

  test.each(copies)('at line $line stands in $copiedFrom', ({ text, copiedFrom }) => {
    expect(readDocument(copiedFrom)).toContain(text)
  })
})

describe('a session of the README', () => {
  const sessions = blocks.filter(({ language }) => language === 'console')

  test.each(sessions)('at line $line prints what it says', async ({ text }) => {
    const keychain = text.includes('opgen update') ? { 'opgen/haimaker': 'test-key-haimaker' } : {}
    const world = memoryWorld({
      files: packageTemplates(),
      keychain,
      answer: () => answered(200, OFFERED),
    })
    world.write(`${HOME}/.cache/opencode/models.json`, '{}')
    world.write(`${HOME}/dotfiles/providers.yaml`, readDocument('providers.yaml'))
    const steps = text.split(/^\$ /m).slice(1)
    expect(steps).not.toEqual([])
    for (const step of steps) {
      const [command = '', ...printed] = step.trimEnd().split('\n')
      expect([command, await printedBy(command, world)]).toEqual([command, printed.join('\n')])
    }
  })
})

/** What the server of the sessions offers. */
const OFFERED = {
  data: [
    offeredModel('anthropic/claude-sonnet-4-6', {
      window: 200_000,
      answer: 64_000,
      prices: [3, 15],
    }),
    offeredModel('minimax/minimax-m2.5', { window: 204_800, answer: 131_072, prices: [0.3, 1.2] }),
    offeredModel('openai/gpt-5.4-mini', { window: 400_000, answer: 128_000, prices: [0.25, 2] }),
    offeredModel('qwen/qwen3-coder', { window: 262_144, answer: 65_536, prices: [0.22, 0.95] }),
    offeredModel('z-ai/glm-4.7', { window: 200_000, answer: 131_072, prices: [0.6, 2.2] }),
  ],
}

function offeredModel(
  id: string,
  {
    window,
    answer,
    prices,
  }: {
    readonly window: number
    readonly answer: number
    readonly prices: readonly [number, number]
  },
): object {
  const [prompt, completion] = prices.map((price) => String(price / 1_000_000))
  return {
    id,
    context_length: window,
    max_completion_tokens: answer,
    pricing: { prompt, completion },
  }
}

/** What a command of a session prints for a person who types the key when asked. */
async function printedBy(command: string, world: MemoryWorld): Promise<string> {
  const [program, ...args] = command.split(' ')
  if (program === 'opencode') return listedModels(world)
  const terminal = memoryTerminal()
  const person: Terminal = {
    ...terminal,
    stdinIsTerminal: true,
    stderrIsTerminal: true,
    askHidden: async (question) => {
      terminal.err(`${question}\n`)
      return 'test-key-haimaker'
    },
  }
  await run(args, world.system, person)
  return terminal.text().trimEnd()
}

/** As `opencode models` lists them, which the end-to-end tests see; here they are only read. */
function listedModels(world: MemoryWorld): string {
  const config: { readonly provider: Record<string, { readonly models: object }> } = JSON.parse(
    world.read(`${HOME}/.config/opencode/opencode.jsonc`) ?? '',
  )
  return Object.entries(config.provider)
    .flatMap(([id, { models }]) => Object.keys(models).map((model) => `${id}/${model}`))
    .toSorted()
    .join('\n')
}

describe('the tables of the README', () => {
  test('have every exit code', () => {
    const section = readme.slice(readme.indexOf('\n## Exit codes'))
    const listed = firstCells(section).filter((cell) => /^\d+$/.test(cell))
    expect(listed.map(Number)).toEqual(Object.values(ExitCode))
  })

  test('have every command and every option, and no other', async () => {
    const { commands, options } = await helpOf([])
    const section = readme.slice(readme.indexOf('\n## Commands'), readme.indexOf('\n## Exit codes'))
    const rows = section.split('\n').filter((line) => line.startsWith('| '))
    const named = rows.flatMap((row) => row.split('|')[1]?.match(/--[a-z-]+/g) ?? [])
    const described = new Set(rows.flatMap((row) => /^\| `opgen ([a-z ]+)/.exec(row)?.[1] ?? []))
    expect([...described].map((name) => name.trim()).toSorted()).toEqual(commands.toSorted())
    expect(named.toSorted()).toEqual([...options].toSorted())
  })
})

interface Help {
  readonly commands: readonly string[]
  readonly options: ReadonlySet<string>
}

/** Every command below `words`, and the options of all of them, as `--help` tells. */
async function helpOf(words: readonly string[]): Promise<Help> {
  const terminal = memoryTerminal()
  await run([...words, '--help'], memoryWorld().system, terminal)
  const help = terminal.stdout()
  const options = new Set(
    help.match(/^ {2}(?:-h, )?(--[a-z-]+)/gm)?.map((flag) => flag.slice(flag.indexOf('--'))),
  )
  const below = help.slice(help.indexOf('\nCommands:')).matchAll(/^ {2}([a-z]+)[ |]/gm)
  const names = help.includes('\nCommands:') ? [...below].map((match) => match[1] ?? '') : []
  if (names.length === 0) return { commands: [words.join(' ')], options }
  const found = await Promise.all(names.map((name) => helpOf([...words, name])))
  return {
    commands: found.flatMap(({ commands }) => commands),
    options: new Set([options, ...found.map((each) => each.options)].flatMap((each) => [...each])),
  }
}
