import type { LayerKind } from '../doctor/config-layer.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { valueOf } from '../jsonc/parse.ts'
import type { JsonDocument } from '../jsonc/parse.ts'
import { mergeOver } from '../merge-json.ts'
import { childEnvironment, CONTENT_VARIABLE, relocateText } from '../run-config.ts'
import type { Environment } from '../run-config.ts'
import { OPENCODE_SWITCHES } from './opencode-switches.ts'
import { hasReplied } from './opencode-answer.ts'

/** A question to an OpenCode, which is started in a folder of its own. Paths are below that folder, with `/`. */
export interface OpenCodeQuestion {
  readonly argv: readonly string[]
  /** The whole environment, but for `places`. */
  readonly env: Readonly<Record<string, string>>
  /** Variables that name a path in the folder: of one of `files`, or of a folder. */
  readonly places: Readonly<Record<string, string>>
  /** What is in the folder, by path. */
  readonly files: ReadonlyMap<string, string>
  /** Links to folders elsewhere, by path; absolute. */
  readonly links: ReadonlyMap<string, string>
  readonly workingFolder: string
  /** Whether it need not go on, by all that it has printed. */
  readonly isEnough?: (printed: string) => boolean
}

/** A text that OpenCode reads as configuration on this machine. */
export interface ConfigCopy {
  readonly kind: LayerKind
  /** Of the file, without its folder. */
  readonly name: string
  /** As it stands. */
  readonly text: string
  /** Undefined where it is no JSON as it stands. */
  readonly document: JsonDocument | undefined
  /** Makes the path in a `{file:…}` absolute that is relative to where the text stands. */
  readonly locate: (path: string) => string
}

/** What an OpenCode is asked about, and all that it is to find. */
export interface OpenCodeSetting {
  /** The provider. */
  readonly id: string
  readonly env: Environment
  /** Whether `Path` and `PATH` are one variable. */
  readonly ignoreCase: boolean
  /** The provider's entry in auth.json. No other login is passed on. */
  readonly login: JsonObject | undefined
  /** Lowest precedence first. */
  readonly configs: readonly ConfigCopy[]
  /** The file with OpenCode's copy of its catalogue. */
  readonly catalogue: string | undefined
  /** Folders of adapters that OpenCode has installed, by name. */
  readonly adapters: ReadonlyMap<string, string>
}

/** Which models does it list? Every configuration is as it stands, so that it is refused where it always is. */
export function askForModels(setting: OpenCodeSetting): OpenCodeQuestion {
  const content = setting.configs.find(({ kind }) => kind === 'content')
  return question(setting, {
    argv: ['models'],
    textOf: asItStands,
    variables: content === undefined ? {} : { [CONTENT_VARIABLE]: asItStands(content) },
  })
}

/**
 * Does a model answer? Of every configuration only what is about providers is left: of the rest OpenCode starts
 * MCP servers and, whatever it is told, plugins, and fetches instructions (seen in 1.18.33).
 *
 * @returns undefined where that cannot be told apart, since a text is no JSON as it stands
 */
export function askForReply(setting: OpenCodeSetting, model: string): OpenCodeQuestion | undefined {
  const { id, configs } = setting
  if (configs.some(({ text, document }) => text !== '' && document === undefined)) return undefined
  const content = configs.find(({ kind }) => kind === 'content')
  const message = 'Reply with the word: pong'
  const titled = ['--agent', AGENT, '--title', 'opgen verify']
  return {
    ...question(setting, {
      argv: ['run', '-m', `${id}/${model}`, ...titled, '--format', 'json', message],
      textOf: aboutProviders,
      variables: {
        [CONTENT_VARIABLE]: harmless(content),
        OPENCODE_PERMISSION: JSON.stringify(NOTHING_ALLOWED),
      },
    }),
    isEnough: hasReplied,
  }
}

/** As a person would ask. */
export function askedByHand(id: string, model: string | undefined): readonly string[] {
  return model === undefined
    ? ['opencode', 'models', id]
    : ['opencode', 'run', '-m', `${id}/${model}`, 'Reply with the word: pong']
}

const NOTHING_ALLOWED: JsonObject = { '*': 'deny' }

const AGENT = 'opgen-verify'

/** An agent that may do nothing, and has little to read: what of it is sent has to be paid for. */
const HARMLESS: JsonObject = {
  agent: {
    [AGENT]: {
      mode: 'primary',
      description: 'answers, and does nothing else',
      prompt: 'Answer with one word.',
      permission: NOTHING_ALLOWED,
    },
  },
  permission: NOTHING_ALLOWED,
  compaction: { auto: false, prune: false },
  share: 'disabled',
  autoupdate: false,
  snapshot: false,
  lsp: false,
  formatter: false,
}

/** The caller's own configuration, and over it what keeps OpenCode from doing more than to answer. */
function harmless(callers: ConfigCopy | undefined): string {
  const root = callers?.document?.root
  const value = root === undefined ? {} : valueOf(root)
  const kept = Object.entries(isJsonObject(value) ? value : {}).filter(isAboutProviders)
  const text = JSON.stringify(mergeOver(Object.fromEntries(kept), HARMLESS))
  return callers === undefined ? text : relocateText(text, callers.locate)
}

/** The top-level fields that say which providers and models there are. */
const ABOUT_PROVIDERS: ReadonlySet<string> = new Set([
  '$schema',
  'provider',
  'providers',
  'enabled_providers',
  'disabled_providers',
  'model',
  'small_model',
])

