import path from 'node:path'
import type { ConfigLayer } from '../core/doctor/config-layer.ts'
import { kindOf } from '../core/doctor/auth-logins.ts'
import { isJsonObject } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'
import type { ConfigCopy, OpenCodeSetting } from '../core/live/opencode-question.ts'
import type { NotChecked } from '../core/live/through-opencode.ts'
import type { System } from '../system/system.ts'
import { readLayers } from './config-layers.ts'
import { findTargets } from './find-targets.ts'
import { learnLogin } from './learn-secrets.ts'
import { locate } from './locate-file.ts'
import { lookAt, namesIn } from './look-if-possible.ts'
import { absolute, variable, xdgFolder } from './paths.ts'
import { loginsOf, readAuth } from './read-logins.ts'
import type { Session } from './session.ts'

/** Why an OpenCode cannot be asked from copies. */
export type NoSetting = Extract<NotChecked, 'login' | 'config-unreadable'>

/**
 * Read all that OpenCode goes by on this machine when it is asked about one provider: its configurations but those
 * of a project, the provider's own login, and what it has installed and fetched.
 *
 * @throws OpgenError `template-target`
 */
export async function readSetting(
  { system, options, learn }: Session,
  id: string,
): Promise<OpenCodeSetting | NoSetting> {
  const { machine } = system
  const logins = loginsOf(system, await readAuth(system, findTargets({ system, options }).auth))
  const entry = logins.get(id)
  const login = isJsonObject(entry) ? entry : undefined
  if (login !== undefined) {
    learnLogin(learn, login)
    if (isOfOtherKind(login)) return 'login'
  }
  const given = options.config === undefined ? undefined : absolute(machine, options.config)
  const { of1 } = await readLayers(system, given)
  const layers = of1.filter(({ kind }) => kind !== 'project' && kind !== 'dot-folder')
  if (layers.some(({ fault }) => fault !== undefined && fault !== 'not-text')) {
    return 'config-unreadable'
  }
  return {
    id,
    env: machine.env,
    ignoreCase: machine.os === 'win32',
    login,
    configs: layers.map((layer) => copyOf(system, layer)),
    catalogue: await findCatalogue(system),
    adapters: await findAdapters(system),
  }
}

function isOfOtherKind(login: JsonObject): boolean {
  const kind = kindOf(login)
  return kind === 'oauth' || kind === 'wellknown'
}

function copyOf({ machine }: System, layer: ConfigLayer): ConfigCopy {
  const { kind, file, text, asWritten, document, filledIn } = layer
  const folder = kind === 'content' ? machine.cwd : path.dirname(file)
  return {
    kind,
    name: path.basename(file),
    text: asWritten ?? text,
    document: filledIn ? undefined : document,
    locate: (referred) => locate(machine, folder, referred),
  }
}

/** OpenCode's copy of its catalogue: of another one that is in OpenCode itself, models may be missing. */
async function findCatalogue({ files, machine }: System): Promise<string | undefined> {
  const named = variable(machine, 'OPENCODE_MODELS_PATH')
  if (named !== undefined) return absolute(machine, named)
  const file = path.join(xdgFolder(machine, 'CACHE'), 'opencode', 'models.json')
  return (await lookAt(files, file)) === undefined ? undefined : file
}

/** What OpenCode has installed stays where it is; what it has not, it would install for this once. */
async function findAdapters({ files, machine }: System): Promise<OpenCodeSetting['adapters']> {
  const packages = path.join(xdgFolder(machine, 'CACHE'), 'opencode', 'packages')
  const found = new Map<string, string>()
  for (const name of await namesIn(files, packages)) {
    const at = path.join(packages, name)
    if (!name.startsWith('@')) found.set(name, at)
    else for (const one of await namesIn(files, at)) found.set(`${name}/${one}`, path.join(at, one))
  }
  return found
}
