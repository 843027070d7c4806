import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import type { DatabaseContent, Machine, RunningProcess } from '../../src/system/system.ts'
import { indexOf } from './git-index.ts'
import { HOME, memoryWorld } from './memory-system.ts'
import type { MemoryWorld } from './memory-system.ts'
import { packageTemplates } from './package-templates.ts'

/*
 * Faults, one folder of `test/doctor` each, called like the rule that finds them; of several for one rule the
 * others are called `CODE+VARIANT`.
 *
 * - `given/` is the machine with the fault: `opencode.jsonc`, `opencode.json`, `config.json` and `auth.json` stand
 *   for OpenCode's own files, `home/` is the home folder, `root/` the root of the disk;
 * - `scene.yaml` says what files do not: see {@link DoctorScene};
 * - `repaired/` has the files that are different in the control, and perhaps a `scene.yaml` of its own, each field
 *   of which takes the place of the one above. `gone` there lists files that are not there any more;
 * - `effect.yaml`, where there is one, says what the fault makes the real OpenCode do, and what it does once it is
 *   repaired: see `DoctorEffect` in doctor-effects.ts;
 * - `output.txt` is what doctor prints, as text and as JSON. `npx vitest run --project golden test/doctor -u`
 *   writes it: read it as you would read code.
 */
export const DOCTOR_FIXTURES = path.join(import.meta.dirname, '../doctor')

export interface DoctorScene {
  readonly env?: Readonly<Record<string, string>>
  /** Below home unless absolute; `code` when absent, where nothing is. */
  readonly cwd?: string
  readonly os?: Machine['os']
  /** Modes of files, by path; `~/` is home. As octal text: `'0644'`. */
  readonly modes?: Readonly<Record<string, string>>
  /** Symlinks: path to target. */
  readonly links?: Readonly<Record<string, string>>
  /** Git work trees: their folders, and the names there that git tracks. */
  readonly tracked?: Readonly<Record<string, readonly string[]>>
  /** Versions of the OpenCodes by absolute path. When absent: 1.18.33 in /usr/bin. */
  readonly installed?: Readonly<Record<string, string | null>>
  /** OpenCode's databases, by path. */
  readonly databases?: Readonly<Record<string, DoctorDatabase>>
  /** Running programs that are called `opencode`. */
  readonly processes?: readonly RunningProcess[]
  /** Words after `opgen doctor`. */
  readonly args?: readonly string[]
  readonly gone?: readonly string[]
}

export interface DoctorDatabase extends Partial<DatabaseContent> {
  /** Whether an OpenCode 2 has opened it. */
  readonly isOf2?: boolean
}

export interface DoctorFixture {
  readonly name: string
  /** Of the rule that finds the fault. */
  readonly code: string
  readonly folder: string
  readonly given: DoctorScene
  readonly repaired: DoctorScene
}

export function doctorFixtures(): readonly DoctorFixture[] {
  return readdirSync(DOCTOR_FIXTURES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const folder = path.join(DOCTOR_FIXTURES, name)
      const given = sceneOf(path.join(folder, 'scene.yaml'))
      const repaired = sceneOf(path.join(folder, 'repaired', 'scene.yaml'))
      const code = name.split('+')[0] ?? name
      return { name, code, folder, given, repaired: { ...given, ...repaired } }
    })
}

function sceneOf(file: string): DoctorScene {
  return existsSync(file) ? (parse(readFileSync(file, 'utf8')) ?? {}) : {}
}

const PLACES: Readonly<Record<string, string>> = {
  'config.json': `${HOME}/.config/opencode/config.json`,
  'opencode.json': `${HOME}/.config/opencode/opencode.json`,
  'opencode.jsonc': `${HOME}/.config/opencode/opencode.jsonc`,
  'auth.json': `${HOME}/.local/share/opencode/auth.json`,
}

export type FixtureState = 'given' | 'repaired'

/** What a fixture puts on a disk, by absolute path; home is {@link HOME} in paths and in texts. */
export interface FixtureDisk {
  readonly files: ReadonlyMap<string, { readonly source: string; readonly mode: number }>
  /** Symlinks: path to target. */
  readonly links: ReadonlyMap<string, string>
}

