import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { noFacts } from '../../../../src/core/machine-facts.ts'
import type { MachineFacts } from '../../../../src/core/machine-facts.ts'
import { holds, onlyValue } from '../../../../src/core/manifest/conditions.ts'
import type { Node } from '../../../../src/core/manifest/node.ts'
import { readYaml } from '../../../../src/core/manifest/read-yaml.ts'

function condition(text: string): Node | undefined {
  return readYaml({ path: 'm', text }).tree
}

const LAPTOP: MachineFacts = {
  hostname: 'Laptop.Example.org',
  os: 'linux',
  arch: 'x64',
  user: 'ana',
  profile: null,
  env: (name) => ({ TEAM: 'core' })[name] ?? null,
}

describe('a condition', () => {
  test.each([
    ['{}', 'yes'],
    ['{ hostname: laptop }', 'yes'],
    ['{ hostname: LAPTOP.example.ORG }', 'yes'],
    ['{ hostname: "lap*" }', 'yes'],
    ['{ hostname: [work, laptop] }', 'yes'],
    ['{ hostname: laptop.example }', 'no'],
    ['{ os: linux, arch: x64, user: ana }', 'yes'],
    ['{ os: [darwin, linux] }', 'yes'],
    ['{ os: darwin, user: ana }', 'no'],
    ['{ user: Ana }', 'no'],
    ['{ profile: work }', 'no'],
    ['{ profile: "*" }', 'no'],
    ['{ env: { TEAM: core } }', 'yes'],
    ['{ env: { TEAM: [web, "co?e"] } }', 'yes'],
    ['{ env: { TEAM: core, OTHER: "*" } }', 'no'],
    ['{ env: {} }', 'yes'],
    ['{ os: [] }', 'no'],
  ] as const)('%s on the laptop: %s', (text, expected) => {
    expect(holds(condition(text), LAPTOP)).toBe(expected)
  })

  test('that is none holds anywhere', () => {
    expect(holds(undefined, noFacts)).toBe('yes')
  })

  test('asks in vain where nothing is known', () => {
    expect(holds(condition('{ os: linux, env: { A: b } }'), noFacts)).toBe('maybe')
  })

  test('does not hold when one part surely does not, whatever else is unknown', () => {
    const facts = { ...noFacts, os: 'linux' }
    expect(holds(condition('{ hostname: laptop, os: darwin }'), facts)).toBe('no')
    expect(holds(condition('{ hostname: laptop, os: linux }'), facts)).toBe('maybe')
  })

  test('never turns from yes to no when more becomes known', () => {
    const value = fc.constantFrom('linux', 'darwin', '*', 'l*')
    const fact = fc.constantFrom('linux', 'darwin', null)
    const names = ['os', 'arch', 'user', 'profile'] as const
    const entries = fc.dictionary(fc.constantFrom(...names), value)
    fc.assert(
      fc.property(entries, fc.tuple(fact, fact, fact, fact), (when, known) => {
        const node = condition(JSON.stringify(when))
        const facts = Object.fromEntries(names.map((name, index) => [name, known[index] ?? null]))
        const less = { ...noFacts, os: known[0] }
        const before = holds(node, less)
        const after = holds(node, { ...noFacts, ...facts })
        expect(before === 'maybe' || before === after).toBe(true)
      }),
    )
  })
})

test.each([
  ['{ os: darwin }', 'darwin'],
  ['{ os: [darwin] }', 'darwin'],
  ['{ os: [darwin, linux] }', undefined],
  ['{ os: "d*" }', undefined],
  ['{ user: ana }', undefined],
])('%s leaves %j as the only system', (text, expected) => {
  expect(onlyValue(condition(text), 'os')).toBe(expected)
})
