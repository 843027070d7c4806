import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { run } from '../../../src/cli/run.ts'
import { memoryWorld } from '../../support/memory-system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { readDocument } from './markdown.ts'

interface Hook {
  readonly id: string
  readonly entry: string
  readonly args: readonly string[]
  readonly language: string
  readonly pass_filenames: boolean
  readonly files: string
}

interface Workflow {
  readonly on: Record<string, { readonly paths: readonly string[] }>
  readonly permissions: Record<string, string>
  readonly jobs: Record<string, { readonly steps: readonly Step[] }>
}

interface Step {
  readonly uses?: string
  readonly run?: string
}

const hooks: readonly Hook[] = parse(readDocument('.pre-commit-hooks.yaml'))
const workflow: Workflow = parse(readDocument('examples/github-actions/opgen-check.yml'))
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps)

/** Files that belong to a manifest, and such that do not, in a dotfiles repository. */
const OURS = [
  'providers.yaml',
  'dot_config/opgen/providers.yaml',
  'providers.work.yaml',
  'providers-shared.yaml',
  'providers/work.yaml',
  'dot_config/opgen/providers/team/shared.yaml',
  'templates/gateway.yaml.hbs',
  'dot_config/opgen/templates/gateway.yaml.hbs',
]
const OTHERS = [
  'README.md',
  'my-providers.yaml',
  'providers.yaml.bak',
  'dot_zshrc',
  'other.yaml',
  'templates/gateway.yaml',
  'dot_config/opencode/opencode.jsonc',
]

/** That the words after `opgen` are a command with these options. */
async function expectUnderstood(words: readonly string[]): Promise<void> {
  const terminal = memoryTerminal()
  const [command = '', ...rest] = words
  expect(await run([command, '--help'], memoryWorld().system, terminal)).toBe(0)
  expect(terminal.stdout()).toContain(`Usage: opgen ${command} `)
  for (const option of rest.filter((word) => word.startsWith('-'))) {
    expect(terminal.stdout()).toContain(`  ${option} `)
  }
}

describe('the hook for pre-commit', () => {
  const [hook] = hooks

  test('is one, runs an existing command with existing options, and needs no file names', async () => {
    expect(hooks.map(({ id }) => id)).toEqual(['opgen-check'])
    expect(hook).toMatchObject({ language: 'node', pass_filenames: false })
    const [program, ...words] = [...(hook?.entry.split(' ') ?? []), ...(hook?.args ?? [])]
    expect(program).toBe('opgen')
    await expectUnderstood(words)
  })

  test('runs for the files of a manifest, and for no others', () => {
    const files = new RegExp(hook?.files ?? '(?!)')
    expect(OURS.filter((file) => !files.test(file))).toEqual([])
    expect(OTHERS.filter((file) => files.test(file))).toEqual([])
  })
})

describe('the workflow for GitHub Actions', () => {
  test('may do nothing but read, and pins what it uses to commits', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' })
    const used = steps.flatMap(({ uses }) => uses ?? [])
    expect(used.map((name) => name.split('@')[0])).toEqual([
      'actions/checkout',
      'actions/setup-node',
    ])
    expect(used.filter((name) => !/@[\da-f]{40}$/.test(name))).toEqual([])
  })

  test('runs an existing command with existing options', async () => {
    const words = steps.flatMap(
      ({ run: line }) => /\bopgen"? (check .*)/.exec(line ?? '')?.[1] ?? [],
    )
    expect(words).toEqual(['check --manifest providers.yaml'])
    await expectUnderstood(words.flatMap((line) => line.split(' ')))
  })

  test.each(['push', 'pull_request'])('runs on %s of the files of a manifest', (event) => {
    const globs = (workflow.on[event]?.paths ?? []).map(fromGlob)
    const runs = (file: string): boolean => globs.some((glob) => glob.test(file))
    expect([...OURS, '.github/workflows/opgen-check.yml'].filter((file) => !runs(file))).toEqual([])
    expect(OTHERS.filter(runs)).toEqual([])
  })
})

/** A path filter of GitHub Actions: `**` is any number of folders, `*` any characters but `/`. */
function fromGlob(glob: string): RegExp {
  const parts = glob.split(/(\*\*\/|\*)/).map((part) => {
    if (part === '**/') return '(?:.*/)?'
    if (part === '*') return '[^/]*'
    return part.replaceAll('.', String.raw`\.`)
  })
  return new RegExp(`^${parts.join('')}$`)
}
