import { describe, expect, test } from 'vitest'
import { BUILT_IN_PRESETS } from '../../../src/core/preset/preset.ts'
import { OpgenError } from '../../../src/errors.ts'
import { HOME, memoryWorld } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { packageTemplates } from '../../support/package-templates.ts'
import { MANIFEST, opgen, opgenJson, worldWith } from '../../support/run-opgen.ts'

const TEMPLATES = `${HOME}/dotfiles/templates`
const EMPTY = 'version: 1\nproviders: {}\n'

/** A world with a manifest and these presets beside it, by file name. */
function worldBeside(own: Readonly<Record<string, string>>): MemoryWorld {
  const world = worldWith(EMPTY)
  for (const [name, text] of Object.entries(own)) world.write(`${TEMPLATES}/${name}`, text)
  return world
}

describe('the list of presets', () => {
  test('has the built-in ones where there is no manifest', async () => {
    const world = memoryWorld({ files: packageTemplates() })
    const list = await opgenJson(world, 'presets')
    expect(list).toMatchObject({ version: 1, command: 'presets', diagnostics: [] })
    expect(list).toHaveProperty(
      'presets',
      BUILT_IN_PRESETS.map((name) => expect.objectContaining({ name, source: 'built-in' })),
    )
    expect(list).toHaveProperty('presets.3', {
      name: 'ollama',
      about: 'Ollama, models on this machine or on one of yours',
      key: 'none',
      baseURL: 'http://localhost:11434/v1',
      source: 'built-in',
    })
    expect(list).toHaveProperty('presets.0.baseURL', null)
  })

  test('begins with those beside the manifest, which stand in for built-in ones', async () => {
    const world = worldBeside({
      'ollama.yaml.hbs': 'about: Mine\n',
      'corp.yaml.hbs':
        'about: The company\nkey: optional\ndefault: { baseURL: "https://c.example" }\n',
      'notes.txt': 'no preset',
      '.hidden.yaml.hbs': 'about: no name of a preset\n',
    })
    const list = await opgenJson(world, 'presets')
    expect(list).toMatchObject({ diagnostics: [] })
    expect(list).toHaveProperty('presets.0', {
      name: 'corp',
      about: 'The company',
      key: 'optional',
      baseURL: 'https://c.example',
      source: `${TEMPLATES}/corp.yaml.hbs`,
    })
    expect(list).toHaveProperty('presets.1', {
      name: 'ollama',
      about: 'Mine',
      key: null,
      baseURL: null,
      source: `${TEMPLATES}/ollama.yaml.hbs`,
    })
    expect(list).toHaveProperty('presets.length', BUILT_IN_PRESETS.length + 1)
  })

  test('looks beside the manifest where that really is', async () => {
    const world = worldBeside({ 'corp.yaml.hbs': 'about: The company\n' })
    const link = `${HOME}/.config/opgen/providers.yaml`
    world.links.set(link, MANIFEST)
    const list = await opgenJson(world, `presets --manifest ${link}`)
    expect(list).toHaveProperty('presets.0.name', 'corp')
  })

  test('has those beside what the manifest includes, in the order in which they are taken', async () => {
    const world = worldWith('version: 1\ninclude: [team/more.yaml, ~/gone.yaml]\nproviders: {}\n')
    const team = `${HOME}/dotfiles/team`
    world.write(`${team}/more.yaml`, 'version: 1\n')
    world.write(`${team}/templates/corp.yaml.hbs`, 'about: of the team\n')
    world.write(`${team}/templates/other.yaml.hbs`, 'about: of the team\n')
    world.write(`${TEMPLATES}/corp.yaml.hbs`, 'about: mine\n')
    const { presets } = Object(await opgenJson(world, 'presets'))
    expect(presets.slice(0, 3)).toMatchObject([
      { name: 'corp', source: `${TEMPLATES}/corp.yaml.hbs` },
      { name: 'other', source: `${team}/templates/other.yaml.hbs` },
      { name: BUILT_IN_PRESETS[0] },
    ])
    const { out } = await opgen(world, 'presets')
    expect(out).toMatch(/^corp .* templates\/$/m)
    expect(out).toMatch(/^other .* team\/templates\/$/m)
  })

  test('is there for a manifest with errors', async () => {
    const world = worldWith('version: 7\n')
    expect(await opgen(world, 'presets')).toMatchObject({ code: 0, err: '' })
  })

  test('is refused for a manifest that was named and is not there', async () => {
    const { code, err } = await opgen(worldWith(EMPTY), 'presets --manifest nowhere.yaml')
    expect(code).toBe(1)
    expect(err).toContain('no manifest at')
  })

  test('shows what it can of a broken preset, and warns', async () => {
    const world = worldBeside({
      'corp.yaml.hbs': 'about: [The company\nkey: none\nprovider: {{json}\n',
    })
    expect(await opgenJson(world, 'presets')).toMatchObject({
      presets: [{ name: 'corp', about: '', key: 'none' }, ...BUILT_IN_PRESETS.map(() => ({}))],
      diagnostics: [{ code: 'yaml-syntax', severity: 'warning', line: 1 }],
    })
    const { code, out, err } = await opgen(world, 'presets')
    expect(code).toBe(0)
    expect(out).toContain('\ncorp                  none      -')
    expect(err).toContain('templates/corp.yaml.hbs:1:')
  })

  test('has a preset that cannot be read, and warns', async () => {
    const world = worldBeside({ 'corp.yaml.hbs': 'about: x\n' })
    const { files } = world.system
    const read = async (file: string): Promise<string | undefined> => {
      if (!file.endsWith('corp.yaml.hbs')) return await files.read(file)
      throw new OpgenError({ code: 'file-refused', path: file, reason: 'not-permitted' })
    }
    const list = await opgenJson(
      { ...world, system: { ...world.system, files: { ...files, read } } },
      'presets',
    )
    expect(list).toMatchObject({
      presets: [{ name: 'corp', about: '' }, ...BUILT_IN_PRESETS.map(() => ({}))],
      diagnostics: [{ code: 'unreadable-preset', severity: 'warning' }],
    })
  })

  test('keeps to 80 columns, and obeys nothing that a preset says', async () => {
    const world = worldBeside({
      'corp.yaml.hbs': `about: "\\e[31m${'very '.repeat(40)}long"\nkey: required\ndefault: { baseURL: "https://${'long.'.repeat(30)}example" }\n`,
    })
    const { out } = await opgen(world, 'presets')
    const lines = out.split('\n')
    expect(lines.filter((line) => line.length > 80)).toEqual([])
    expect(out).not.toContain('\u001B')
    expect(lines[0]).toMatch(/^PRESET +KEY +BASE URL +FROM$/)
    expect(lines[1]).toMatch(/^corp +required +https:\/\/long\.long.*… +templates\/$/)
    expect(lines[2]).toMatch(/^ {2}\uFFFD\[31mvery very .*…$/)
  })
})
