import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import {
  completionSandbox,
  HOSTILE,
  machines,
  scriptFor,
  typeAtShell,
  type TypedLine,
} from '../support/completing-shell.ts'
import { place } from '../support/opgen.ts'
import { need } from '../support/tools.ts'
import type { Tool } from '../support/tools.ts'

const TAB = '\t'
const ENTER = '\r'

/** Lines as they are typed, and what the program is given once they are run. */
const completed: readonly (readonly [string, string])[] = [
  ['stat', '<status>'],
  ['key rot', '<key> <rotate>'],
  ['explain gat', '<explain> <gateway>'],
  ['apply --only=lla', '<apply> <--only=llama.cpp>'],
  ['apply --trust-o', '<apply> <--trust-origin>'],
  ['render --color al', '<render> <--color> <always>'],
  ['doctor auth-ch', '<doctor> <auth-characters>'],
  ['add --preset cliprox', '<add> <--preset> <cliproxy>'],
  ['check --manifest "other fi', '<check> <--manifest> <other file.yaml>'],
  ['check --manifest=other\\ fi', '<check> <--manifest=other file.yaml>'],
  [
    'explain --manifest "other file.yaml" els',
    '<explain> <--manifest> <other file.yaml> <elsewhere>',
  ],
]

/** Names that are completed from their first letter, in quotes and without. */
const hostile: readonly (readonly [string, string])[] = Object.values(HOSTILE).flatMap((name) =>
  ['', '"', "'"].map((quote) => {
    const first = name.slice(0, 1)
    return [quote + (first === '$' && quote !== "'" ? String.raw`\$` : first), name] as const
  }),
)

async function withOtherFile(): Promise<Sandbox> {
  const sandbox = await completionSandbox(machines('one'))
  const other = 'version: 1\nproviders:\n  elsewhere: {}\n'
  await writeFile(join(sandbox.work, 'other file.yaml'), other)
  await mkdir(join(sandbox.work, 'other folder'))
  return sandbox
}

interface Shell {
  readonly name: string
  readonly argv: readonly string[]
  /** Let it complete opgen. */
  readonly prepare: (sandbox: Sandbox) => Promise<Readonly<Record<string, string>>>
}

const RC = 'READY_SOON=1; PS1="READY> "; set +o history; bind "set enable-bracketed-paste off"'

function bash(name: string, more: readonly string[]): Shell {
  return {
    name,
    argv: ['bash', '--noprofile', '--rcfile', 'rc', '-i'],
    prepare: async (sandbox) => {
      await writeFile(join(sandbox.work, 'rc'), [RC, ...more, ''].join('\n'))
      return { INPUTRC: '/dev/null' }
    },
  }
}

function zsh(name: string, prepare: (sandbox: Sandbox) => Promise<string>): Shell {
  return {
    name,
    argv: ['zsh', '-d', '-i'],
    prepare: async (sandbox) => {
      const lines = [
        'PS1="READY> "; unsetopt BEEP PROMPT_SP ZLE_BRACKETED_PASTE 2>/dev/null; unset zle_bracketed_paste',
        await prepare(sandbox),
      ]
      await place(join(sandbox.home, '.zshrc'), `${lines.join('\n')}\n`)
      return { ZDOTDIR: sandbox.home }
    },
  }
}

const shells: readonly (readonly [readonly Tool[], Shell])[] = [
  [['bash', 'pseudo-terminal'], bash('bash', ['source <(opgen completion bash)'])],
  [
    ['bash', 'bash-completion', 'pseudo-terminal'],
    {
      ...bash('bash with bash-completion, which loads it from a file', [
        'source /usr/share/bash-completion/bash_completion',
      ]),
      prepare: async (sandbox) => {
        const file = join(sandbox.home, '.local/share/bash-completion/completions/opgen')
        await place(file, await scriptFor(sandbox, 'bash'))
        const loads = 'source /usr/share/bash-completion/bash_completion'
        await writeFile(join(sandbox.work, 'rc'), `${RC}\n${loads}\n`)
        return { INPUTRC: '/dev/null' }
      },
    },
  ],
  [
    ['zsh', 'pseudo-terminal'],
    zsh('zsh', async () => 'autoload -Uz compinit; compinit -u -D; source <(opgen completion zsh)'),
  ],
  [
    ['zsh', 'pseudo-terminal'],
    zsh('zsh with the script in fpath', async (sandbox) => {
      const folder = join(sandbox.home, 'functions')
      await place(join(folder, '_opgen'), await scriptFor(sandbox, 'zsh'))
      return `fpath=('${folder}' $fpath); autoload -Uz compinit; compinit -u -D`
    }),
  ],
]

async function pressIn(
  { argv, prepare }: Shell,
  sandbox: Sandbox,
  { typed, until = '>.' }: Pick<TypedLine, 'typed'> & Partial<TypedLine>,
): Promise<string> {
  const environment = await prepare(sandbox)
  return typeAtShell(argv, sandbox, { typed, until, environment })
}

