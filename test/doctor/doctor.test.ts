import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { run } from '../../src/cli/run.ts'
import type { Finding } from '../../src/core/doctor/finding.ts'
import { RULES } from '../../src/core/doctor/rules.ts'
import { doctorFixtures, doctorWorld } from '../support/doctor-fixtures.ts'
import type { DoctorFixture } from '../support/doctor-fixtures.ts'
import type { MemoryWorld } from '../support/memory-system.ts'
import { memoryTerminal } from '../support/memory-terminal.ts'

const fixtures = doctorFixtures()

test('every rule has a fixture, and every fixture a rule', () => {
  const codes = new Set(fixtures.map(({ code }) => code))
  expect([...codes].toSorted()).toEqual(RULES.map(({ code }) => code).toSorted())
})

describe('the fault', () => {
  test.each(fixtures)('$name is found', async (fixture) => {
    const world = doctorWorld(fixture, 'given')
    const before = new Map(world.files)
    const shown = await doctor(world, fixture, [])
    const told = await doctor(world, fixture, ['--json'])
    const transcript = `$ opgen doctor\n${shown.text}[exit ${shown.code}]\n\n$ opgen doctor --json\n${told.text}`
    await expect(transcript).toMatchFileSnapshot(path.join(fixture.folder, 'output.txt'))
    const findings = findingsIn(told.text)
    expect(findings.map(({ code }) => code)).toContain(fixture.code)
    const isError = findings.some(({ severity }) => severity === 'error')
    expect([shown.code, told.code]).toEqual(isError ? [1, 1] : [0, 0])
    // Looking asks no keychain, writes nothing and shows no key.
    expect(world.asked).toEqual([])
    expect(new Map(world.files)).toEqual(before)
    expect(transcript).not.toMatch(/test-key-/)
  })

  test.each(fixtures)('$name is gone when it is repaired', async (fixture) => {
    const given = await doctor(doctorWorld(fixture, 'given'), fixture, ['--json'])
    const { text } = await doctor(doctorWorld(fixture, 'repaired'), fixture, ['--json'])
    const codes = findingsIn(text).map(({ code }) => code)
    expect(codes).not.toContain(fixture.code)
    // The repair brings no other fault.
    const before = new Set(findingsIn(given.text).map(({ code }) => code))
    expect(codes.filter((code) => !before.has(code))).toEqual([])
  })
})

async function doctor(
  { system }: MemoryWorld,
  { given }: DoctorFixture,
  words: readonly string[],
): Promise<{ readonly text: string; readonly code: number }> {
  const terminal = memoryTerminal()
  const code = await run(['doctor', ...(given.args ?? []), ...words], system, terminal)
  return { text: terminal.text(), code }
}

function findingsIn(text: string): readonly Finding[] {
  const { findings }: { readonly findings: readonly Finding[] } = JSON.parse(text)
  return findings
}
