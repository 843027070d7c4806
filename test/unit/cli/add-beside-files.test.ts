import { describe, expect, test } from 'vitest'
import { HOME } from '../../support/memory-system.ts'
import { MANIFEST, opgen, worldWith } from '../../support/run-opgen.ts'

const manifest = `version: 1
providers:
  ollama:
    preset: ollama
    models: [m]
`
const URL = 'https://llm.corp.example/v1'

describe('where other files are beside the manifest, add', () => {
  test('gives up with the place of what is wrong with the preset that was chosen', async () => {
    const preset = `${HOME}/dotfiles/templates/mine.yaml.hbs`
    const text = 'about: Mine\nkey: none\nprovider:\n  npm: {{json with.team}}\n'
    const world = worldWith(manifest, { files: { [preset]: text } })
    const { code, err } = await opgen(world, 'add corp', {
      answers: ['mine', URL, 'm', ''],
    })
    expect(code).toBe(65)
    expect(err).toContain('templates/mine.yaml.hbs:4:')
    expect(err).not.toContain('Base URL')
    expect(world.read(MANIFEST)).toBe(manifest)
  })

  test('takes presets from beside the manifest', async () => {
    const preset =
      'about: Mine\nkey: none\nplaceholder: x\nprovider: { npm: "@ai-sdk/openai-compatible" }\n'
    const files = { [`${HOME}/dotfiles/templates/mine.yaml.hbs`]: preset }
    const world = worldWith(manifest, { files })
    const line = `add mine --base-url ${URL} --model m`
    expect(await opgen(world, line)).toMatchObject({ code: 0 })
    expect(world.read(MANIFEST)).toContain('  mine:\n    preset: mine\n')
  })

  test('names the place of what is wrong in a preset beside the manifest', async () => {
    const files = { [`${HOME}/dotfiles/templates/mine.yaml.hbs`]: 'about: [\n' }
    const world = worldWith(manifest, { files })
    const { code, err } = await opgen(world, `add mine --base-url ${URL} --model m`)
    expect(code).toBe(65)
    expect(err).toMatch(/^templates\/mine\.yaml\.hbs:\d+:\d+: error: /)
  })

  test('names the included file whose list hides the provider', async () => {
    const team = `${HOME}/dotfiles/team.yaml`
    const files = { [team]: 'version: 1\nenabled_providers: [ollama]\n' }
    const world = worldWith(`${manifest}include: [team.yaml]\n`, { files })
    const { err } = await opgen(world, `add corp --base-url ${URL} --model m`)
    expect(err).toContain('"enabled_providers" in team.yaml:2 does not name "corp"')
  })
})
