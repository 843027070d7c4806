import { describe, expect, test } from 'vitest'
import { memoryWorld } from '../../support/memory-system.ts'
import { opgen, opgenJson } from '../../support/run-opgen.ts'
import { readDocument } from '../docs/markdown.ts'

const SHELLS = ['bash', 'zsh', 'fish']
const scripts = Object.fromEntries(
  SHELLS.map((shell) => [
    `/opgen/completions/opgen.${shell}`,
    readDocument(`completions/opgen.${shell}`),
  ]),
)
const world = memoryWorld({ files: scripts, env: { SHELL: '/usr/bin/zsh' } })

describe.each(SHELLS)('`opgen completion %s`', (shell) => {
  const script = readDocument(`completions/opgen.${shell}`)

  test('prints the script of the package, without a manifest', async () => {
    expect(await opgen(world, `completion ${shell}`)).toEqual({ code: 0, out: script, err: '' })
  })

  test('has it in a field of its document with --json', async () => {
    expect(await opgenJson(world, `completion ${shell}`)).toEqual({
      version: 1,
      command: 'completion',
      shell,
      script,
    })
  })

  test('prints what evaluates nothing', () => {
    expect(script).not.toMatch(/\beval\b/)
  })
})

test('without a shell it is wrong usage, and the hint names the one of the session', async () => {
  expect(await opgen(world, 'completion')).toEqual({
    code: 64,
    out: '',
    err:
      'opgen: error: missing required argument "shell"\n' +
      'opgen: hint: run `opgen completion zsh`, or `opgen completion --help`\n',
  })
  expect(await opgen(world, 'completion tcsh')).toMatchObject({ code: 64, out: '' })
})

test('the help says where a script goes', async () => {
  const { out } = await opgen(world, 'completion --help')
  expect(out).toContain('source <(opgen completion bash)')
  expect(out).toContain('source <(opgen completion zsh)')
  expect(out).toContain('~/.config/fish/completions/opgen.fish')
})

test('the package has the scripts', () => {
  expect(JSON.parse(readDocument('package.json'))).toMatchObject({
    files: expect.arrayContaining(['completions']),
  })
})
