import { describe, expect, test } from 'vitest'
import { run } from '../../../src/cli/run.ts'
import { HOME } from '../../support/memory-system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import {
  AUTH,
  CONFIG,
  MANIFEST,
  opgen,
  opgenJson,
  STATE,
  worldWith,
} from '../../support/run-opgen.ts'

const GW =
  'version: 1\nproviders:\n  gw: { baseURL: "https://gw.example/v1", models: [m], key: { env: GW } }\n'
const env = { GW: 'test-key-gw' }

describe('the manifest', () => {
  const elsewhere = GW.replaceAll('gw', 'elsewhere')

  test.each([
    { name: '--manifest', line: 'plan --manifest ../other.yaml', extra: {} },
    { name: '$OPGEN_MANIFEST', line: 'plan', extra: { OPGEN_MANIFEST: '~/other.yaml' } },
  ])('is the one that $name names', async ({ line, extra }) => {
    const files = { [`${HOME}/other.yaml`]: elsewhere }
    const world = worldWith(GW, { files, env: { ...env, ...extra } })
    expect(await opgenJson(world, line)).toMatchObject({ manifest: `${HOME}/other.yaml` })
  })

  test('is looked for in the XDG folder last', async () => {
    const standard = `${HOME}/.config/opgen/providers.yaml`
    const world = worldWith(GW, { files: { [standard]: GW }, env })
    expect(await opgenJson(world, 'plan')).toMatchObject({ manifest: MANIFEST })
    world.files.delete(MANIFEST)
    expect(await opgenJson(world, 'plan')).toMatchObject({ manifest: standard })
  })

  test('that is nowhere is a failure that says where to write it', async () => {
    const world = worldWith(GW)
    world.files.delete(MANIFEST)
    const { code, err } = await opgen(world, 'plan')
    expect(code).toBe(1)
    expect(err).toContain('opgen: error: no providers.yaml found')
    expect(err).toContain(`${HOME}/.config/opgen/providers.yaml`)
  })

  test('of somebody else cannot take over by accident', async () => {
    const world = worldWith(GW, { env })
    await opgen(world, 'apply')
    world.write(`${HOME}/clone/providers.yaml`, 'version: 1\nproviders: {}\n')
    const before = new Map(world.files)
    const { code, err } = await opgen(world, 'apply --manifest ../clone/providers.yaml --force')
    expect(code).toBe(3)
    expect(err).toContain('--switch-manifest')
    expect(new Map(world.files)).toEqual(before)
    const switched = await opgen(
      world,
      'apply --manifest ../clone/providers.yaml --switch-manifest',
    )
    expect(switched.code).toBe(0)
    expect(world.read(CONFIG)).toBeUndefined()
  })
})

describe('the targets', () => {
  test('follow XDG_CONFIG_HOME and XDG_DATA_HOME', async () => {
    const world = worldWith(GW, { env: { ...env, XDG_CONFIG_HOME: '/x/c', XDG_DATA_HOME: '/x/d' } })
    expect(await opgenJson(world, 'apply')).toMatchObject({
      targets: { config: ['/x/c/opencode/opencode.jsonc'], auth: '/x/d/opencode/auth.json' },
    })
  })

  test('follow OPENCODE_CONFIG_DIR, and a block left in the global folder is warned about', async () => {
    const files = { [CONFIG]: '{ "provider": { "gw": {} } }' }
    const world = worldWith(GW, { files, env: { ...env, OPENCODE_CONFIG_DIR: '/x/oc' } })
    const { code, err } = await opgen(world, 'apply')
    expect(code).toBe(0)
    expect(world.read('/x/oc/opencode.jsonc')).toContain('https://gw.example/v1')
    expect(err).toContain('also defines "gw"')
    expect(world.read(CONFIG)).toBe(files[CONFIG])
  })

  test('never include OPENCODE_CONFIG, which is warned about', async () => {
    const files = { '/x/own.json': '{ "enabled_providers": [] }' }
    const world = worldWith(GW, { files, env: { ...env, OPENCODE_CONFIG: '/x/own.json' } })
    const { err } = await opgen(world, 'apply')
    expect(err).toContain('OPENCODE_CONFIG is set')
    expect(err).toContain('hides "gw"')
    expect(world.read('/x/own.json')).toBe(files['/x/own.json'])
  })

  test('are those of --config and --auth', async () => {
    const world = worldWith(GW, { env })
    await opgen(world, 'apply --config ~/a.json --auth b/auth.json')
    expect(world.read(`${HOME}/a.json`)).toContain('https://gw.example/v1')
    expect(world.read(`${HOME}/dotfiles/b/auth.json`)).toContain('test-key-gw')
    expect(world.read(CONFIG)).toBeUndefined()
  })

  test('are never the source of a template', async () => {
    const world = worldWith(GW, { env })
    const { code, err } = await opgen(world, 'apply --config opencode.jsonc.tmpl')
    expect(code).toBe(1)
    expect(err).toContain('is a template of a dotfiles manager')
  })
})

