import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { makeSandbox, type Sandbox } from '../../scripts/sandbox.mjs'
import { checkSchema, pathOf } from '../../src/core/doctor/check-schema.ts'
import type { Path } from '../../src/core/json.ts'
import { parseJsonDocument } from '../../src/core/jsonc/parse.ts'
import { startOpenCodeServer } from '../support/opencode-server.ts'
import type { OpenCodeServer } from '../support/opencode-server.ts'
import { place } from '../support/opgen.ts'
import { need } from '../support/tools.ts'

/*
 * Configurations that are right, or have one fault: opgen finds an error where the real OpenCode refuses to start,
 * and nowhere else. One OpenCode is asked about all of them, each in a folder of its own.
 */
const configs = readFileSync(join(import.meta.dirname, 'opencode-accepts.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))

let sandbox: Sandbox
let openCode: OpenCodeServer

const tools = await need('opencode')
describe.skipIf(tools.skip)(`opgen and OpenCode agree${tools.note}`, () => {
  beforeAll(async () => {
    sandbox = await makeSandbox()
    openCode = await startOpenCodeServer(sandbox, { OPENCODE_DISABLE_PROJECT_CONFIG: '' })
  })
  afterAll(async () => {
    await openCode.stop()
    await sandbox.remove()
  })

  test.concurrent.for(configs)('about %s', async (text, { expect }) => {
    const folder = join(sandbox.folder, 'configs', String(configs.indexOf(text)))
    await place(join(folder, 'opencode.json'), text)
    const complaints = await openCode.complaintsIn(folder)
    const errors = errorsIn(text)
    expect(errors.length > 0).toBe(complaints !== undefined)
    // What opgen names is what OpenCode complains of, or a part of it.
    const isNamed = (paths: readonly Path[]): boolean =>
      paths.some((path) => complaints?.some((one) => isWithin(path, one)))
    expect(errors.filter((paths) => !isNamed(paths))).toEqual([])
  })
})

/** Where opgen finds errors: of each all places that it may be seen at. */
function errorsIn(text: string): readonly (readonly Path[])[] {
  const parsed = parseJsonDocument(text, 'jsonc')
  if (!parsed.ok) return parsed.problems[0]?.code === 'root-not-object' ? [[[]]] : []
  return checkSchema(parsed.document).flatMap((problem): (readonly Path[])[] => {
    const path = pathOf(problem.spot)
    if (problem.kind === 'unknown') return []
    return [problem.kind === 'missing' ? problem.names.map((name) => [...path, name]) : [path]]
  })
}

function isWithin(path: Path, outer: Path): boolean {
  return outer.every((name, index) => path[index] === name)
}
