import { describe, expect, test } from 'vitest'
import { diskFull, HOME } from '../../support/memory-system.ts'
import { MANIFEST, opgen, opgenJson, worldWith } from '../../support/run-opgen.ts'

const ollama = '  ollama: { preset: ollama, models: [m] }\n'
const gw = '  gw:\n    baseURL: https://gw.example/v1\n    models: [m]\n'
const manifest = `version: 1\nproviders:\n${ollama}${gw}`

describe('remove', () => {
  test('takes a provider out, and names the key that stays', async () => {
    const world = worldWith(manifest, { keychain: { 'opgen/gw': 'test-key-gw' } })
    const { code, out, err } = await opgen(world, 'remove gw')
    expect(code).toBe(0)
    expect(world.read(MANIFEST)).toBe(`version: 1\nproviders:\n${ollama}`)
    expect(out).toBe('Removed "gw" from providers.yaml (lines 4-6).\n')
    expect(err).toBe(
      [
        "opgen: hint: `opgen apply` takes it out of OpenCode's files\n",
        'opgen: hint: a key in the keychain stays; `opgen key remove gw` removes it\n',
      ].join(''),
    )
    expect(world.keychain.get('opgen/gw')).toBe('test-key-gw')
    expect(world.asked).toEqual([])
  })

  test('names no key where none is taken from the keychain', async () => {
    const { err } = await opgen(worldWith(manifest), 'remove ollama')
    expect(err).toBe("opgen: hint: `opgen apply` takes it out of OpenCode's files\n")
  })

  test('leaves a manifest that apply takes what it wrote out for', async () => {
    const world = worldWith(manifest, { keychain: { 'opgen/gw': 'test-key-gw' } })
    for (const line of ['apply', 'remove gw', 'remove ollama', 'apply']) {
      expect(await opgen(world, line)).toMatchObject({ code: 0 })
    }
    expect(world.read(MANIFEST)).toBe('version: 1\nproviders: {}\n')
    expect((await opgen(world, 'apply')).out).toBe('Nothing to change.\n')
  })

  test('names the place and what went as JSON', async () => {
    const world = worldWith(`${manifest}model: gw/m\n`)
    expect(await opgenJson(world, 'remove gw')).toEqual({
      version: 1,
      command: 'remove',
      manifest: MANIFEST,
      id: 'gw',
      removed: true,
      lines: { first: 4, last: 6 },
      notes: ['"model" on line 7 named a model of it, and went too'],
    })
  })

  test('leaves what another file has, and what names it', async () => {
    const team = `${HOME}/dotfiles/team.yaml`
    const world = worldWith(`${manifest}model: gw/m\ninclude: [team.yaml]\n`, {
      files: { [team]: `version: 1\nproviders:\n${gw}` },
    })
    const { code, err } = await opgen(world, 'remove gw')
    expect(code).toBe(0)
    expect(err).toBe('opgen: note: team.yaml:3 still has "gw"\nopgen: hint: run `opgen apply`\n')
    expect(world.read(MANIFEST)).toBe(
      `version: 1\nproviders:\n${ollama}model: gw/m\ninclude: [team.yaml]\n`,
    )
  })

  test('does not send a person to apply where something else is wrong', async () => {
    const world = worldWith(`${manifest}  other: { baseUrl: x }\n`)
    const { code, err } = await opgen(world, 'remove gw')
    expect(code).toBe(0)
    expect(err).toBe('opgen: hint: the manifest has other problems, which `opgen plan` names\n')
  })

  test('changes the file that an include names when that is named', async () => {
    const team = `${HOME}/dotfiles/team.yaml`
    const files = { [team]: `version: 1\nproviders:\n${gw}` }
    const world = worldWith(`${manifest.replace(gw, '')}include: [team.yaml]\n`, { files })
    const { code, err } = await opgen(world, 'remove gw --manifest team.yaml')
    expect(code).toBe(0)
    expect(err).toContain('`opgen apply --manifest team.yaml`')
    expect(world.read(team)).toBe('version: 1\nproviders: {}\n')
  })

  test('changes nothing where the file cannot be written', async () => {
    let isFull = false
    const world = worldWith(manifest, {
      beforeWrite: (file) => {
        if (isFull) diskFull(file)
      },
    })
    isFull = true
    expect(await opgen(world, 'remove gw')).toMatchObject({ code: 1, out: '' })
    expect(world.read(MANIFEST)).toBe(manifest)
  })

  test('is not stopped by what is wrong with the manifest', async () => {
    const world = worldWith(`${manifest}  odd: { baseUrl: x }\n`)
    expect(await opgen(world, 'remove odd')).toMatchObject({ code: 0 })
    expect(world.read(MANIFEST)).toBe(manifest)
  })
})
