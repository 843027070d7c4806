import { expect } from 'vitest'
import * as z from 'zod/mini'
import type { JsonValue } from '../../src/core/json.ts'
import { CONFIG, MANIFEST, opgen, worldWith } from '../support/run-opgen.ts'

export interface Lawful {
  readonly exit: number
  /** Codes of the errors and warnings, in their order. */
  readonly codes: readonly string[]
  /** What `render` would write into opencode.jsonc; undefined when that is nothing. */
  readonly config: JsonValue | undefined
}

const placed = z.object({
  code: z.string(),
  file: z.literal(MANIFEST),
  line: z.number().check(z.positive()),
  column: z.number().check(z.positive()),
})

const report = z.object({
  diagnostics: z.optional(z.array(placed)),
  files: z.optional(z.array(z.object({ path: z.string(), text: z.string() }))),
})

/**
 * Run `plan` and `render` on a manifest and check what holds of every text: it ends in a result, or
 * in diagnostics that each point into the text; and rendering it again gives the same.
 */
export async function expectLawful(manifest: string): Promise<Lawful> {
  const world = worldWith(manifest)
  const plan = await opgen(world, 'plan --json')
  const render = await opgen(world, 'render --json')
  expect(plan.err + render.err).toBe('')
  expect([0, 1, 2, 3, 65]).toContain(plan.code)
  expect(render.code).toBe(plan.code === 65 ? 65 : 0)
  if (render.code === 0) expect(await opgen(world, 'render --json')).toEqual(render)
  const { diagnostics = [] } = report.parse(JSON.parse(plan.out))
  if (plan.code === 65) expect(diagnostics).not.toEqual([])
  const lines = manifest.replace(/^\uFEFF/, '').split(/\r\n?|\n/)
  for (const { line, column } of diagnostics) {
    // A place is a character of a line, or its end; a line end of two characters has two of them.
    expect(column).toBeLessThanOrEqual((lines[line - 1] ?? 'no such line').length + 2)
    expect(line).toBeLessThanOrEqual(lines.length)
  }
  const { files = [] } = report.parse(JSON.parse(render.out))
  const config = files.find(({ path }) => path === CONFIG)
  return {
    exit: plan.code,
    codes: diagnostics.map(({ code }) => code),
    config: config === undefined ? undefined : JSON.parse(config.text),
  }
}
