import type { JsonNode } from '../../jsonc/parse.ts'
import { nodeAt } from '../../jsonc/parse.ts'
import { isJsonObject } from '../../json.ts'
import { listed, quote } from '../../manifest/words.ts'
import { originOf } from '../../url.ts'
import { siblingOf } from '../beside.ts'
import type { ConfigLayer, LayerKind } from '../config-layer.ts'
import type { At, Found, Rule } from '../rule.ts'
import { mayBeLine } from '../scene.ts'
import type { Scene } from '../scene.ts'
import { projectRedirect } from './project-redirect.ts'
import { projectTakesKey } from './project-takes-key.ts'
import { configShadowed } from './shadowed-values.ts'
import { v2Ignores, v2Permissions, v2Providers } from './second-line.ts'

const remoteConfig: Rule = {
  code: 'remote-config',
  severity: 'info',
  title: 'configuration that comes from elsewhere',
  cause:
    "an organisation gives OpenCode configuration beside the user's files: from its server, beneath them all, or in a managed folder, above them all",
  fix: 'ask who gives it what stands there',
  source: 'contract 1.2, 3.1',
  check: (scene) => [
    ...[...scene.logins].flatMap(([id, login]): readonly Found[] =>
      isJsonObject(login) && login['type'] === 'wellknown' ? [fetched(scene, id)] : [],
    ),
    ...scene.layers.flatMap(({ kind, file }): readonly Found[] =>
      kind === 'managed' ? [{ ...MANAGED, at: { file } }] : [],
    ),
  ],
}

function fetched({ auth, isWhole }: Scene, id: string): Found {
  const entry = auth.entries.findLast(({ key }) => key === id)
  const at: At = {
    file: auth.file,
    text: auth.text,
    ...(entry === undefined ? {} : { offset: entry.keyStart }),
  }
  return {
    message: `OpenCode also takes configuration from ${quote(originOf(id))}, which doctor does not look at`,
    cause:
      'OpenCode 1 fetches it at every start and reads it beneath all files; where the server cannot be reached, it does not start',
    fix: '`opencode debug config` shows what comes of all that OpenCode reads',
    ...(entry === undefined || !isWhole ? {} : { at }),
  }
}

const MANAGED: Found = {
  message: 'this managed file counts before all others',
  cause:
    'OpenCode reads the managed folder last: no file and no variable of a user overrides what stands there',
  fix: 'ask who administers this machine, where it is in your way',
}

/** Those that OpenCode's TUI looks through. */
const MIGRATED: ReadonlySet<LayerKind> = new Set([
  'global',
  'project',
  'dot-folder',
  'home-dot-folder',
  'config-dir',
  'config-variable',
  'given',
])

const tuiFields: Rule = {
  code: 'tui-fields',
  severity: 'warning',
  title: 'settings of the TUI in a config file',
  cause:
    'where there is no tui.json beside it, OpenCode 1 moves them there when its TUI starts: it rewrites this file, and leaves a full copy of it, secrets and all, beside it',
  fix: 'move them to tui.json, in the same folder',
  source: 'contract 1.3',
  check: (scene) => [
    ...(mayBeLine(scene, 1) ? scene.layers.flatMap((layer) => tuiFieldsIn(scene, layer)) : []),
    ...scene.beside.backups.map(({ file, holdsSecret }): Found => ({
      message: holdsSecret
        ? 'a copy of your configuration is left here, with what looks like a secret'
        : 'a copy of your configuration is left here',
      cause:
        "OpenCode's TUI has made it when it moved its settings to tui.json, and reads it no more",
      fix: 'delete it',
      severity: holdsSecret ? 'warning' : 'info',
      at: { file },
    })),
  ],
}

function tuiFieldsIn(
  { beside }: Scene,
  { kind, file, text, document, filledIn }: ConfigLayer,
): readonly Found[] {
  const tuiFile = siblingOf(file, 'tui.json')
  const isMoved = MIGRATED.has(kind) && !beside.tuiFiles.has(tuiFile)
  // It looks at the text as it is written, and knows no config.json.
  if (!isMoved || filledIn || document === undefined || file.endsWith('config.json')) return []
  const nodes = ['theme', 'keybinds', 'tui'].flatMap((name) => {
    const node = nodeAt(document, [name])
    return node !== undefined && isTaken(name, node) ? [{ name, node }] : []
  })
  const [first] = nodes
  if (first === undefined) return []
  const names = listed(nodes.map(({ name }) => quote(name)))
  return [
    {
      message: `${names} will be moved out of this file when OpenCode's TUI starts`,
      fix: `move ${names} to tui.json in the same folder`,
      at: { file, text, offset: first.node.start },
    },
  ]
}

/** Settings that a `tui` must have one of, to be moved. */
const TUI_SETTINGS: readonly string[] = ['scroll_speed', 'scroll_acceleration', 'diff_style']

function isTaken(name: string, node: JsonNode): boolean {
  if (name === 'theme') return node.kind === 'scalar' && typeof node.value === 'string'
  if (node.kind !== 'object') return false
  return name === 'keybinds' || node.members.some(({ key }) => TUI_SETTINGS.includes(key))
}

export const otherFileRules: readonly Rule[] = [
  configShadowed,
  projectRedirect,
  projectTakesKey,
  remoteConfig,
  tuiFields,
  v2Providers,
  v2Permissions,
  v2Ignores,
]