export function fixtureDisk(fixture: DoctorFixture, state: FixtureState): FixtureDisk {
  const scene = fixture[state]
  const files = new Map<string, { readonly source: string; readonly mode: number }>()
  for (const name of state === 'given' ? ['given'] : ['given', 'repaired']) {
    const folder = path.join(fixture.folder, name)
    for (const file of filesBelow(folder)) {
      const target = targetOf(file)
      if (target === undefined) continue
      const isPrivate = path.basename(target) === 'auth.json'
      files.set(target, { source: path.join(folder, file), mode: isPrivate ? 0o600 : 0o644 })
    }
  }
  for (const file of scene.gone ?? []) files.delete(absolute(file))
  for (const file of Object.keys(scene.modes ?? {})) {
    if (scene.databases?.[file] !== undefined) continue
    const found = files.get(absolute(file))
    if (found === undefined) throw new Error(`${fixture.name}: no file ${file}`)
    files.set(absolute(file), { ...found, mode: modeIn(scene, file) ?? found.mode })
  }
  const links = Object.entries(scene.links ?? {}).map(
    ([file, target]) => [absolute(file), absolute(target)] as const,
  )
  return { files, links: new Map(links) }
}

function modeIn({ modes }: DoctorScene, file: string): number | undefined {
  const mode = modes?.[file]
  return mode === undefined ? undefined : Number.parseInt(mode, 8)
}

/** Where programs are started. */
export function fixtureCwd({ cwd = 'code' }: DoctorScene): string {
  return absolute(cwd)
}

/** The machine with the fault, or with the fault repaired. */
export function doctorWorld(fixture: DoctorFixture, state: FixtureState): MemoryWorld {
  const scene = fixture[state]
  const world = memoryWorld({
    files: packageTemplates(),
    cwd: fixtureCwd(scene),
    installed: scene.installed ?? INSTALLED,
    processes: scene.processes ?? [],
    ...(scene.env === undefined ? {} : { env: scene.env }),
    ...(scene.os === undefined ? {} : { os: scene.os }),
  })
  const { files, links } = fixtureDisk(fixture, state)
  for (const [file, { source, mode }] of files) {
    world.write(file, readFileSync(source, 'utf8'), mode)
  }
  for (const [file, { isOf2 = false, ...content }] of Object.entries(scene.databases ?? {})) {
    const place = absolute(file)
    world.write(place, 'SQLite format 3\0', modeIn(scene, file) ?? 0o644)
    world.openCode.databases.set(place, { tables: [], credentials: [], ...content })
    if (isOf2) world.openCode.databasesOfV2.add(place)
  }
  for (const [folder, names] of Object.entries(scene.tracked ?? {})) {
    world.write(path.join(absolute(folder), '.git/HEAD'), 'ref: refs/heads/main\n')
    world.write(path.join(absolute(folder), '.git/index'), indexOf(names))
  }
  for (const [file, target] of links) world.links.set(file, target)
  return world
}

/** The OpenCodes that there are where a scene does not say. */
export const INSTALLED: Readonly<Record<string, string | null>> = { '/usr/bin/opencode': '1.18.33' }

function targetOf(file: string): string | undefined {
  if (file === 'scene.yaml') return undefined
  const place = PLACES[file]
  if (place !== undefined) return place
  const [top, ...names] = file.split(path.sep)
  if (top === 'home') return [HOME, ...names].join('/')
  if (top === 'root') return ['', ...names].join('/')
  throw new Error(`no place for ${file}`)
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
}

function absolute(file: string): string {
  return path.isAbsolute(file) ? file : path.join(HOME, file.replace(/^~\//, ''))
}

/** Codes of faults that `--fix` repairs in some fixture. */
export function repairedCodes(): ReadonlySet<string> {
  const fixed = doctorFixtures().filter(({ folder }) => existsSync(path.join(folder, 'fixed')))
  return new Set(fixed.map(({ code }) => code))
}
