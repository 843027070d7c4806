// What people use instead of opgen, each as somebody who knows it would write it: `bench/peers/`.
import { spawnSync } from 'node:child_process'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { fileURLToPath } from 'node:url'
import { makeSandbox } from '../scripts/sandbox.mjs'
import { installDebian } from '../scripts/set-up.mjs'
import { keyVariable, plainManifest, plainYaml, providerIds } from './inputs.mjs'
import { outputOf } from './measure.mjs'
import { keyEnvironment, placeOpenCode, writtenIn } from './worlds.mjs'

const folder = fileURLToPath(new URL('peers/', import.meta.url))

/** @typedef {import('./measure.mjs').Run} Run */
/** @typedef {keyof typeof PEERS} PeerName */

/**
 * @typedef {object} Peer
 * @property {string} title
 * @property {'yaml' | 'json'} manifest in what the providers are written
 * @property {readonly ToolName[]} tools
 * @property {(manifest: string) => readonly [string, ...string[]]} command
 */

export const PEERS = /** @type {const} @satisfies {Record<string, Peer>} */ ({
  python: {
    title: 'Python, Jinja2, C YAML',
    manifest: 'yaml',
    tools: ['python'],
    command: (/** @type {string} */ manifest) => [python(), join(folder, 'render.py'), manifest],
  },
  'python-pure': {
    title: 'Python, Jinja2, pure YAML',
    manifest: 'yaml',
    tools: ['python'],
    command: (/** @type {string} */ manifest) => [
      python(),
      join(folder, 'render.py'),
      '--pure',
      manifest,
    ],
  },
  'python-json': {
    title: 'Python, Jinja2, JSON',
    manifest: 'json',
    tools: ['python'],
    command: (/** @type {string} */ manifest) => [python(), join(folder, 'render.py'), manifest],
  },
  yq: {
    title: 'yq + jq',
    manifest: 'yaml',
    tools: ['yq', 'jq', 'envsubst'],
    command: (/** @type {string} */ manifest) => ['/bin/sh', join(folder, 'render.sh'), manifest],
  },
  jq: {
    title: 'jq alone, JSON',
    manifest: 'json',
    tools: ['jq', 'envsubst'],
    command: (/** @type {string} */ manifest) => ['/bin/sh', join(folder, 'render.sh'), manifest],
  },
  ansible: {
    title: 'Ansible',
    manifest: 'yaml',
    tools: ['ansible'],
    command: (/** @type {string} */ manifest) => [
      'ansible-playbook',
      '-i',
      'localhost,',
      '-e',
      `manifest=${manifest}`,
      join(folder, 'playbook.yml'),
    ],
  },
})

/**
 * @typedef {object} Tool
 * @property {readonly string[]} packages of Debian
 * @property {() => string | undefined} version undefined: it is not there
 */

/** @typedef {keyof typeof TOOLS} ToolName */

export const TOOLS = /** @type {const} @satisfies {Record<string, Tool>} */ ({
  python: {
    packages: ['python3-jinja2', 'python3-yaml'],
    version: () => said(python(), ['-c', VERSIONS_OF_PYTHON]),
  },
  yq: { packages: ['yq'], version: () => versionOfYq() },
  jq: { packages: ['jq'], version: () => said('jq', ['--version']) },
  envsubst: {
    packages: ['gettext-base'],
    version: () => said('envsubst', ['--version'])?.replace(/\(.*\) /, ''),
  },
  ansible: {
    packages: ['ansible-core'],
    version: () =>
      said('ansible-playbook', ['--version'])?.replace(/^.*\[core (.*)\]/, 'ansible-core $1'),
  },
  'secret-tool': {
    packages: ['libsecret-tools'],
    version: () => debianVersion('secret-tool', 'libsecret-tools'),
  },
  time: {
    packages: ['time'],
    version: () => debianVersion('/usr/bin/time', 'time', 'GNU time'),
  },
})

const VERSIONS_OF_PYTHON = [
  'import platform, jinja2, yaml',
  'c = "with C" if yaml.__with_libyaml__ else "without C"',
  'print("Python", platform.python_version() + ", Jinja2", jinja2.__version__ + ", PyYAML", yaml.__version__, c)',
].join('\n')

/**
 * Of a program that does not say it itself.
 *
 * @param {string} program
 * @param {string} packageName
 * @param {string} [name] for the report
 */
function debianVersion(program, packageName, name = program) {
  const { error } = spawnSync(program, ['--version'], { stdio: 'ignore' })
  if (error !== undefined) return undefined
  return said('dpkg-query', ['--showformat', `${name} \${Version}`, '--show', packageName]) ?? name
}

/** Any yq is called yq; this is about the one that is a shell around jq, as Debian has it. */
function versionOfYq() {
  return said('yq', ['-n', '[1] | @json']) === '"[1]"' ? debianVersion('yq', 'yq') : undefined
}

/** @type {string | undefined} */
let foundPython

/**
 * Debian's own if that has the packages, else that of PATH; the program itself, not the script that a
 * version manager puts before it, which takes longer than all the rest.
 */
