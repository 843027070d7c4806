import { CATALOGUE_IDS } from '../../src/core/catalogue.ts'
import type { ConfigLayer, LayerKind } from '../../src/core/doctor/config-layer.ts'
import { mergeLayers } from '../../src/core/doctor/merged-config.ts'
import { providersIn } from '../../src/core/doctor/providers-in.ts'
import type { Scene } from '../../src/core/doctor/scene.ts'
import type { JsonObject, JsonValue } from '../../src/core/json.ts'
import { parseJsonDocument } from '../../src/core/jsonc/parse.ts'
import { lineOf } from '../../src/core/opencode-line.ts'
import { emptyState } from '../../src/core/state/recorded.ts'

interface Given {
  /** Configurations, lowest precedence first; a text stands for a file as it is. */
  readonly config: readonly (JsonObject | string)[]
  readonly kind?: LayerKind
  readonly env?: Readonly<Record<string, string>>
  readonly logins?: Readonly<Record<string, JsonValue>>
  /** Models of the catalogue, by provider, as OpenCode keeps them. */
  readonly catalogue?: Readonly<Record<string, JsonObject>>
  /** Version of the OpenCode that is installed. */
  readonly version?: string
  readonly isWhole?: boolean
  readonly localPlugins?: readonly string[]
}

/** What doctor looks at, without a disk. */
export function doctorScene(given: Given): Scene {
  const { env = {}, logins = {}, catalogue: copy = {}, version = '1.18.33' } = given
  const layers = given.config.map((config, index) => layerOf(config, index, given.kind))
  const config = mergeLayers(layers)
  const catalogue: Scene['catalogue'] = {
    has: (id) => CATALOGUE_IDS.has(id) || Object.hasOwn(copy, id),
    ids: () => [...CATALOGUE_IDS, ...Object.keys(copy)],
    models: (id) => copy[id],
    variables: () => undefined,
  }
  const managed = new Set<string>()
  return {
    machine: {
      os: 'linux',
      home: '/home/ana',
      cwd: '/home/ana',
      configFolder: '/home/ana/.config/opencode',
      env: (name) => env[name],
      display: (file) => file,
    },
    isWhole: given.isWhole ?? true,
    layers,
    layersOf2: layers,
    config,
    providers: providersIn(config, { catalogue, managed }),
    auth: { ...NO_AUTH, file: '/home/ana/.local/share/opencode/auth.json' },
    logins: new Map(Object.entries(logins)),
    references: new Map(),
    strays: [],
    git: new Map(),
    installed: {
      programs: [{ path: '/usr/bin/opencode', version, line: lineOf(version) }],
      tracesOf2: [],
      databases: [],
    },
    running: [],
    recorded: emptyState,
    managed,
    catalogue,
    lastApplyAt: undefined,
    adapterCache: new Set(),
    fileOf: (_, file) => file,
    notThere: [],
    beside: { tuiFiles: new Set(), backups: [], missing: [] },
    localPlugins: given.localPlugins ?? [],
  }
}

function layerOf(
  config: JsonObject | string,
  index: number,
  kind: LayerKind = 'global',
): ConfigLayer {
  const text = typeof config === 'string' ? config : JSON.stringify(config, null, 2)
  const parsed = parseJsonDocument(text, 'jsonc')
  return {
    kind,
    file: `/config/${index}.jsonc`,
    text,
    document: parsed.ok ? parsed.document : undefined,
    problem: parsed.ok ? undefined : parsed.problems[0],
    filledIn: false,
    readBy: new Set([1, 2]),
  }
}

const NO_AUTH: Omit<Scene['auth'], 'file'> = {
  state: 'absent',
  text: '',
  document: undefined,
  problem: undefined,
  entries: [],
  mode: undefined,
  linkTo: undefined,
}
