import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { run } from '../../src/cli/run.ts'
import type { KeychainSituation } from '../../src/system/system.ts'
import { forcedBy, harmDone, lookAt } from '../support/harm.ts'
import { HOME, memoryWorld } from '../support/memory-system.ts'
import type { MemoryWorld } from '../support/memory-system.ts'
import { memoryTerminal } from '../support/memory-terminal.ts'
import { packageTemplates } from '../support/package-templates.ts'

/*
 * Each folder here is a story: `given/` is the world before, `steps.yaml` what is done (default: one
 * apply), `expected/` what was printed and what the files are afterwards. Whatever a step does, everything that
 * it is not recorded to own is compared byte for byte. A step is a command line,
 * or `use: FOLDER`, which puts the files of that folder over the world, as an editor would,
 * or `env: {…}`, which sets environment variables, null ones to nothing, or `keychain: SITUATION`, which
 * the keychain gives for an answer from then on (`unlocked`: none), or `installed: {…}`, the OpenCodes there
 * are from then on with their versions, as `given/installed.yaml` has them before. Key files stand in `keys/`, one for
 * each provider. The manifest is compared, too, where a step adds to it or removes from it.
 */
const here = import.meta.dirname

const PLACES: Readonly<Record<string, string>> = {
  'providers.yaml': `${HOME}/dotfiles/providers.yaml`,
  'config.json': `${HOME}/.config/opencode/config.json`,
  'opencode.json': `${HOME}/.config/opencode/opencode.json`,
  'opencode.jsonc': `${HOME}/.config/opencode/opencode.jsonc`,
  'auth.json': `${HOME}/.local/share/opencode/auth.json`,
  'local.yaml': `${HOME}/.config/opgen/local.yaml`,
  'project.jsonc': `${HOME}/dotfiles/opencode.jsonc`,
}
const KEYS = `${HOME}/.local/share/opgen/keys`
const TARGETS = ['config.json', 'opencode.json', 'opencode.jsonc', 'auth.json']

type Step =
  | string
  | { readonly use: string }
  | { readonly env: Variables }
  | { readonly keychain: KeychainSituation | 'unlocked' }
  | { readonly installed: Readonly<Record<string, string>> }

type Variables = Readonly<Record<string, string | null>>

const cases = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)

describe('the story of', () => {
  test.each(cases)('%s', async (name) => {
    const folder = path.join(here, name)
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
      } else if ('use' in step) place(world, path.join(folder, step.use))
      else if ('env' in step) world.setEnv(step.env)
      else if ('installed' in step) install(world, step.installed)
      else world.refuseKeychain(step.keychain === 'unlocked' ? undefined : step.keychain)
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

function argumentsOf(line: string): readonly string[] {
  return line.split(' ').filter((word) => word !== '')
}

function givenWorld(folder: string): MemoryWorld {
  const env = readNames(path.join(folder, 'given', 'env.yaml'))
  const commands = readNames(path.join(folder, 'given', 'commands.yaml'))
  const world = memoryWorld({ files: packageTemplates(), env, commands })
  place(world, path.join(folder, 'given'))
  install(world, readNames(path.join(folder, 'given', 'installed.yaml')))
  return world
}

function install({ openCode }: MemoryWorld, versions: Readonly<Record<string, string>>): void {
  openCode.installed.clear()
  for (const [file, version] of Object.entries(versions)) openCode.installed.set(file, version)
}

function place(world: MemoryWorld, folder: string): void {
  for (const [name, target] of Object.entries(PLACES)) {
    const file = path.join(folder, name)
    const mode = name === 'auth.json' ? 0o600 : 0o644
    if (existsSync(file)) world.write(target, readFileSync(file, 'utf8'), mode)
  }
  for (const file of filesBeside(folder)) {
    world.write(`${HOME}/dotfiles/${file}`, readFileSync(path.join(folder, file), 'utf8'))
  }
  for (const id of namesIn(path.join(folder, 'keys'))) {
    world.write(`${KEYS}/${id}`, readFileSync(path.join(folder, 'keys', id), 'utf8'), 0o600)
  }
  const keys = readNames(path.join(folder, 'keychain.yaml'))
  for (const [account, key] of Object.entries(keys)) world.keychain.set(`opgen/${account}`, key)
}

/** Other manifests, facts of machines and presets: what stands in a folder of its own lies beside the manifest. */
function filesBeside(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  const worlds = ['env.yaml', 'keychain.yaml', 'installed.yaml', 'commands.yaml']
  const places = new Set([...Object.keys(PLACES), ...worlds])
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((file) => !places.has(file) && path.dirname(file) !== 'keys')
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

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).toSorted() : []
}

async function expectNothingToDo(world: MemoryWorld): Promise<void> {
  const before = new Map(world.files)
  const terminal = memoryTerminal()
  const code = await run(['apply'], world.system, terminal)
  expect({ code, out: terminal.stdout() }).toEqual({ code: 0, out: 'Nothing to change.\n' })
  expect(new Map(world.files)).toEqual(before)
}

function readSteps(file: string): readonly Step[] {
  return existsSync(file) ? parse(readFileSync(file, 'utf8')) : ['apply']
}

function readNames(file: string): Readonly<Record<string, string>> {
  return existsSync(file) ? parse(readFileSync(file, 'utf8')) : {}
}