describe('a symlink', () => {
  test('at opencode.jsonc stays, and the file behind it changes', async () => {
    const world = worldWith(GW, { files: { [`${HOME}/dotfiles/oc.jsonc`]: '{}' }, env })
    world.links.set(CONFIG, `${HOME}/dotfiles/oc.jsonc`)
    expect((await opgen(world, 'apply')).code).toBe(0)
    expect(world.read(`${HOME}/dotfiles/oc.jsonc`)).toContain('https://gw.example/v1')
    expect(world.links.has(CONFIG)).toBe(true)
    expect(world.files.has(CONFIG)).toBe(false)
  })

  test('at auth.json is a decision that says where it leads', async () => {
    const behind = `${HOME}/dotfiles/auth.json`
    const files = { [behind]: '{}', [`${HOME}/dotfiles/.git/HEAD`]: 'ref' }
    const world = worldWith(GW, { files, env })
    world.links.set(AUTH, behind)
    expect(await opgenJson(world, 'apply')).toMatchObject({
      decisions: [
        {
          id: '/auth',
          kind: 'symlink',
          detail: expect.stringMatching(/dotfiles\/auth\.json, inside a git work tree/),
          flag: '--force /auth',
        },
      ],
    })
    expect(world.read(behind)).toBe('{}')
    expect((await opgen(world, 'apply --force /auth')).code).toBe(0)
    expect(world.read(behind)).toContain('test-key-gw')
    expect((await opgen(world, 'apply')).out).toBe('Nothing to change.\n')
  })

  test('at auth.json that is kept leaves the file behind it alone', async () => {
    const behind = `${HOME}/dotfiles/auth.json`
    const world = worldWith(GW, { files: { [behind]: '{}' }, env })
    world.links.set(AUTH, behind)
    expect((await opgen(world, 'apply --keep /auth')).code).toBe(0)
    expect(world.read(behind)).toBe('{}')
    expect(world.read(CONFIG)).toContain('https://gw.example/v1')
    expect((await opgen(world, 'apply')).code).toBe(3)
  })

  test('to the source of a template is refused', async () => {
    const world = worldWith(GW, { files: { [`${HOME}/dotfiles/oc.jsonc.tmpl`]: '{}' }, env })
    world.links.set(CONFIG, `${HOME}/dotfiles/oc.jsonc.tmpl`)
    expect((await opgen(world, 'apply')).code).toBe(1)
    expect(world.read(`${HOME}/dotfiles/oc.jsonc.tmpl`)).toBe('{}')
  })
})

describe('a config file that was renamed', () => {
  test('does not hide a block that opgen wrote and is to take out', async () => {
    const json = `${HOME}/.config/opencode/opencode.json`
    const world = worldWith(GW, { files: { [json]: '{ "theme": "system" }' }, env })
    await opgen(world, 'apply')
    world.write(CONFIG, world.read(json) ?? '')
    world.files.delete(json)
    world.write(MANIFEST, 'version: 1\nproviders: {}\n')
    const { code, err } = await opgen(world, 'apply')
    expect(code).toBe(3)
    expect(err).toContain('gw conflict')
    expect((await opgen(world, 'apply --force gw')).code).toBe(0)
    expect(JSON.parse(world.read(CONFIG) ?? '')).toEqual({ theme: 'system', provider: {} })
  })
})

