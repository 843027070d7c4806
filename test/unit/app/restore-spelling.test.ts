import { expect, test } from 'vitest'
import { HOME } from '../../support/memory-system.ts'
import { opgen, worldWith } from '../../support/run-opgen.ts'

const ONE = JSON.stringify({
  version: 1,
  providers: { one: { baseURL: 'https://one.example/v1', models: ['m'], key: 'none' } },
})

test.each(['opencode.jsonc', 'opencode.json'])(
  'the only trailing comma of %s comes back with the value it was in',
  async (name) => {
    const file = `${HOME}/.config/opencode/${name}`
    const text = '{\n  "provider": { "one": { "npm": { "by": ["hand",] } } }\n}\n'
    const world = worldWith(ONE, { files: { [file]: text } })
    expect((await opgen(world, 'apply --force')).code).toBe(0)
    expect(world.read(file)).not.toContain('hand')
    expect(await opgen(world, 'destroy')).toMatchObject({ code: 0 })
    expect(world.read(file)).toBe(text)
  },
)
