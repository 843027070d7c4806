import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { run } from '../../src/cli/run.ts'
import type { Finding } from '../../src/core/doctor/finding.ts'
import { valueOf } from '../../src/core/jsonc/parse.ts'
import { parseJsonDocument } from '../../src/core/jsonc/parse.ts'
import { doctorFixtures, doctorWorld } from '../support/doctor-fixtures.ts'
import type { DoctorFixture } from '../support/doctor-fixtures.ts'
import { HOME } from '../support/memory-system.ts'
import type { MemoryWorld } from '../support/memory-system.ts'
import { memoryTerminal } from '../support/memory-terminal.ts'

/*
 * `doctor --fix` on every fault there is. What it writes is in `fixed/` of the fixture; most faults it leaves alone.
 */
const fixtures = doctorFixtures()
const STATE = `${HOME}/.local/state/opgen`

describe('a fault that is repaired', () => {
  test.each(fixtures)('$name', async (fixture) => {
    const world = doctorWorld(fixture, 'given')
    const before = textsOf(world)
    const { repaired, generation, code } = await fix(world, fixture)
    const after = textsOf(world)
    const changed = [...after].filter(([file, text]) => before.get(file) !== text)
    for (const [file, text] of changed) {
      const name = path.join(fixture.folder, 'fixed', path.basename(file))
      await expect(text).toMatchFileSnapshot(name)
    }
    expect(changed.length > 0).toBe(generation !== null)
    if (repaired.length === 0) return

    // What is repaired is not found again, and is not repaired again.
    const found = await findings(world, fixture)
    const places = new Set(found.map(({ code: other, message }) => `${other} ${message}`))
    for (const one of repaired) expect(places).not.toContain(`${one.code} ${one.message}`)
    expect(code).toBe(found.some(({ severity }) => severity === 'error') ? 1 : 0)
    const settled = new Map(world.files)
    expect(await fix(world, fixture)).toMatchObject({ repaired: [], generation: null })
    expect(new Map(world.files)).toEqual(settled)

    // No key is kept of what was there, and a rollback brings it back.
    const kept = [...world.files].filter(([file]) => file.startsWith(STATE))
    expect(kept.map(([, { text }]) => text).join('\n')).not.toMatch(/test-key-/)
    if (generation === null) return
    const terminal = memoryTerminal()
    const words = ['rollback', ...(fixture.given.args ?? [])]
    expect([await run(words, world.system, terminal), terminal.text()]).toEqual([
      0,
      expect.anything(),
    ])
    expect(valuesOf(world)).toEqual(valuesOf(doctorWorld(fixture, 'given')))
  })
})

async function fix(
  world: MemoryWorld,
  { given }: DoctorFixture,
): Promise<{ repaired: readonly Finding[]; generation: number | null; code: number }> {
  const terminal = memoryTerminal()
  const words = ['doctor', '--fix', '--json', ...(given.args ?? [])]
  const code = await run(words, world.system, terminal)
  return { ...JSON.parse(terminal.stdout()), code }
}

async function findings(world: MemoryWorld, { given }: DoctorFixture): Promise<readonly Finding[]> {
  const terminal = memoryTerminal()
  await run(['doctor', '--json', ...(given.args ?? [])], world.system, terminal)
  return JSON.parse(terminal.stdout()).findings
}

function textsOf(world: MemoryWorld): ReadonlyMap<string, string> {
  const own = [...world.files].filter(([file]) => !file.startsWith(STATE))
  return new Map(own.map(([file, { text }]) => [file, text]))
}

function valuesOf(world: MemoryWorld): unknown {
  return [...textsOf(world)].toSorted(byName).map(([file, text]) => {
    const parsed = parseJsonDocument(text, 'jsonc')
    return [file, parsed.ok ? valueOf(parsed.document.root) : text]
  })
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1
}
