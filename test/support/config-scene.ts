import { CATALOGUE_IDS } from '../../src/core/catalogue.ts'
import type { ConfigLayer, LayerKind } from '../../src/core/doctor/config-layer.ts'
import { mergeLayers } from '../../src/core/doctor/merged-config.ts'
import { providersIn } from '../../src/core/doctor/providers-in.ts'
import type { Found, Rule } from '../../src/core/doctor/rule.ts'
import type { Catalogue, FileState, Scene } from '../../src/core/doctor/scene.ts'
import type { JsonValue } from '../../src/core/json.ts'
import { parseJsonDocument } from '../../src/core/jsonc/parse.ts'
import { Secret } from '../../src/core/secret.ts'
import { emptyState } from '../../src/core/state/recorded.ts'

export interface ConfigScene {
  /** One file after another, lowest precedence first. */
  readonly config: JsonValue | readonly JsonValue[]
  readonly kind?: LayerKind
  readonly env?: Readonly<Record<string, string>>
  readonly auth?: Readonly<Record<string, JsonValue>>
  /** Text by path; undefined: the file is not there. */
  readonly files?: Readonly<Record<string, string | undefined>>
  /** The variables of providers in the catalogue. */
  readonly variables?: Readonly<Record<string, readonly string[]>>
}

/** What doctor sees of a machine with these files and variables, and nothing else. */
export function configScene(given: ConfigScene): Scene {
  const { env = {}, auth = {}, files = {}, kind = 'global' } = given
  const configs = Array.isArray(given.config) ? given.config : [given.config]
  const layers = configs.map((config, index) => layerOf(JSON.stringify(config), kind, index))
  const config = mergeLayers(layers)
  const catalogue = catalogueOf(given)
  return {
    machine: {
      os: 'linux',
      home: '/home/ana',
      cwd: '/home/ana/work',
      configFolder: FOLDER,
      env: (name) => env[name],
      display: (file) => file,
    },
    isWhole: true,
    layers,
    layersOf2: layers,
    config,
    providers: providersIn(config, { catalogue, managed: new Set() }),
    auth: {
      file: '/home/ana/.local/share/opencode/auth.json',
      state: 'absent',
      text: '',
      document: undefined,
      problem: undefined,
      entries: [],
      mode: undefined,
      linkTo: undefined,
    },
    logins: new Map(Object.entries(auth)),
    references: new Map(Object.entries(files).map(([file, text]) => [file, stateOf(text)])),
    strays: [],
    git: new Map(),
    installed: { programs: [], tracesOf2: [], databases: [] },
    running: [],
    recorded: emptyState,
    managed: new Set(),
    catalogue,
    lastApplyAt: undefined,
    localPlugins: [],
    fileOf: (_, file) => file,
  }
}

const FOLDER = '/home/ana/.config/opencode'

function layerOf(text: string, kind: LayerKind, index: number): ConfigLayer {
  const parsed = parseJsonDocument(text, 'jsonc')
  if (!parsed.ok) throw new Error('no JSON')
  return {
    kind,
    file: `${FOLDER}/${index}.json`,
    text,
    document: parsed.document,
    problem: undefined,
    filledIn: false,
    readBy: new Set([1, 2]),
  }
}

function catalogueOf({ variables = {} }: ConfigScene): Catalogue {
  return {
    has: (id) => CATALOGUE_IDS.has(id),
    ids: () => CATALOGUE_IDS,
    models: () => undefined,
    variables: (id) => variables[id],
  }
}

function stateOf(text: string | undefined): FileState {
  if (text === undefined) {
    return { kind: 'absent', content: undefined, isEmpty: false, mode: undefined }
  }
  const content = new Secret(text.trim())
  return { kind: 'file', content, isEmpty: text.trim() === '', mode: 0o600 }
}

/** What these rules find, by code. */
export function findingsOf(
  rules: readonly Rule[],
  scene: Scene,
): readonly (readonly [code: string, found: Found])[] {
  return rules.flatMap((rule) =>
    rule.check(scene).map((found) => [`${found.severity ?? rule.severity} ${rule.code}`, found]),
  )
}
