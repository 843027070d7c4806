import { describe, expect, test } from 'vitest'
import { firstLocal, firstManifest } from '../../../src/core/manifest/first-manifest.ts'
import { HOME, memoryWorld } from '../../support/memory-system.ts'
import type { MemoryWorld, WorldOptions } from '../../support/memory-system.ts'
import { packageTemplates } from '../../support/package-templates.ts'
import { CONFIG, MANIFEST, opgen, opgenJson } from '../../support/run-opgen.ts'

const STANDARD = `${HOME}/.config/opgen/providers.yaml`
const LOCAL = `${HOME}/.config/opgen/local.yaml`
const FIRST = firstManifest('0.0.0-test')
const GIT = { [`${HOME}/dotfiles/.git/HEAD`]: 'ref: refs/heads/main\n' }

/** A world without a manifest. */
function emptyWorld(options: WorldOptions = {}): MemoryWorld {
  return memoryWorld({ ...options, files: { ...packageTemplates(), ...options.files } })
}

describe('`opgen init` writes the manifest', () => {
  test('into the folder it is run in, inside a git work tree', async () => {
    const world = emptyWorld({ files: GIT })
    const { code, out, err } = await opgen(world, 'init')
    expect({ code, out }).toEqual({ code: 0, out: 'Wrote providers.yaml.\n' })
    expect(err).toContain('opgen: hint: edit it, store keys with `opgen key set ID`')
    expect(world.read(MANIFEST)).toBe(FIRST)
    expect(world.read(STANDARD)).toBeUndefined()
  })

  test('into the folder it is run in, below the top of a work tree that a file marks', async () => {
    const world = emptyWorld({ files: { [`${HOME}/.git`]: 'gitdir: ../elsewhere\n' } })
    expect(await opgenJson(world, 'init')).toMatchObject({ written: [MANIFEST] })
  })

  test('into the XDG folder elsewhere, where opgen finds it from everywhere', async () => {
    const world = emptyWorld()
    expect(await opgenJson(world, 'init')).toEqual({
      version: 1,
      command: 'init',
      written: [STANDARD],
      notes: [],
    })
    expect(world.read(STANDARD)).toBe(FIRST)
  })

  test('into $XDG_CONFIG_HOME, where that is set', async () => {
    const world = emptyWorld({ env: { XDG_CONFIG_HOME: '/etc/ana' } })
    expect(await opgenJson(world, 'init')).toMatchObject({
      written: ['/etc/ana/opgen/providers.yaml'],
    })
  })

  test('where $OPGEN_MANIFEST says', async () => {
    const world = emptyWorld({ files: GIT, env: { OPGEN_MANIFEST: '~/cloud/opgen.yaml' } })
    expect(await opgenJson(world, 'init')).toMatchObject({
      written: [`${HOME}/cloud/opgen.yaml`],
      notes: [],
    })
  })

  test('where --manifest says, and tells that it must be named again', async () => {
    const world = emptyWorld({ files: GIT, env: { OPGEN_MANIFEST: '' } })
    expect(await opgenJson(world, 'init --manifest ../other.yaml')).toMatchObject({
      written: [`${HOME}/other.yaml`],
      notes: ['opgen finds it when it is named: `--manifest ~/other.yaml` or $OPGEN_MANIFEST'],
    })
  })

  test('with a hint of commands that read it', async () => {
    const world = emptyWorld({ files: GIT })
    const { err } = await opgen(world, 'init --manifest ../other.yaml')
    expect(err).toContain('`opgen key set ID --manifest ../other.yaml`')
    expect(err).toContain('`opgen apply --manifest ../other.yaml`')
    expect((await opgen(emptyWorld({ files: GIT }), 'init')).err).toContain('`opgen apply`')
  })

  test('such that an apply right after it succeeds, and a second one has nothing to do', async () => {
    const world = emptyWorld({ files: GIT })
    await opgen(world, 'init')
    expect(await opgen(world, 'plan')).toMatchObject({ code: 0, err: '' })
    expect(await opgen(world, 'apply')).toMatchObject({ code: 0, err: '' })
    expect(world.read(CONFIG)).toContain('"qwen3-coder:30b"')
    expect(await opgen(world, 'apply')).toMatchObject({ out: 'Nothing to change.\n' })
  })
})

