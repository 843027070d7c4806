import { CATALOGUE_IDS } from '../../src/core/catalogue.ts'
import type { LayerKind } from '../../src/core/doctor/config-layer.ts'
import type { Found, Rule } from '../../src/core/doctor/rule.ts'
import type { Catalogue, FileState, Scene } from '../../src/core/doctor/scene.ts'
import type { JsonValue } from '../../src/core/json.ts'
import { Secret } from '../../src/core/secret.ts'
import { doctorScene } from './doctor-scene.ts'

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
  const texts = configs.map((config: JsonValue) => JSON.stringify(config))
  const scene = doctorScene({ config: texts, kind, env, logins: auth })
  return {
    ...scene,
    installed: { programs: [], tracesOf2: [], databases: [] },
    references: new Map(Object.entries(files).map(([file, text]) => [file, stateOf(text)])),
    catalogue: catalogueOf(given),
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
