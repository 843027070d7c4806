// A throw-away home for opgen and OpenCode: nothing outside the folder is read or written.
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

/**
 * @typedef {object} Sandbox
 * @property {string} folder everything below; removed by `remove`
 * @property {string} home
 * @property {string} work an empty working folder, outside the home
 * @property {string} configFolder where OpenCode looks for opencode.jsonc; not created
 * @property {string} authFile OpenCode's auth.json; not created
 * @property {string} stateFolder where opgen keeps its state; not created
 * @property {Record<string, string>} environment the whole environment for programs in the sandbox
 * @property {() => Promise<void>} remove
 */

/** Variables of the caller that programs need to start at all. No key and no setting is among them. */
const INHERITED = ['PATH', 'LANG', 'TERM', 'SystemRoot', 'ComSpec', 'PATHEXT']

/**
 * Make an empty sandbox. The home is where a person would have it: `~/.config`, `~/.local/share`.
 *
 * @returns {Promise<Sandbox>}
 */
export async function makeSandbox() {
  const folder = await mkdtemp(join(tmpdir(), 'opgen-'))
  const home = join(folder, 'home')
  const work = join(folder, 'work')
  const temporary = join(folder, 'tmp')
  const managed = join(folder, 'managed')
  for (const path of [home, work, temporary, managed]) await mkdir(path)
  const catalogue = join(folder, 'catalogue.json')
  await writeFile(catalogue, '{}')

  const config = join(home, '.config')
  const data = join(home, '.local', 'share')
  const state = join(home, '.local', 'state')
  return {
    folder,
    home,
    work,
    configFolder: join(config, 'opencode'),
    authFile: join(data, 'opencode', 'auth.json'),
    stateFolder: join(state, 'opgen'),
    environment: {
      ...inherited(),
      HOME: home,
      XDG_CONFIG_HOME: config,
      XDG_DATA_HOME: data,
      XDG_STATE_HOME: state,
      XDG_CACHE_HOME: join(home, '.cache'),
      TMPDIR: temporary,
      NO_COLOR: '1',
      ...quietOpenCode(home, managed, catalogue),
    },
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/**
 * Let OpenCode find what it would otherwise fetch: a lock file that satisfies the background install
 * of its plugin package. To be called on every config folder before OpenCode starts.
 *
 * @param {string} configFolder
 */
export async function settleOpenCode(configFolder) {
  await mkdir(join(configFolder, 'node_modules'), { recursive: true })
  await writeFile(
    join(configFolder, 'package-lock.json'),
    JSON.stringify({ packages: { '': { dependencies: { '@opencode-ai/plugin': '*' } } } }),
  )
}

function inherited() {
  /** @type {Record<string, string>} */
  const environment = {}
  for (const name of INHERITED) {
    const value = process.env[name]
    if (value !== undefined) environment[name] = name === 'PATH' ? withoutOpenCode(value) : value
  }
  return environment
}

/**
 * PATH without the folders of the caller's own OpenCode: what opgen does depends on which one is installed.
 *
 * @param {string} path
 */
function withoutOpenCode(path) {
  const needed = dirname(process.execPath)
  const folders = path.split(delimiter)
  return folders.filter((folder) => folder === needed || !holdsOpenCode(folder)).join(delimiter)
}

/** @param {string} folder */
function holdsOpenCode(folder) {
  return ['opencode', 'opencode2'].some((name) => existsSync(join(folder, name)))
}

/**
 * OpenCode without catalogue, updates, plugins, registry and organisation-wide config: with these it
 * opens no connection but the one to the provider that is asked.
 *
 * @param {string} home
 * @param {string} managed
 * @param {string} catalogue
 */
function quietOpenCode(home, managed, catalogue) {
  return {
    OPENCODE_TEST_HOME: home,
    OPENCODE_TEST_MANAGED_CONFIG_DIR: managed,
    OPENCODE_MODELS_PATH: catalogue,
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_PROJECT_CONFIG: '1',
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    OPENCODE_PURE: '1',
    npm_config_registry: 'http://127.0.0.1:1/',
    npm_config_fetch_retries: '0',
    NO_PROXY: '127.0.0.1,localhost',
  }
}
