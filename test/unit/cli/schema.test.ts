import { expect, test } from 'vitest'
import { memoryWorld } from '../../support/memory-system.ts'
import { opgen, opgenJson } from '../../support/run-opgen.ts'
import { readDocument } from '../docs/markdown.ts'

const published = readDocument('schema/providers.schema.json')
const world = memoryWorld({ files: { '/opgen/schema/providers.schema.json': published } })

test('`opgen schema` prints the schema of the package as it is, without a manifest', async () => {
  expect(await opgen(world, 'schema')).toEqual({ code: 0, out: published, err: '' })
})

test('`opgen schema --json` has it in a field of its document', async () => {
  expect(await opgenJson(world, 'schema')).toEqual({
    version: 1,
    command: 'schema',
    schema: JSON.parse(published),
  })
})

test('the package has the schema', () => {
  expect(JSON.parse(readDocument('package.json'))).toMatchObject({
    files: expect.arrayContaining(['schema']),
  })
})
