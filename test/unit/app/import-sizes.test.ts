import { expect, test } from 'vitest'
import { HOME, memoryWorld } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { packageTemplates } from '../../support/package-templates.ts'
import { CONFIG, MANIFEST, opgen } from '../../support/run-opgen.ts'

/* A manifest has at most a million characters. */

const LONG = 600_000

function worldOf(text: string): MemoryWorld {
  const git = { [`${HOME}/dotfiles/.git/HEAD`]: 'ref: refs/heads/main\n' }
  return memoryWorld({ files: { ...packageTemplates(), ...git, [CONFIG]: text } })
}

function block(id: string, name: string): string {
  const baseURL = `https://${id}.example/v1`
  const npm = '@ai-sdk/openai-compatible'
  return `"${id}": ${JSON.stringify({ npm, name, options: { baseURL }, models: { m: {} } })}`
}

test('providers that are too large together are left alone from where they are', async () => {
  const blocks = [block('one', 'x'.repeat(LONG)), block('two', 'x'.repeat(LONG)), block('six', '6')]
  const world = worldOf(`{ "provider": { ${blocks.join(', ')} } }`)
  const { code, out, err } = await opgen(world, 'import')
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
  expect(out).toContain('+ one')
  expect(err).toContain('"two" is larger than a manifest may be: it is left alone')
  expect(err).toContain('"six" is larger than a manifest may be: it is left alone')
  expect((await opgen(world, 'apply')).code).toBe(0)
})

test('comments that make a manifest too large stay where they are', async () => {
  const text = `{ "provider": {\n// ${'word '.repeat(LONG / 2)}\n${block('one', 'One')} } }`
  const world = worldOf(text)
  const { code, err } = await opgen(world, 'import')
  expect(code).toBe(0)
  expect(err).toContain('they stay where they are')
  expect(world.read(MANIFEST)).not.toContain('word')
})

test('a block of very many models is left alone at once', async () => {
  const fields = '{ "name": "M", "limit": { "context": 9, "output": 1 } }'
  const models = Array.from({ length: 9000 }, (_, index) => `"m${index}": ${fields}`)
  const many = block('many', 'Many').replace('"m":{}', models.join(', '))
  const world = worldOf(`{ "provider": { ${many}, ${block('one', 'One')} } }`)
  const { code, err } = await opgen(world, 'import')
  expect(code).toBe(0)
  expect(err).toContain('"many" is larger than a manifest may be: it is left alone')
})
