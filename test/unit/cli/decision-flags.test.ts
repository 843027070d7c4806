import { describe, expect, test } from 'vitest'
import { CONFIG, opgen, worldWith } from '../../support/run-opgen.ts'

const MANIFEST = [
  'version: 1',
  'providers:',
  '  one: { baseURL: "https://one.example/v1", models: [m], key: none }',
  '  two: { baseURL: "https://two.example/v1", models: [m], key: none }',
  '',
].join('\n')
const BLOCK = { options: { baseURL: 'https://mine.example' } }

async function forcedAfter(line: string): Promise<readonly string[]> {
  const files = { [CONFIG]: JSON.stringify({ provider: { one: BLOCK, two: BLOCK } }) }
  const world = worldWith(MANIFEST, { files })
  expect(await opgen(world, line)).toMatchObject({ code: 0 })
  const text = world.read(CONFIG) ?? ''
  return ['one', 'two'].filter((id) => text.includes(`https://${id}.example/v1`))
}

describe('a flag that takes an id', () => {
  test('means all without one, also beside the same flag with one', async () => {
    expect(await forcedAfter('apply --force')).toEqual(['one', 'two'])
    expect(await forcedAfter('apply --force --force one')).toEqual(['one', 'two'])
    expect(await forcedAfter('apply --force one --force')).toEqual(['one', 'two'])
  })

  test('may be repeated', async () => {
    expect(await forcedAfter('apply --force one --keep two')).toEqual(['one'])
    expect(await forcedAfter('apply --force one --force two')).toEqual(['one', 'two'])
  })
})