describe('`opgen init` tells', () => {
  test('that the manifest of a work tree is not found from other folders', async () => {
    const world = emptyWorld({ files: GIT })
    expect(await opgenJson(world, 'init')).toMatchObject({
      notes: [
        'for other folders, set $OPGEN_MANIFEST to it, or link ~/.config/opgen/providers.yaml to it',
      ],
    })
  })

  test('that other folders have another one', async () => {
    const world = emptyWorld({ files: { ...GIT, [STANDARD]: FIRST } })
    expect(await opgenJson(world, 'init')).toMatchObject({
      written: [MANIFEST],
      notes: ['in other folders opgen takes ~/.config/opgen/providers.yaml'],
    })
  })

  test('that this folder has another one', async () => {
    const world = emptyWorld({ files: { [MANIFEST]: FIRST } })
    expect(await opgenJson(world, 'init')).toMatchObject({
      written: [STANDARD],
      notes: ['when none is named, opgen takes providers.yaml here'],
    })
  })

  test('which providers OpenCode has already, and touches none of them', async () => {
    const config =
      '{\n  // mine\n  "provider": { "acme": {}, "x\\u001b[2J": {}, "sk-test-0123456789abcdef": {} },\n}\n'
    const world = emptyWorld({ files: { ...GIT, [CONFIG]: config } })
    const { err } = await opgen(world, 'init')
    expect(err).toContain(
      'opgen: note: ~/.config/opencode/opencode.jsonc has "acme", "x\\u001b[2J", "***": `opgen import` takes them into the manifest\n',
    )
    expect(world.read(CONFIG)).toBe(config)
  })

  test('which providers are from an earlier apply', async () => {
    const world = emptyWorld({ files: GIT })
    await opgen(world, 'init')
    await opgen(world, 'apply')
    world.files.delete(MANIFEST)
    expect(await opgenJson(world, 'init')).toMatchObject({
      notes: [
        expect.any(String),
        '~/.config/opencode/opencode.jsonc has "ollama" from an earlier apply: see `opgen plan`',
      ],
    })
  })

  test.each(['{ "provider": ', '{ "provider": [] }', '[]', '{}', ''])(
    'nothing about a config that is %j',
    async (config) => {
      const world = emptyWorld({ files: { [CONFIG]: config } })
      expect(await opgenJson(world, 'init')).toMatchObject({ written: [STANDARD], notes: [] })
    },
  )

  test('only what it wrote with --quiet', async () => {
    const world = emptyWorld({ files: GIT })
    expect(await opgen(world, 'init --quiet')).toEqual({
      code: 0,
      out: 'Wrote providers.yaml.\n',
      err: '',
    })
  })
})

describe('`opgen init` on a terminal, where OpenCode has providers', () => {
  const block =
    '{ "npm": "@ai-sdk/openai-compatible", "options": { "baseURL": "https://a.example/v1" }, "models": { "m": {} } }'
  const files = { ...GIT, [CONFIG]: `{ "provider": { "acme": ${block} } }\n` }

  test('imports them when told to', async () => {
    const world = emptyWorld({ files })
    const { code, out, err } = await opgen(world, 'init', { answers: ['y'] })
    expect(code).toBe(0)
    expect(err).toContain('~/.config/opencode/opencode.jsonc has "acme".\n')
    expect(out).toContain('+ acme')
    expect(world.read(MANIFEST)).toContain('  acme:\n    baseURL: https://a.example/v1\n')
  })

  test('writes an example when not, which an import may take the place of', async () => {
    const world = emptyWorld({ files })
    expect((await opgen(world, 'init', { answers: ['n'] })).code).toBe(0)
    expect(world.read(MANIFEST)).toBe(firstManifest(world.system.version))
    expect((await opgen(world, 'import')).code).toBe(0)
    expect(world.read(MANIFEST)).toContain('  acme:\n')
    const { code, err } = await opgen(world, 'import')
    expect(code).toBe(1)
    expect(err).toContain('providers.yaml is there already; nothing was written')
  })

  test('names the command that an option of a refused import belongs to', async () => {
    const block2 = block.replace('v1"', 'v1", "apiKey": "test-key-acme"')
    const world = emptyWorld({
      files: { ...GIT, [CONFIG]: `{ "provider": { "acme": ${block2} } }\n` },
    })
    world.refuseKeychain('no-service')
    const { code, err } = await opgen(world, 'init', { answers: ['y'] })
    expect(code).toBe(1)
    expect(err).toContain('`opgen import --keep-keys`')
  })

  test('writes nothing when nobody answers', async () => {
    const world = emptyWorld({ files })
    expect((await opgen(world, 'init', { answers: [] })).code).toBe(130)
    expect(world.read(MANIFEST)).toBeUndefined()
  })
})

