import { describe, expect, test } from 'vitest'
import { loadPlan } from '../../../src/app/load-plan.ts'
import { previewTexts } from '../../../src/app/preview-texts.ts'
import type { TextPreview } from '../../../src/app/preview-texts.ts'
import { noChoices } from '../../../src/core/plan/plan.ts'
import { AUTH, CONFIG, opgen, MANIFEST, worldWith, PLAIN_SESSION } from '../../support/run-opgen.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'

const GW =
  'version: 1\nproviders:\n  gw: { baseURL: "https://gw.example/v1", models: [m], key: { env: GW } }\n'
const env = { GW: 'test-key-gw' }

async function previewsIn({ system }: MemoryWorld): Promise<readonly TextPreview[]> {
  const session = { ...PLAIN_SESSION, system }
  return previewTexts(await loadPlan(session, noChoices, { forApply: false }))
}

/** The text of a config file as a preview shows it before the plan. */
async function shown(text: string): Promise<string | undefined> {
  const [preview] = await previewsIn(worldWith(GW, { files: { [CONFIG]: text }, env }))
  return preview?.before
}

describe('the preview of a plan', () => {
  test('is of the config file alone: auth.json is never shown', async () => {
    const files = { [AUTH]: '{ "x": { "type": "api", "key": "test-key-x" } }' }
    const previews = await previewsIn(worldWith(GW, { files, env }))
    expect(previews.map(({ path }) => path)).toEqual([CONFIG])
    expect(JSON.stringify(previews)).not.toContain('test-key')
    expect(previews[0]).toMatchObject({
      before: '',
      after: expect.stringContaining('"baseURL": "https://gw.example/v1"'),
    })
  })

  test('is empty when nothing would change', async () => {
    const world = worldWith(GW, { env })
    await opgen(world, 'apply')
    expect(await previewsIn(world)).toEqual([])
  })

  test('ends with nothing when the file goes', async () => {
    const world = worldWith(GW, { env })
    await opgen(world, 'apply')
    world.write(MANIFEST, 'version: 1\nproviders: {}\n')
    expect(await previewsIn(world)).toMatchObject([{ path: CONFIG, after: '' }])
  })

  test.each([
    ['a key by its name', '{ "provider": { "x": { "options": { "apiKey": "test-key-x" } } } }'],
    ['a header', '{ "provider": { "x": { "options": { "headers": { "X-A": "test-key-x" } } } } }'],
    ['a variable of a server', '{ "mcp": { "x": { "environment": { "A": "test-key-x" } } } }'],
    ['a URL with a query', '{ "mcp": { "x": { "url": "https://x.example/?k=test-key-x" } } }'],
    ['a URL with user info', '{ "mcp": { "x": { "url": "https://test-key-x@x.example" } } }'],
    ['an argument', '{ "mcp": { "x": { "command": ["a", "--api-key=test-key-x"] } } }'],
    ["a vendor's key anywhere", '{ "theme": "sk-test-key-x-0000" }'],
    ['a key where a name should be', '{ "provider": { "x": { "sk-test-key-x-0000": "a" } } }'],
    ['a line comment', '{\n  // "apiKey": "test-key-x",\n  "theme": "a"\n}'],
    ['a block comment', '{ /* apiKey: test-key-x */ "theme": "a" }'],
    ['the second line of a comment', '{ /* first\n "apiKey": "test-key-x"\n last */ }'],
    ['a comment with CRLF', '{ /* first\r\n "apiKey": "test-key-x"\r\n last */ }'],
    ['a comment after a masked value', '{ "apiKey": "test-key-x", // apiKey: test-key-x\n }'],
    ['a comment after the end', '{}\n// "apiKey": "test-key-x"'],
  ])('masks %s', async (_, text) => {
    const before = await shown(text)
    expect(before).toContain('***')
    expect(before).not.toContain('test-key-x')
  })

  test('masks nothing else, and keeps every line where it was', async () => {
    const text =
      '\uFEFF{\r\n  // mine\r\n  "provider": { "x": { "options": { "apiKey": "a", "timeout": 5 } } },\r\n' +
      '  "theme": "dark", // why: it is late\r\n}\r\n'
    expect(await shown(text)).toBe(text.replace('"apiKey": "a"', '"apiKey": "***"'))
  })
})
