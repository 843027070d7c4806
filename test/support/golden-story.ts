import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import type { KeychainSituation } from '../../src/system/system.ts'
import { HOME, memoryWorld } from './memory-system.ts'
import type { MemoryWorld } from './memory-system.ts'
import { packageTemplates } from './package-templates.ts'

/*
 * Each folder of `test/golden` is a story: `given/` is the world before, `steps.yaml` what is done (default: one
 * apply), `expected/` what was printed and what the files are afterwards. Whatever a step does, everything that
 * it is not recorded to own is compared byte for byte. A step is a command line,
 * or `use: FOLDER`, which puts the files of that folder over the world, as an editor would,
 * or `env: {…}`, which sets environment variables, null ones to nothing, or `keychain: SITUATION`, which
 * the keychain gives for an answer from then on (`unlocked`: none), or `installed: {…}`, the OpenCodes there
 * are from then on with their versions, as `given/installed.yaml` has them before. Key files stand in `keys/`, one for
 * each provider. The manifest is compared, too, where a step adds to it or removes from it.
 */
export const GOLDEN = path.join(import.meta.dirname, '../golden')

export function goldenCases(): readonly string[] {
  return readdirSync(GOLDEN, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
}

export const PLACES: Readonly<Record<string, string>> = {
  'providers.yaml': `${HOME}/dotfiles/providers.yaml`,
  'config.json': `${HOME}/.config/opencode/config.json`,
  'opencode.json': `${HOME}/.config/opencode/opencode.json`,
  'opencode.jsonc': `${HOME}/.config/opencode/opencode.jsonc`,
  'auth.json': `${HOME}/.local/share/opencode/auth.json`,
  'local.yaml': `${HOME}/.config/opgen/local.yaml`,
  'project.jsonc': `${HOME}/dotfiles/opencode.jsonc`,
}
/** Folder of the key files. */
export const KEYS = `${HOME}/.local/share/opgen/keys`
export type Step =
  | string
  | { readonly use: string }
  | { readonly env: Variables }
  | { readonly keychain: KeychainSituation | 'unlocked' }
  | { readonly installed: Readonly<Record<string, string>> }

type Variables = Readonly<Record<string, string | null>>

export function argumentsOf(line: string): readonly string[] {
  return line.split(' ').filter((word) => word !== '')
}

export function givenWorld(folder: string): MemoryWorld {
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

/** Do what a step says that is no command line. */
export function change(world: MemoryWorld, folder: string, step: Exclude<Step, string>): void {
  if ('use' in step) place(world, path.join(folder, step.use))
  else if ('env' in step) world.setEnv(step.env)
  else if ('installed' in step) install(world, step.installed)
  else world.refuseKeychain(step.keychain === 'unlocked' ? undefined : step.keychain)
}

export function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).toSorted() : []
}

export function readSteps(file: string): readonly Step[] {
  return existsSync(file) ? parse(readFileSync(file, 'utf8')) : ['apply']
}

export function readNames(file: string): Readonly<Record<string, string>> {
  return existsSync(file) ? parse(readFileSync(file, 'utf8')) : {}
}