function isAboutProviders([field]: readonly [string, ...unknown[]]): boolean {
  return ABOUT_PROVIDERS.has(field)
}

function asItStands({ text, locate }: ConfigCopy): string {
  return relocateText(text, locate)
}

/** What is left is as it stands, byte for byte: what OpenCode fills in, it fills in before it parses. */
function aboutProviders({ document, locate }: ConfigCopy): string {
  if (document === undefined) return ''
  const { text, root } = document
  const kept = root.members
    .filter(({ key }) => isAboutProviders([key]))
    .map(({ keyStart, value }) => text.slice(keyStart, value.end))
  return relocateText(`{${kept.join(',\n')}}\n`, locate)
}

interface Asked {
  readonly argv: readonly string[]
  readonly textOf: (copy: ConfigCopy) => string
  readonly variables: Readonly<Record<string, string>>
}

function question(setting: OpenCodeSetting, { argv, textOf, variables }: Asked): OpenCodeQuestion {
  const copies = setting.configs.flatMap((copy) => {
    const place = placeOf(copy)
    return place === undefined ? [] : [{ kind: copy.kind, place, text: textOf(copy) }]
  })
  const named = copies.find(({ kind }) => kind === 'config-variable')
  const chosen = copies.some(({ kind }) => kind === 'config-dir')
  const atHome = copies.some(({ kind }) => kind === 'home-dot-folder')
  const folders = [GLOBAL, ...(chosen ? [CHOSEN] : []), ...(atHome ? [AT_HOME] : [])]
  return {
    argv,
    env: environment(setting, variables),
    places: {
      ...PLACES,
      ...(named === undefined ? {} : { OPENCODE_CONFIG: named.place }),
      ...(chosen ? { OPENCODE_CONFIG_DIR: CHOSEN } : {}),
    },
    files: new Map([
      ...folders.flatMap(settled),
      ...copies.map(({ place, text }): [string, string] => [place, text]),
    ]),
    links: new Map([...setting.adapters].map(([name, at]) => [`${PACKAGES}/${name}`, at])),
    // Elsewhere it would load what lies in any folder above, which for a temporary one may be anybody's.
    workingFolder: chosen ? CHOSEN : GLOBAL,
  }
}

/** OpenCode's global folder, its folder in the home, and what `OPENCODE_CONFIG_DIR` names. */
const GLOBAL = 'config/opencode'
const AT_HOME = 'home/.opencode'
const CHOSEN = 'chosen'
const MANAGED = 'managed'
const PACKAGES = 'cache/opencode/packages'

/** Where OpenCode keeps its things, and looks for what is in a home. `HOME` itself stays, for `{file:~/…}`. */
const PLACES: Readonly<Record<string, string>> = {
  XDG_CONFIG_HOME: 'config',
  XDG_DATA_HOME: 'data',
  XDG_STATE_HOME: 'state',
  XDG_CACHE_HOME: 'cache',
  OPENCODE_TEST_HOME: 'home',
  OPENCODE_TEST_MANAGED_CONFIG_DIR: MANAGED,
  TMPDIR: 'tmp',
  TMP: 'tmp',
  TEMP: 'tmp',
}

/** Where a copy is put. Those of a project are not: which one is a matter of the folder that one is in. */
function placeOf({ kind, name }: ConfigCopy): string | undefined {
  switch (kind) {
    case 'global':
      return `${GLOBAL}/${name}`
    case 'given':
      return `${GLOBAL}/opencode.jsonc`
    case 'config-variable':
      return `named/${name}`
    case 'home-dot-folder':
      return `${AT_HOME}/${name}`
    case 'config-dir':
      return `${CHOSEN}/${name}`
    case 'managed':
      return `${MANAGED}/${name}`
    case 'content':
    case 'project':
    case 'dot-folder':
      return undefined
  }
}

/** What OpenCode would install into every folder of config files: it finds it there (contract 1.3). */
function settled(folder: string): readonly (readonly [string, string])[] {
  const lock = { packages: { '': { dependencies: { '@opencode-ai/plugin': '*' } } } }
  return [
    [`${folder}/package-lock.json`, JSON.stringify(lock)],
    [`${folder}/node_modules/.package-lock.json`, '{}'],
    [`${folder}/.gitignore`, '*\n'],
  ]
}

/** OpenCode is to do what it is asked, and nothing by itself. */
const QUIET: Readonly<Record<string, string>> = {
  OPENCODE_PURE: '1',
  OPENCODE_DISABLE_AUTOUPDATE: '1',
  OPENCODE_DISABLE_MODELS_FETCH: '1',
  OPENCODE_DISABLE_PROJECT_CONFIG: '1',
  OPENCODE_DISABLE_EXTERNAL_SKILLS: '1',
  OPENCODE_DISABLE_CLAUDE_CODE: '1',
  OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
  NO_COLOR: '1',
}

function environment(
  { env, ignoreCase, id, login, catalogue }: OpenCodeSetting,
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const same = (name: string): string => (ignoreCase ? name.toUpperCase() : name)
  const callers = Object.entries(env).filter(([name]) => {
    return !OPENCODE_SWITCHES.has(same(name)) && PLACES[same(name)] === undefined
  })
  const given = {
    ...QUIET,
    OPENCODE_AUTH_CONTENT: JSON.stringify(login === undefined ? {} : { [id]: login }),
    ...(catalogue === undefined ? {} : { OPENCODE_MODELS_PATH: catalogue }),
    ...variables,
  }
  const known = new Map(Object.entries(given))
  return childEnvironment(Object.fromEntries(callers), known, { ignoreCase })
}
