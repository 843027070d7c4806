import { Argument, Command, Option } from 'commander'
import { describe, expect, test } from 'vitest'
import { takesValue } from '../../../src/cli/complete-words.ts'
import { completesOf } from '../../../src/cli/completes.ts'
import { createProgram } from '../../../src/cli/program.ts'
import { run } from '../../../src/cli/run.ts'
import { HOME, memoryWorld } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { CONFIG, MANIFEST, opgen, worldWith } from '../../support/run-opgen.ts'

const text = `version: 1
include: [team.yaml]
providers:
  gateway: { name: The Gateway, baseURL: "https://gw.example/v1", models: [m], key: { command: [never, run] } }
  ollama: { preset: ollama, models: [m] }
machines:
  work:
    when: { profile: [office, "train-*"] }
    providers:
      corp: { when: { profile: home } }
  lab: {}
`

function world(manifest = text): MemoryWorld {
  return worldWith(manifest, {
    files: {
      [`${HOME}/dotfiles/team.yaml`]: 'version: 1\nproviders: { team: {} }\n',
      [`${HOME}/dotfiles/templates/own.yaml.hbs`]: 'about: One of mine\nprovider: {}\n',
      [`${HOME}/other.yaml`]: 'version: 1\nproviders: { elsewhere: {} }\n',
      [CONFIG]: '{ "provider": { "by-hand": {} } }',
    },
    keychainRefuses: 'unknown',
  })
}

/** What zsh and fish are told: the first line, and the candidates with what is said of them. */
async function answer(from: MemoryWorld, ...words: readonly string[]): Promise<string[]> {
  const terminal = memoryTerminal({ answers: [] })
  const before = new Map(from.files)
  const code = await run(['__complete', 'fish', '--', ...words], from.system, terminal)
  expect({ code, err: terminal.stderr() }).toEqual({ code: 0, err: '' })
  expect(new Map(from.files)).toEqual(before)
  expect([from.asked, from.ran, from.sent, from.children]).toEqual([[], [], [], []])
  return terminal.stdout().replace(/\n$/, '').split('\n')
}

async function values(...words: readonly string[]): Promise<readonly string[]> {
  const [mode, ...lines] = await answer(world(), ...words)
  expect(mode).toBe('words')
  return lines.map((line) => line.split('\t')[0] ?? '')
}

const PROVIDERS = ['team', 'gateway', 'ollama', 'corp']

describe('at the cursor stands', () => {
  test('a command, of a group too, with what it does', async () => {
    expect(await answer(world(), '')).toContain('apply\tmake this machine as the manifest says')
    expect(await values('')).not.toContain('__complete')
    expect(await values('')).toContain('diff')
    expect(await values('key', '')).toContain('rotate')
    expect(await values('--quiet', '--manifest', 'x', 'key', '')).toContain('rotate')
    expect(await values('no-such-command', '')).toEqual([])
    expect(await values('--no-input', 'key', '')).toContain('rotate')
  })

  test('an option of the command, which comes once if it has no value', async () => {
    expect(await answer(world(), 'plan', '-')).toContain('--quiet\tprint less')
    expect(await values('plan', '--')).toEqual(
      expect.arrayContaining(['--text', '--only', '--help']),
    )
    expect(await values('plan', '--text', '--only', 'x', '--')).toContain('--only')
    expect(await values('plan', '--text', '--')).not.toContain('--text')
    expect(await values('check', '--')).not.toContain('--only')
    // Where nothing else could stand it is what comes next.
    expect(await values('plan', '')).toContain('--text')
    expect(await values('plan', '--', '')).toEqual([])
  })

  test.each([
    ['models', ''],
    ['key', 'trust', ''],
    ['remove', ''],
    ['explain', ''],
    ['verify', '--timeout', '3', ''],
    ['apply', '--trust-origin', ''],
    ['update', '--', ''],
  ])('a provider of the manifest: %s %s', async (...words) => {
    expect(await values(...words)).toEqual(PROVIDERS)
  })

  test('a provider that is not named yet', async () => {
    expect(await values('verify', 'team', 'corp', '')).toEqual(['gateway', 'ollama'])
    expect(await values('models', 'team', '')).not.toContain('corp')
  })

  test('whatever may be in a plan', async () => {
    for (const option of ['--only', '--force', '--keep']) {
      expect(await values('apply', option, '')).toEqual(
        expect.arrayContaining([...PROVIDERS, '/model']),
      )
    }
    expect(await values('apply', '--only=')).toContain('--only=team')
    expect(await values('apply', '--force', '--')).toContain('--keep')
    expect(await values('apply', '--only', '--')).toContain('team')
  })

  test('a preset, the manifest’s own too', async () => {
    expect(await values('add', '--preset', '')).toEqual(expect.arrayContaining(['own', 'litellm']))
    expect(await answer(world(), 'add', 'x', '--preset=')).toContain('--preset=own\tOne of mine')
    expect(await values('add', '')).toContain('litellm')
    expect(await values('add', '')).not.toContain('ollama')
    expect(await values('add', 'x', '--model', '')).toEqual([])
  })

  test('a machine or a profile that the manifest names', async () => {
    expect(await values('render', '--machine', '')).toEqual(['work', 'lab'])
    expect(await values('--profile', '')).toEqual(['office', 'home'])
  })

  test('a block of OpenCode, a code of doctor, a choice', async () => {
    expect(await values('import', '--only', '')).toEqual(['by-hand'])
    expect(await values('doctor', '')).toContain('auth-syntax')
    expect(await values('apply', '--color', '')).toEqual(['auto', 'always', 'never'])
    expect(await values('apply', '--color=')).toContain('--color=never')
    expect(await values('completion', '')).toEqual(['bash', 'zsh', 'fish'])
  })

  test('a generation, and what is managed', async () => {
    const applied = worldWith(
      'version: 1\nproviders: { ollama: { preset: ollama, models: [m] } }\n',
    )
    expect(await answer(applied, 'rollback', '')).toEqual(['words'])
    expect(await opgen(applied, 'apply')).toMatchObject({ code: 0 })
    const [, line] = await answer(applied, 'rollback', '')
    expect(line).toMatch(/^1\t\d{4}-\d\d-\d\d \d\d:\d\d UTC, apply$/)
    expect(await answer(applied, 'unmanage', '')).toEqual(['words', 'ollama\t'])
  })

  test('a file, or another command', async () => {
    for (const words of [
      ['apply', '--config', ''],
      ['--manifest=x'],
      ['key', 'import', ''],
      ['key', 'export', '--identity', 'a', '--to', ''],
      ['import', '--out', ''],
    ]) {
      expect(await answer(world(), ...words)).toEqual(['files'])
    }
    expect(await answer(world(), 'publish', '--out', '')).toEqual(['folders'])
    expect(await answer(world(), 'run', '--', '')).toEqual(['command 3'])
    expect(await answer(world(), 'run', '--skip-missing', 'ls', '--manifest', '')).toEqual([
      'command 3',
    ])
  })
})

