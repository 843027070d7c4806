import { readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { run } from '../../src/cli/run.ts'
import {
  argumentsOf,
  change,
  givenWorld,
  GOLDEN,
  goldenCases,
  KEYS,
  namesIn,
  PLACES,
  readNames,
  readSteps,
} from '../support/golden-story.ts'
import type { Step } from '../support/golden-story.ts'
import { forcedBy, harmDone, lookAt } from '../support/harm.ts'
import type { MemoryWorld } from '../support/memory-system.ts'
import { memoryTerminal } from '../support/memory-terminal.ts'

const TARGETS = ['config.json', 'opencode.json', 'opencode.jsonc', 'auth.json']

const cases = goldenCases()

describe('the story of', () => {
  test.each(cases)('%s', async (name) => {
    const folder = path.join(GOLDEN, name)
    const world = givenWorld(folder)
    const steps = readSteps(path.join(folder, 'steps.yaml'))
    const harm: string[] = []
    let transcript = ''
    let last: { readonly line: string; readonly code: number } | undefined
    for (const step of steps) {
      if (typeof step === 'string') {
        const terminal = memoryTerminal()
        const before = lookAt(world)
        const code = await run(argumentsOf(step), world.system, terminal)
        harm.push(...harmDone(before, lookAt(world), forcedBy(step), writtenBy(step)))
        transcript += `$ opgen ${step}\n${terminal.text()}[exit ${code}]\n\n`
        last = { line: step, code }
      } else change(world, folder, step)
    }
    await expect(transcript).toMatchFileSnapshot(path.join(folder, 'expected', 'output.txt'))
    await compareFiles(world, folder)
    await compareManifest(world, folder, steps)

    // Three promises hold for every story: nothing of others is touched, no key is shown, and what was
    // applied stays applied.
    expect(harm).toEqual([])
    const stored = [...world.keychain].filter(([entry]) => entry.startsWith('opgen/'))
    const printed = Object.entries(readNames(path.join(folder, 'given', 'commands.yaml')))
    const set = Object.entries(world.system.machine.env).filter(([, value]) => isTestKey(value))
    for (const [, key = ''] of [...stored, ...set, ...printed])
      expect(transcript).not.toContain(key)
    if (last?.code === 0 && last.line.startsWith('apply')) await expectNothingToDo(world)
  })
})

function isTestKey(value: string | undefined): boolean {
  return value?.startsWith('test-key-') === true
}

async function compareFiles(world: MemoryWorld, folder: string): Promise<void> {
  const expected = path.join(folder, 'expected')
  const left = TARGETS.flatMap((name) => {
    const text = world.read(PLACES[name] ?? '')
    return text === undefined ? [] : [{ name, text }]
  })
  for (const { name, text } of left) {
    await expect(text).toMatchFileSnapshot(path.join(expected, name))
  }
  const wanted = readdirSync(expected).filter((name) => TARGETS.includes(name))
  expect(left.map(({ name }) => name)).toEqual(TARGETS.filter((name) => wanted.includes(name)))
  await compareKeyFiles(world, path.join(expected, 'keys'))
}

/** The manifest, where a step of the story writes it. */
async function compareManifest(
  world: MemoryWorld,
  folder: string,
  steps: readonly Step[],
): Promise<void> {
  const isWritten = steps.some((step) => typeof step === 'string' && writtenBy(step).length > 0)
  if (!isWritten) return
  const text = world.read(PLACES['providers.yaml'] ?? '')
  await expect(text).toMatchFileSnapshot(path.join(folder, 'expected', 'providers.yaml'))
}

/** What a command line may write beside targets. */
function writtenBy(line: string): readonly string[] {
  return /^(?:add|remove) /.test(line) ? [PLACES['providers.yaml'] ?? ''] : []
}

async function compareKeyFiles(world: MemoryWorld, expected: string): Promise<void> {
  const left = [...world.files].filter(([file]) => path.dirname(file) === KEYS)
  for (const [file, { text, mode }] of left) {
    await expect(text).toMatchFileSnapshot(path.join(expected, path.basename(file)))
    expect(mode).toBe(0o600)
  }
  expect(left.map(([file]) => path.basename(file)).toSorted()).toEqual(namesIn(expected))
}

async function expectNothingToDo(world: MemoryWorld): Promise<void> {
  const before = new Map(world.files)
  const terminal = memoryTerminal()
  const code = await run(['apply'], world.system, terminal)
  expect({ code, out: terminal.stdout() }).toEqual({ code: 0, out: 'Nothing to change.\n' })
  expect(new Map(world.files)).toEqual(before)
}
