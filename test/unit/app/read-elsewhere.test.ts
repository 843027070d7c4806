import { describe, expect, test } from 'vitest'
import { HOME } from '../../support/memory-system.ts'
import { opgen, worldWith } from '../../support/run-opgen.ts'

const GW =
  'version: 1\nproviders:\n  gw: { baseURL: "https://gw.example/v1", models: [m], key: { env: GW } }\n'
const env = { GW: 'test-key-gw' }
const HIDES = '{ "enabled_providers": [] }'

describe('a config file that OpenCode reads beside the targets', () => {
  test.each([
    ['in a folder above, outside of git', '/home/opencode.json', 'project file'],
    ['in .opencode of a folder above', `${HOME}/../.opencode/opencode.jsonc`, 'project file'],
    ['in ~/.opencode', `${HOME}/.opencode/opencode.jsonc`, '~/.opencode'],
    ['in the managed folder', '/etc/opencode/opencode.json', 'managed folder'],
  ])('%s is warned about', async (_, given, because) => {
    const file = given.replace('/ana/..', '')
    const world = worldWith(GW, { files: { [file]: HIDES }, env })
    const { err } = await opgen(world, 'apply')
    expect(err).toContain(`(${because}) hides "gw"`)
    expect(world.read(file)).toBe(HIDES)
  })

  test.each([
    ['above the root of the work tree', { [`${HOME}/dotfiles/.git/HEAD`]: '' }, {}],
    ['of a project that is left out', {}, { OPENCODE_DISABLE_PROJECT_CONFIG: '1' }],
  ])('is none %s', async (_, more, variables) => {
    const files = { '/home/opencode.json': HIDES, ...more }
    const { err } = await opgen(worldWith(GW, { files, env: { ...env, ...variables } }), 'apply')
    expect(err).not.toContain('hides')
  })

  test('is none that is a target', async () => {
    const own = `${HOME}/dotfiles/.opencode`
    const files = { [`${own}/opencode.json`]: '{ "enabled_providers": ["x"] }' }
    const world = worldWith(GW, { files, env: { ...env, OPENCODE_CONFIG_DIR: own } })
    const { err } = await opgen(world, 'apply')
    expect(err).not.toContain('hides')
    expect(world.read(`${own}/opencode.json`)).toContain('"gw"')
  })
})