describe('the manifest is', () => {
  test('that of the line, else of the environment', async () => {
    const away = world()
    away.setEnv({ OPGEN_MANIFEST: `${HOME}/other.yaml` })
    expect(await answer(away, 'remove', '')).toEqual(['words', 'elsewhere\t'])
    expect(await values('remove', '--manifest', '~/other.yaml', '')).toEqual(['elsewhere'])
    expect(await values('--manifest=../other.yaml', 'remove', '')).toEqual(['elsewhere'])
  })

  test.each([
    ['is missing', undefined, []],
    ['is empty', '', []],
    ['is no map', '- a\n', []],
    [
      'has nothing right in it',
      'version: 7\nproviders: { a: { nonsense: 1 }, a: {}, b: 3 }\n',
      ['a', 'b'],
    ],
    [
      'is half written',
      'providers:\n  # mine\n  a:\n    models: [m\n  "b":\n\nmachines:\n  c: {}\n',
      ['a', 'b'],
    ],
    ['has an include that is not there', 'include: [no.yaml]\nproviders: { a: {} }\n', ['a']],
    ['includes a folder', 'include: [templates]\nproviders: { a: {} }\n', ['a']],
    ['is longer than anybody writes', `providers:\n  a: {}\n${'#'.repeat(1_000_001)}`, ['a']],
    ['is larger than is read', `providers:\n  a: {}\n${'#'.repeat(4_000_000)}`, []],
    ['is long', `providers:\n  a: {}\n  b:\n    c: 1\n${'#\n'.repeat(300_000)}`, ['a', 'b']],
  ])('of use as far as it goes when it %s', async (_, manifest, ids) => {
    const files = world(manifest)
    if (manifest === undefined) files.files.delete(MANIFEST)
    const [mode, ...lines] = await answer(files, 'remove', '')
    expect([mode, ...lines.map((line) => line.split('\t')[0])]).toEqual(['words', ...ids])
  })

  test('not waited for where it is a pipe', async () => {
    const piped = world()
    const { files: there } = piped.system
    const files = {
      ...there,
      look: async (file: string) => {
        const facts = await there.look(file)
        return facts === undefined ? undefined : { ...facts, kind: 'other' as const }
      },
    }
    const system = { ...piped.system, files }
    expect(await answer({ ...piped, system }, 'remove', '--manifest', MANIFEST, '')).toEqual([
      'words',
    ])
  })
})

test('names that a terminal would obey, that are options, or that look like keys are not offered', async () => {
  const names = [
    '-rf',
    'a\tb',
    'a\nb',
    'a\u001B[2Jb',
    'a\u202Eb',
    '',
    `sk-ant-api03-${'aB3d'.repeat(20)}`,
    'fine $(x)',
  ]
  const listed = names.map((name) => `  ${JSON.stringify(name)}: {}\n`).join('')
  const from = world(`version: 1\nproviders: {}\nmachines:\n${listed}`)
  expect(await answer(from, 'render', '--machine', '')).toEqual(['words', 'fine $(x)\t'])
})

test('what is said of a provider is one line, and no key', async () => {
  const key = `sk-ant-api03-${'aB3d'.repeat(20)}`
  const from = world(
    `providers:\n  a: { name: "b\\tc\\n\\e[2J" }\n  d: { name: "${key}" }\n  ollama: { preset: ollama }\n`,
  )
  expect(await answer(from, 'remove', '')).toEqual(['words', 'a\tb c \uFFFD[2J', 'd\t', 'ollama\t'])
})

test('every argument, and every option with a value, says what completes it', () => {
  const all: Command[] = []
  const collect = (command: Command): void => {
    all.push(command)
    for (const child of command.commands) if (child.name() !== '__complete') collect(child)
  }
  collect(createProgram(memoryWorld().system, memoryTerminal(), () => {}))
  const silent = all.flatMap((command) => {
    const takers: readonly (Argument | Option)[] = [
      ...command.registeredArguments,
      ...command.options.filter(takesValue),
    ]
    return takers
      .filter((taker) => completesOf(taker) === undefined && taker.argChoices === undefined)
      .map((taker) => `${command.name()} ${taker.name()}`)
  })
  expect(silent).toEqual([])
})