describe('something else where a target belongs', () => {
  test.each(['folder', 'other'] as const)('(%s) is refused and not read', async (kind) => {
    const world = worldWith(GW, { env })
    const { files } = world.system
    const facts = { kind, mode: 0o644, mtimeMs: 0, size: 0 }
    const system = {
      ...world.system,
      files: {
        ...files,
        look: async (file: string) => (file === CONFIG ? facts : await files.look(file)),
        read: async (file: string) => {
          if (file === CONFIG) throw new Error('a pipe would be waited for')
          return await files.read(file)
        },
      },
    }
    const terminal = memoryTerminal()
    expect(await run(['apply'], system, terminal)).toBe(1)
    expect(terminal.stderr()).toContain(`${CONFIG} is not a file`)
    expect(world.read(AUTH)).toBeUndefined()
  })
})

describe('a mode that is too wide', () => {
  test('is warned about by plan and narrowed by apply, also when nothing else changes', async () => {
    const world = worldWith(GW, { env })
    await opgen(world, 'apply')
    world.write(AUTH, world.read(AUTH) ?? '', 0o644)
    expect((await opgen(world, 'plan')).err).toContain('can be read by others (mode 0644)')
    const { code, out, err } = await opgen(world, 'apply')
    expect({ code, out }).toEqual({ code: 0, out: 'Nothing to change.\n' })
    expect(err).toContain('its mode is now 0600')
    expect(world.files.get(AUTH)?.mode).toBe(0o600)
  })
})

describe('an id on the command line', () => {
  test.each(['--only', '--force', '--keep', '--trust-origin'])(
    'of %s that nothing has is refused with the nearest name',
    async (flag) => {
      const { code, err } = await opgen(worldWith(GW, { env }), `apply ${flag} gv`)
      expect(code).toBe(65)
      expect(err).toContain('did you mean "gw"?')
    },
  )

  test('cannot be forced and kept at once', async () => {
    expect((await opgen(worldWith(GW, { env }), 'apply --force gw --keep gw')).code).toBe(64)
  })
})

describe("opgen's own record", () => {
  test.each([
    ['damaged', '{ "version": 1', 'is damaged'],
    ['of a newer opgen', '{ "version": 2 }', 'was written by a newer opgen (state version 2)'],
  ])('%s stops everything, and nothing is written', async (_, text, reason) => {
    const world = worldWith(GW, { files: { [STATE]: text }, env })
    const { code, err } = await opgen(world, 'apply')
    expect(code).toBe(1)
    expect(err).toContain(reason)
    expect(world.read(CONFIG)).toBeUndefined()
  })

  test('is private, and holds the real path of the manifest', async () => {
    const world = worldWith(GW, { env })
    world.links.set(`${HOME}/link.yaml`, MANIFEST)
    await opgen(world, 'apply --manifest ../link.yaml')
    expect(world.files.get(STATE)?.mode).toBe(0o600)
    expect(JSON.parse(world.read(STATE) ?? '').files[CONFIG].manifest).toBe(MANIFEST)
    expect((await opgen(world, 'apply')).out).toBe('Nothing to change.\n')
  })
})

describe('a running OpenCode', () => {
  const processes = [{ pid: 4242, startedAt: Date.UTC(2026, 10, 23, 11) }]

  test('that is older than the change is to be restarted', async () => {
    const world = worldWith(GW, { env, processes })
    const { err } = await opgen(world, 'apply')
    expect(err).toContain('opencode (pid 4242) still runs with the old values; restart it')
  })

  test('is not spoken of when nothing changed', async () => {
    const world = worldWith(GW, { env, processes })
    await opgen(world, 'apply')
    expect((await opgen(world, 'apply')).err).toBe('')
  })
})
