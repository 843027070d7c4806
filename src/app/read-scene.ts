import path from 'node:path'
import { mergeLayers } from '../core/doctor/merged-config.ts'
import { providersIn } from '../core/doctor/providers-in.ts'
import type { Installed, Scene, SceneMachine } from '../core/doctor/scene.ts'
import { lineOf } from '../core/opencode-line.ts'
import { emptyState } from '../core/state/recorded.ts'
import type { RecordedState } from '../core/state/recorded.ts'
import { unitsOf } from '../core/state/units.ts'
import { OpgenError } from '../errors.ts'
import { instantOf } from '../system/instant.ts'
import type { System } from '../system/system.ts'
import { readAdapterCache } from './adapter-cache.ts'
import { readCatalogue } from './catalogue-cache.ts'
import { readLayers } from './config-layers.ts'
import { findPrograms, keepLearnt, leftByV2 } from './find-opencode.ts'
import { findLocalPlugins } from './find-local-plugins.ts'
import { findStrays } from './find-strays.ts'
import { findTargets } from './find-targets.ts'
import { readGeneration } from './generation-store.ts'
import { readGit } from './git-state.ts'
import { lookAt } from './look-if-possible.ts'
import { absolute, displayPath, xdgFolder } from './paths.ts'
import { readBeside } from './read-beside.ts'
import { readDatabases } from './read-databases.ts'
import { loginsOf, readAuth } from './read-logins.ts'
import { fileFinder, readReferredFiles } from './referred-files.ts'
import type { Session } from './session.ts'
import { readState } from './state-store.ts'
import { stateFolder } from './state-folder.ts'

/** Everything that doctor looks at. Nothing is asked of a keychain or the network. */
export async function readScene({ system, options }: Session): Promise<Scene> {
  const { machine } = system
  const isWhole = options.config === undefined && options.auth === undefined
  const given = options.config === undefined ? undefined : absolute(machine, options.config)
  const [{ of1, of2 }, state, auth, installed, running] = await Promise.all([
    readLayers(system, given),
    readRecorded(system),
    readAuth(system, findTargets({ system, options }).auth),
    isWhole ? readInstalled(system) : NOTHING_INSTALLED,
    isWhole ? system.processes.named('opencode') : [],
  ])
  const layers = [...new Set([...of1, ...of2])]
  const config = mergeLayers(of1)
  const catalogue = await readCatalogue(system, config)
  const managed = new Set(unitsOf(state).filter((unit) => !unit.startsWith('/')))
  return {
    machine: sceneMachine(system),
    isWhole,
    layers: of1,
    layersOf2: of2,
    config,
    providers: providersIn(config, { catalogue, managed }),
    auth,
    logins: loginsOf(system, auth),
    references: await readReferredFiles(system, layers),
    strays: isWhole ? await findStrays(system) : [],
    git: await readGit(system, [...layers.map(({ file }) => file), auth.file]),
    installed,
    running,
    recorded: state,
    managed,
    catalogue,
    lastApplyAt: await readLastApply(system, state),
    localPlugins: isWhole ? await findLocalPlugins(system) : [],
    beside: await readBeside(system, layers),
    adapterCache: await readAdapterCache(system, config),
    fileOf: fileFinder(system),
    notThere: await namedInVain(system, [options.config, options.auth]),
  }
}

async function namedInVain(
  { files, machine }: System,
  named: readonly (string | undefined)[],
): Promise<readonly string[]> {
  const missing: string[] = []
  for (const name of named) {
    if (name === undefined) continue
    const file = absolute(machine, name)
    if ((await lookAt(files, file)) === undefined) missing.push(file)
  }
  return missing
}

/** OpenCode's files are looked at also where opgen's own cannot be read; then nothing is managed. */
async function readRecorded(system: System): Promise<RecordedState> {
  try {
    return (await readState(system)).state
  } catch (error) {
    if (error instanceof OpgenError) return emptyState
    throw error
  }
}

/**
 * When the newest generation was made. The last apply may have been later: one that only adopts what stands there
 * changes no file.
 */
async function readLastApply(
  system: System,
  { generation, lastApply }: RecordedState,
): Promise<number | undefined> {
  const made = await readGeneration(system, generation).catch(() => undefined)
  const time = generation === 0 ? undefined : (made?.time ?? lastApply?.time)
  return time === undefined ? undefined : instantOf(time)
}

function sceneMachine({ machine }: System): SceneMachine {
  return {
    os: machine.os,
    home: machine.home,
    cwd: machine.cwd,
    configFolder: path.join(xdgFolder(machine, 'CONFIG'), 'opencode'),
    env: (name) => machine.env[name],
    display: (file) => displayPath(machine, file),
  }
}

const NOTHING_INSTALLED: Installed = { programs: [], tracesOf2: [], databases: [] }

async function readInstalled(system: System): Promise<Installed> {
  const { programs, learnt } = await findPrograms(system)
  // Where opgen has never been at work, looking leaves nothing behind.
  if ((await lookAt(system.files, stateFolder(system.machine))) !== undefined) {
    await keepLearnt(system, { traces: [], learnt })
  }
  const traces = await leftByV2(system)
  return {
    programs: programs.map(({ path: file, version }) => {
      return { path: file, version, line: version === null ? undefined : lineOf(version) }
    }),
    tracesOf2: traces.map((trace) => trace.path),
    databases: await readDatabases(system),
  }
}