for (const [tools, shell] of shells) {
  const needed = await need(...tools)

  describe.skipIf(needed.skip)(`a tab in ${shell.name}${needed.note}`, () => {
    test.each(completed)('completes `opgen %s`', async (line, given) => {
      const screen = await pressIn(shell, await withOtherFile(), {
        typed: `opgen ${line}${TAB}${ENTER}`,
      })
      expect(screen).toContain(`given ${given}.`)
    })

    // zsh takes the slash at the end away again when the line is run.
    test.each(['--out ', '--out='])('completes a folder, and no file: %s', async (option) => {
      const typed = `opgen publish ${option}oth${TAB}${ENTER}`
      const screen = await pressIn(shell, await withOtherFile(), { typed })
      expect(screen).toMatch(/given <publish> <--out(?:> <|=)other folder\/?>\./)
    })

    test.each(hostile)('puts in %s… so that it is that name: %s', async (start, name) => {
      const sandbox = await completionSandbox(machines(name))
      const line = `opgen render --machine ${start}${TAB}${ENTER}`
      // In double quotes bash looks for `!` in its history, and nothing can be put in that is that name.
      const isLost = shell.name.startsWith('bash') && start.startsWith('"') && name.includes('!')
      if (isLost) return
      expect(await pressIn(shell, sandbox, { typed: line })).toContain(
        `given <render> <--machine> <${name}>.`,
      )
      expect(existsSync(join(sandbox.work, 'ran'))).toBe(false)
    })

    test('lists what there is, and nothing where the manifest is broken', async () => {
      const sandbox = await completionSandbox(machines('left-laptop', 'right-laptop'))
      const both = await pressIn(shell, sandbox, {
        typed: `opgen render --machine ${TAB}${TAB}`,
        until: 'right-laptop',
      })
      expect(both).toContain('left-laptop')
      await writeFile(join(sandbox.work, 'providers.yaml'), 'a: [b\n')
      const line = `opgen render --machine ${TAB}${ENTER}`
      expect(await pressIn(shell, sandbox, { typed: line })).toContain(
        'given <render> <--machine>.',
      )
    })

    test('runs nothing of the line', async () => {
      const sandbox = await completionSandbox(machines('one'))
      const line = `opgen render --config $(touch ran) --machine on${TAB}`
      await pressIn(shell, sandbox, { typed: line, until: 'one' })
      expect(existsSync(join(sandbox.work, 'ran'))).toBe(false)
    })

    test('completes the command that `opgen run` is given', async () => {
      const sandbox = await completionSandbox(machines('one'))
      await writeFile(join(sandbox.work, 'a-file-of-mine'), '')
      const command = `opgen run -- opgen-ch${TAB}${ENTER}`
      await place(join(sandbox.folder, 'bin', 'opgen-child'), '#!/bin/sh\n')
      await runCommand('chmod', ['+x', join(sandbox.folder, 'bin', 'opgen-child')])
      expect(await pressIn(shell, sandbox, { typed: command })).toContain(
        'given <run> <--> <opgen-child>.',
      )
      const file = `opgen run -- cat a-fi${TAB}${ENTER}`
      expect(await pressIn(shell, sandbox, { typed: file })).toContain(
        'given <run> <--> <cat> <a-file-of-mine>.',
      )
    })
  })
}

async function offeredByFish(sandbox: Sandbox, line: string): Promise<string> {
  const file = join(sandbox.home, '.config', 'fish', 'completions', 'opgen.fish')
  await place(file, await scriptFor(sandbox, 'fish'))
  // Its own words for a line: what a tab would offer, one to a line.
  const { stdout, stderr, status } = await runCommand('fish', ['-c', 'complete -C "$LINE"'], {
    folder: sandbox.work,
    environment: { ...sandbox.environment, LINE: `opgen ${line}` },
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}

const fish = await need('fish')
describe.skipIf(fish.skip)(`fish${fish.note}`, () => {
  test.each([
    ['stat', 'status\tshow what opgen manages here, and how it stands\n'],
    ['key rot', 'rotate\treplace a key by a new one, once the provider has accepted it\n'],
    ['explain gat', 'gateway\n'],
    ['apply --only=lla', '--only=llama.cpp\n'],
    ['render --color al', 'always\n'],
    [
      'add --preset cliprox',
      'cliproxy\tCLIProxyAPI, which serves the subscriptions of coding tools\n',
    ],
    ['publish --out oth', 'other folder/\n'],
    ['publish --out=oth', '--out=other folder/\n'],
    ['check --manifest "other fi', 'other file.yaml\n'],
    ['check --manifest=other\\ fi', '--manifest=other file.yaml\n'],
    ['explain --manifest "other file.yaml" els', 'elsewhere\n'],
    ['render --config (touch ran) --machine o', 'one\n'],
  ])('completes `opgen %s`', async (line, offered) => {
    const sandbox = await withOtherFile()
    expect(await offeredByFish(sandbox, line)).toBe(offered)
    expect(existsSync(join(sandbox.work, 'ran'))).toBe(false)
  })

  test.each(hostile)('offers for %s… the name %s', async (start, name) => {
    const sandbox = await completionSandbox(machines(name))
    expect(await offeredByFish(sandbox, `render --machine ${start}`)).toBe(`${name}\n`)
    expect(existsSync(join(sandbox.work, 'ran'))).toBe(false)
  })

  test('completes the command that `opgen run` is given', async () => {
    const sandbox = await withOtherFile()
    expect(await offeredByFish(sandbox, 'run -- cat other\\ fi')).toBe('other file.yaml\n')
  })
})