describe('`opgen init` overwrites nothing', () => {
  test.each([
    { name: 'a manifest', line: 'init', files: { [MANIFEST]: 'mine' } },
    {
      name: 'a file that is named',
      line: 'init --manifest a.txt',
      files: { [`${HOME}/dotfiles/a.txt`]: '' },
    },
    { name: 'a folder', line: 'init --manifest ../dotfiles', files: {} },
  ])('$name stays, exit 1', async ({ line, files }) => {
    const world = emptyWorld({ files: { ...GIT, ...files } })
    const before = new Map(world.files)
    const { code, out, err } = await opgen(world, line)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(
      /^opgen: error: .* is there already; nothing was written\nopgen: hint: .*`--manifest FILE`\n$/,
    )
    expect(new Map(world.files)).toEqual(before)
  })

  test.each([
    ['init', 'look at it with `opgen plan`, '],
    ['init --manifest b.yaml', 'look at it with `opgen plan --manifest b.yaml`, '],
    ['init --manifest a`b.yaml', 'look at it with `opgen plan --manifest FILE`, '],
  ])('%s tells how the file that is there is read', async (line, hint) => {
    const paths = [MANIFEST, `${HOME}/dotfiles/b.yaml`, `${HOME}/dotfiles/a\`b.yaml`]
    const world = emptyWorld({
      files: { ...GIT, ...Object.fromEntries(paths.map((file) => [file, ''])) },
    })
    expect((await opgen(world, line)).err).toContain(`hint: ${hint}`)
  })

  test('a link that leads nowhere stays', async () => {
    const world = emptyWorld({ files: GIT })
    world.links.set(MANIFEST, '/gone/providers.yaml')
    expect(await opgenJson(world, 'init')).toMatchObject({ error: { code: 'already-there' } })
  })

  test('a local.yaml stays, and then no manifest is written either', async () => {
    const world = emptyWorld({ files: { ...GIT, [LOCAL]: 'profile: home\n' } })
    const before = new Map(world.files)
    expect(await opgenJson(world, 'init --profile work')).toMatchObject({
      error: { code: 'already-there', message: expect.stringContaining(LOCAL) },
    })
    expect(new Map(world.files)).toEqual(before)
  })
})

describe('`opgen init --profile`', () => {
  test('writes local.yaml and a manifest', async () => {
    const world = emptyWorld({ files: GIT })
    const { code, out } = await opgen(world, 'init --profile work')
    expect({ code, out }).toEqual({
      code: 0,
      out: 'Wrote providers.yaml.\nWrote ~/.config/opgen/local.yaml.\n',
    })
    expect(world.read(MANIFEST)).toBe(FIRST)
    expect(world.read(LOCAL)).toBe(firstLocal('work'))
  })

  test('leaves a manifest that is there, and says so', async () => {
    const world = emptyWorld({ files: { ...GIT, [MANIFEST]: 'mine' } })
    expect(await opgenJson(world, 'init --profile work')).toMatchObject({
      written: [LOCAL],
      notes: expect.arrayContaining(['providers.yaml is there already, and stays as it is']),
    })
    expect(world.read(MANIFEST)).toBe('mine')
  })

  test('can be run again when the second file was refused', async () => {
    let full = true
    const world = emptyWorld({
      files: GIT,
      beforeWrite: (file) => {
        if (full && file === LOCAL) throw new Error('a full disk')
      },
    })
    await opgen(world, 'init --profile work')
    expect(world.read(MANIFEST)).toBe(FIRST)
    full = false
    expect(await opgenJson(world, 'init --profile work')).toMatchObject({ written: [LOCAL] })
  })
})
