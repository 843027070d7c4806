import { describe, expect, test } from 'vitest'
import type { WorldOptions } from '../../support/memory-system.ts'
import { HOME } from '../../support/memory-system.ts'
import { gatewayManifest as manifest, runIn } from '../../support/run-in.ts'
import { CONFIG } from '../../support/run-opgen.ts'

const CONTENT = 'OPENCODE_CONFIG_CONTENT'

function list(...ids: readonly string[]): string {
  return JSON.stringify({ enabled_providers: ids })
}

describe('a list that hides providers', () => {
  const GLOBAL = CONFIG.replace('opencode.jsonc', 'config.json')
  const PROJECT = `${HOME}/dotfiles/opencode.json`
  const ABOVE = `${HOME}/opencode.jsonc`
  const DOT = `${HOME}/dotfiles/.opencode/opencode.jsonc`

  test.each<readonly [string, WorldOptions, unknown]>([
    ['nowhere', {}, undefined],
    ['in a global file', { files: { [GLOBAL]: list('a') } }, ['a', 'gw']],
    ['in two of them', { files: { [GLOBAL]: list('a'), [CONFIG]: list('b') } }, ['b', 'gw']],
    ['in a project', { files: { [CONFIG]: list('a'), [PROJECT]: list('b') } }, ['b', 'gw']],
    ['nearer', { files: { [ABOVE]: list('a'), [PROJECT]: list('b') } }, ['b', 'gw']],
    ['in .opencode', { files: { [DOT]: list('a'), [PROJECT]: list('b') } }, ['a', 'gw']],
    [
      'above the work tree',
      { files: { [ABOVE]: list('a'), [`${HOME}/dotfiles/.git/HEAD`]: '' } },
      undefined,
    ],
    [
      'in a project that is not read',
      { files: { [PROJECT]: list('b') }, env: { OPENCODE_DISABLE_PROJECT_CONFIG: '1' } },
      undefined,
    ],
    [
      'in the file that a variable names',
      { files: { [CONFIG]: list('a'), '/o.json': list('b') }, env: { OPENCODE_CONFIG: '/o.json' } },
      ['b', 'gw'],
    ],
    [
      'in the folder that a variable names',
      {
        files: { [PROJECT]: list('a'), '/o/opencode.json': list('b') },
        env: { OPENCODE_CONFIG_DIR: '/o' },
      },
      ['b', 'gw'],
    ],
    [
      "in the caller's own config",
      { files: { [PROJECT]: list('a') }, env: { [CONTENT]: list('b') } },
      ['b', 'gw'],
    ],
    ['in a file that is no JSON', { files: { [CONFIG]: '{' } }, undefined],
  ])('%s', async (_, options, expected) => {
    const { config } = await runIn(manifest(), options)
    expect(config).toMatchObject({ provider: {} })
    expect(config).toHaveProperty('provider.gw')
    expect(Object(config)['enabled_providers']).toEqual(expected)
  })
})

describe('a reference to a file', () => {
  test.each([
    ['x', `${HOME}/.config/opencode/x`, {}],
    ['./x', `${HOME}/.config/opencode/x`, {}],
    ['./x', '/o/x', { OPENCODE_CONFIG_DIR: '/o' }],
    ['~/x', '~/x', {}],
    ['/x', '/x', {}],
    ['{env:D}/x', '{env:D}/x', { D: '/d' }],
    ['{env:D}/x', `${HOME}/.config/opencode/{env:D}/x`, { D: 'd' }],
  ])('to %j is to %j, beside the config file', async (given, expected, env) => {
    const text = manifest(`options: { headers: { X: "{file:${given}}" } }`)
    const { config } = await runIn(text, { env, line: 'run --trust-origin gw opencode' })
    expect(config).toHaveProperty('provider.gw.options.headers.X', `{file:${expected}}`)
  })
})