function python() {
  const itself = 'import jinja2, yaml, sys; print(sys.executable)'
  for (const program of ['/usr/bin/python3', 'python3']) {
    foundPython ??= said(program, ['-c', itself])
  }
  return foundPython ?? 'python3'
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {string | undefined} the first line that it printed, or undefined when it failed
 */
function said(program, args) {
  const { status, stdout } = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return status === 0 ? (stdout.split('\n')[0] ?? '').trim() : undefined
}

/**
 * Which of the tools are here.
 *
 * @returns {ReadonlyMap<ToolName, string>} their versions
 */
export function findTools() {
  // Another one may have been installed since it was looked for.
  foundPython = undefined
  /** @type {Map<ToolName, string>} */
  const found = new Map()
  for (const name of TOOL_NAMES) {
    const version = TOOLS[name].version()
    if (version !== undefined) found.set(name, version)
  }
  return found
}

/** @type {readonly ToolName[]} */
const TOOL_NAMES = ['python', 'yq', 'jq', 'envsubst', 'ansible', 'secret-tool', 'time']

/**
 * @param {ReadonlyMap<ToolName, string>} found
 * @returns {readonly string[]} the Debian packages of what is not there
 */
export function missingPackages(found) {
  return TOOL_NAMES.filter((name) => !found.has(name)).flatMap((name) => [...TOOLS[name].packages])
}

/** As root on Debian; elsewhere it is said how. */
export async function installPeers() {
  await installDebian({
    packages: TOOL_NAMES.flatMap((name) => [...TOOLS[name].packages]),
    whyNot: async () => {
      const packages = missingPackages(findTools())
      return packages.length === 0 ? undefined : `without ${packages.join(', ')}`
    },
    missing: 'Not all of what opgen is compared with',
    wanted: 'What opgen is compared with',
    elsewhere: [
      'Jinja2 and PyYAML for Python, jq, yq, envsubst, ansible-core, secret-tool and GNU time',
      'python3-jinja2 python3-pyyaml jq yq gettext-envsubst ansible-core libsecret time',
    ],
  })
}

/**
 * Set a peer up for the job of a world in which opgen has run, and prove that both write the same. It has
 * run when this returns, and another time without writing anything.
 *
 * @param {PeerName} name
 * @param {object} job
 * @param {import('./inputs.mjs').Size} job.size
 * @param {import('./worlds.mjs').KeySource | undefined} [job.keys]
 * @param {import('./worlds.mjs').World} job.world
 */
export async function settlePeer(name, { size, keys = 'environment', world }) {
  const peer = PEERS[name]
  const sandbox = await makeSandbox()
  const environment = {
    ...sandbox.environment,
    ...keyEnvironment(size, keys),
    // Else Ansible looks for a Python, and warns.
    ANSIBLE_PYTHON_INTERPRETER: python(),
    ANSIBLE_LOCALHOST_WARNING: 'false',
  }
  await placeOpenCode(sandbox)
  const file = join(sandbox.work, `providers.${peer.manifest}`)
  const write = async (/** @type {number} */ variant) => {
    const text =
      peer.manifest === 'yaml'
        ? plainYaml(size, variant)
        : JSON.stringify(plainManifest(size, variant), null, 2)
    await writeFile(file, text)
  }
  await write(0)
  await writeKeyFiles(sandbox.work, size)
  const [program, ...args] = peer.command(file)
  /** @type {Run} */
  const run = { program, args, folder: sandbox.work, environment }
  await proveSame({ run, sandbox, title: peer.title }, world)
  return { sandbox, run, write }
}

/**
 * What somebody who uses a shell has beside the manifest.
 *
 * @param {string} work
 * @param {import('./inputs.mjs').Size} size
 */
async function writeKeyFiles(work, size) {
  const ids = providerIds(size)
  const lines = ids.map((id) => {
    const name = keyVariable(id)
    const lookup = `secret-tool lookup service opgen username ${id}`
    return `: "\${${name}:=$(${lookup})}"; export ${name}\n`
  })
  const logins = ids.map((id) => [id, { type: 'api', key: `\${${keyVariable(id)}}` }])
  await writeFile(join(work, 'keys.sh'), lines.join(''))
  await writeFile(join(work, 'auth.json.tmpl'), JSON.stringify(Object.fromEntries(logins), null, 2))
}

/**
 * @param {{ run: Run, sandbox: import('../scripts/sandbox.mjs').Sandbox, title: string }} peer
 * @param {import('./worlds.mjs').World} world
 */
async function proveSame({ run, sandbox, title }, world) {
  await outputOf(run)
  const theirs = await writtenIn(sandbox, 'opencode.json')
  const ours = await writtenIn(world.sandbox, 'opencode.jsonc')
  if (!isDeepStrictEqual(theirs, ours)) throw new Error(`${title} writes something else than opgen`)
  const { mode } = await stat(sandbox.authFile)
  if ((mode & 0o777) !== 0o600) throw new Error(`${title} leaves keys for others to read`)

  const files = [join(sandbox.configFolder, 'opencode.json'), sandbox.authFile]
  const before = await Promise.all(files.map(identity))
  await outputOf(run)
  const after = await Promise.all(files.map(identity))
  if (!isDeepStrictEqual(before, after)) {
    throw new Error(`${title} writes although nothing has changed`)
  }
}

/** @param {string} file */
async function identity(file) {
  const { ino, mtimeMs } = await stat(file)
  return [ino, mtimeMs]
}
