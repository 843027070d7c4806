import fs from 'node:fs'
import path from 'node:path'
import { isDatabaseOfV2, readDatabase } from './opencode-database.ts'
import type { Machine, OpenCodePrograms, ProgramFile } from './system.ts'

/** The OpenCodes of this machine. */
export function createOpenCodePrograms(machine: Machine): OpenCodePrograms {
  return {
    find: async (also) => findPrograms(machine, also),
    async versionOf(program) {
      // cmd.exe would have to run it, with all that it makes of a path.
      if (isCommandScript(program.path)) return { version: undefined, lasts: false }
      // Loaded when first used: as a rule every version is known.
      const { askVersion } = await import('./ask-version.ts')
      const version = await askVersion(program.path, machine.env)
      return { version, lasts: isOwnProgram(program.realPath) }
    },
    async ask(program, request) {
      if (isCommandScript(program.path)) return { state: 'not-started' }
      const { askOpenCode } = await import('./ask-opencode.ts')
      return await askOpenCode(program.path, request)
    },
    isDatabaseOfV2: async (file) => isDatabaseOfV2(file),
    readDatabase: async (file) => readDatabase(file),
  }
}

const NAMES = ['opencode', 'opencode2'] as const

function namesOn(os: Machine['os']): readonly string[] {
  if (os !== 'win32') return NAMES
  return NAMES.flatMap((name) => [`${name}.exe`, `${name}.cmd`])
}

function isCommandScript(file: string): boolean {
  return file.endsWith('.cmd')
}

function findPrograms(machine: Machine, also: readonly string[]): readonly ProgramFile[] {
  // A name in the working folder is nobody's installation.
  const listed = (machine.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
  const folders = [...listed, path.join(machine.home, '.opencode', 'bin')]
  const names = namesOn(machine.os)
  const files = folders.flatMap((folder) => names.map((name) => path.join(folder, name)))
  const known = also.filter((file) => path.isAbsolute(file) && names.includes(path.basename(file)))
  const found = new Map<string, ProgramFile>()
  // What was known under one name keeps it, wherever PATH leads this time.
  for (const file of [...known, ...files]) {
    const program = programAt(file, machine.os)
    if (program === undefined) continue
    // A tool that stands for many programs is asked by the name of each.
    const isItself = NAMES.some((name) => path.basename(program.realPath).startsWith(name))
    const key = isItself ? program.realPath : program.path
    if (!found.has(key)) found.set(key, program)
  }
  return [...found.values()]
}

function programAt(file: string, os: Machine['os']): ProgramFile | undefined {
  try {
    const stats = fs.statSync(file, { throwIfNoEntry: false })
    if (stats?.isFile() !== true) return undefined
    if (os !== 'win32') fs.accessSync(file, fs.constants.X_OK)
    const { size, mtimeMs } = stats
    const realPath = fs.realpathSync.native(file)
    const version = isCommandScript(file)
      ? versionBeside(file)
      : packagedVersion(path.dirname(realPath), realPath)
    return { path: file, realPath, size, mtimeMs, version }
  } catch {
    return undefined
  }
}

/** What OpenCode's packages are called: of 1.x, of 2.x, and those with the program for one system. */
const PACKAGE =
  /^(?:opencode-ai|opencode-(?:linux|darwin|windows)-.+|@opencode(?:-ai)?\/cli(?:-.+)?)$/

/** Folders from a program up to the one of its package: `bin`, and at most one more. */
const MOST_LEVELS = 3

/** The version of the package that a program belongs to; undefined where it came another way. */
function packagedVersion(folder: string, program: string): string | undefined {
  let current = folder
  for (let level = 0; level < MOST_LEVELS; level += 1) {
    const read = readPackage(current)
    if (read !== undefined) return read.owns(program) ? read.version : undefined
    current = path.dirname(current)
  }
  return undefined
}

/** npm puts the script into the folder in which `node_modules` is. */
function versionBeside(script: string): string | undefined {
  const modules = path.join(path.dirname(script), 'node_modules')
  const packages = ['opencode-ai', '@opencode/cli'].flatMap((name) => {
    const read = readPackage(path.join(modules, name))
    return read === undefined ? [] : [read]
  })
  const name = path.basename(script, '.cmd')
  return packages.find(({ commands }) => commands.has(name))?.version
}

interface ReadPackage {
  readonly version: string | undefined
  /** Its programs by name, as paths. */
  readonly commands: ReadonlyMap<string, string>
  owns(program: string): boolean
}

function readPackage(folder: string): ReadPackage | undefined {
  let text: string
  try {
    text = fs.readFileSync(path.join(folder, 'package.json'), 'utf8')
  } catch {
    return undefined
  }
  const { name, version, bin } = membersOf(text)
  const commands = new Map(
    Object.entries(typeof bin === 'object' && bin !== null ? bin : {}).flatMap(
      ([command, file]: [string, unknown]) =>
        typeof file === 'string' ? [[command, path.resolve(folder, file)] as const] : [],
    ),
  )
  const isOpenCode = typeof name === 'string' && PACKAGE.test(name)
  return {
    version: isOpenCode && typeof version === 'string' ? version : undefined,
    commands,
    // One without commands is for one system, and holds nothing but the program.
    owns: (program) => commands.size === 0 || [...commands.values()].includes(program),
  }
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {}
  } catch {
    return {}
  }
}

/** Whether a file is the program and does not start another one, as the shims of version managers do. */
function isOwnProgram(file: string): boolean {
  if (!NAMES.some((name) => path.basename(file).startsWith(name))) return false
  try {
    const handle = fs.openSync(file, 'r')
    try {
      const start = Buffer.alloc(2)
      fs.readSync(handle, start, 0, 2, 0)
      return start.toString('latin1') !== '#!'
    } finally {
      fs.closeSync(handle)
    }
  } catch {
    return false
  }
}
