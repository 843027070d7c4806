// What `npm test` and `npm run demo` need on a machine that has only Node and npm. Each step looks
// first, says what it is about to do, and does nothing the second time. Plain Node, no dependencies.
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from './command.mjs'
import { makeSandbox } from './sandbox.mjs'
import { whyNoSecretService } from './secret-service.mjs'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** The OpenCode that opgen is proved against. */
export const OPENCODE_VERSION = '1.18.33'
const openCodeFolder = join(root, '.tools', 'opencode')
const openCodePackage = join(openCodeFolder, 'node_modules', 'opencode-ai')
export const openCodeProgram = join(openCodePackage, 'bin', 'opencode.exe')

/** A server with an API like OpenAI's that nobody of this project has written: MIT, plain JavaScript, no model. */
const MOCK_LLM = '@dwmkerr/mock-llm'
const MOCK_LLM_VERSION = '0.1.29'
const mockLlmFolder = join(root, '.tools', 'mock-llm')
const mockLlmPackage = join(mockLlmFolder, 'node_modules', MOCK_LLM)
export const mockLlmProgram = join(mockLlmPackage, 'dist', 'main.js')

const KEYRING_PACKAGES = ['gnome-keyring', 'dbus', 'libsecret-tools']
const TEN_MINUTES = 600_000

/** Install the packages of the lockfile unless exactly these are there. Throws when it cannot. */
export async function installDependencies() {
  if (dependenciesAreInstalled()) return
  await step('Installing the dependencies (npm ci)', 'npm', ['ci'])
}

/** npm keeps, inside node_modules, a lockfile of what it installed. */
function dependenciesAreInstalled() {
  const installed = lockedPackages(join(root, 'node_modules', '.package-lock.json'))
  if (installed === undefined) return false
  const wanted = lockedPackages(join(root, 'package-lock.json')) ?? {}
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true
    const present = installed[path]
    // Optional packages of other platforms are locked and not installed.
    return present === undefined ? entry.optional === true : present.integrity === entry.integrity
  })
}

/**
 * @param {string} path
 * @returns {Record<string, { integrity?: string, optional?: boolean }> | undefined}
 */
function lockedPackages(path) {
  if (!existsSync(path)) return undefined
  return JSON.parse(readFileSync(path, 'utf8')).packages
}

/**
 * Make a Secret Service possible: as root on Debian by installing it, elsewhere by saying how.
 *
 * @returns {Promise<string | undefined>} why there is none, or undefined
 */
export async function installSecretService() {
  if (process.platform !== 'linux') return whyNoSecretService()
  return installDebian({
    packages: KEYRING_PACKAGES,
    whyNot: whyNoSecretService,
    missing: 'No Secret Service',
    wanted: 'The keychain tests need a Secret Service',
    elsewhere: ['gnome-keyring, dbus and secret-tool', 'gnome-keyring dbus-daemon libsecret'],
  })
}

/**
 * The same for KeePassXC, which some tests run against a second time.
 *
 * @returns {Promise<string | undefined>} why it is not there, or undefined
 */
export async function installKeePassXc() {
  return installDebian({
    packages: ['keepassxc', 'xxd', 'dbus', 'libsecret-tools'],
    whyNot: whyNoSecretService,
    missing: 'No KeePassXC',
    wanted: 'The keychain tests need KeePassXC',
    elsewhere: [
      'keepassxc, xxd, dbus and secret-tool',
      'keepassxc vim-common dbus-daemon libsecret',
    ],
  })
}

/**
 * The same for age, with which the tests read what opgen encrypts and the other way round.
 *
 * @returns {Promise<string | undefined>} why there is none, or undefined
 */
export async function installAge() {
  return installDebian({
    packages: ['age'],
    whyNot: whyNoAge,
    missing: 'No age',
    wanted: 'The tests of the vault need age',
    elsewhere: ['age', 'age'],
  })
}

/**
 * Why the program `age` cannot be run; undefined when it can.
 *
 * @returns {Promise<string | undefined>}
 */
export async function whyNoAge() {
  const { status } = await runCommand('age', ['--version'])
  return status === 0 ? undefined : 'age is missing'
}

const BASH_COMPLETION = '/usr/share/bash-completion/bash_completion'

/**
 * The same for the shells that complete opgen's command line, and for what most bashes complete with.
 *
 * @returns {Promise<string | undefined>} what there is not, or undefined
 */
export async function installShells() {
  return installDebian({
    packages: ['bash-completion', 'fish', 'zsh'],
    whyNot: async () => (await whyNoZsh()) ?? (await whyNoFish()) ?? (await whyNoBashCompletion()),
    missing: 'No zsh, fish or bash-completion',
    wanted: 'The tests of shell completion need the shells',
    elsewhere: ['zsh, fish and bash-completion', 'zsh fish bash-completion'],
  })
}

/** @returns {Promise<string | undefined>} */
export async function whyNoZsh() {
  return (await isRunnable('zsh')) ? undefined : 'zsh is missing'
}

/** @returns {Promise<string | undefined>} */
export async function whyNoFish() {
  return (await isRunnable('fish')) ? undefined : 'fish is missing'
}

/** @returns {Promise<string | undefined>} */
export async function whyNoBashCompletion() {
  return existsSync(BASH_COMPLETION) ? undefined : 'bash-completion is missing'
}

/** @param {string} shell */
async function isRunnable(shell) {
  return (await runCommand(shell, ['--version'])).status === 0
}

/**
 * @typedef {object} DebianTool
 * @property {readonly string[]} packages
 * @property {() => Promise<string | undefined>} whyNot looks for it
 * @property {string} missing what there is not
 * @property {string} wanted who needs what
 * @property {readonly [string, string]} elsewhere what to install on other systems, and Fedora's names
 */

/**
 * Install Debian packages, as root; elsewhere say how.
 *
 * @param {DebianTool} tool
 * @returns {Promise<string | undefined>} why it is not there, or undefined
 */
export async function installDebian({ packages, whyNot, missing, wanted, elsewhere }) {
  const why = await whyNot()
  if (why === undefined || process.platform !== 'linux') return why
  const install = ['install', '-y', '--no-install-recommends', ...packages]
  if (!existsSync('/etc/debian_version')) {
    note(`${missing} (${why}). Install ${elsewhere[0]}, for example:`)
    note(`  sudo dnf install ${elsewhere[1]}`)
    return why
  }
  if (process.getuid?.() !== 0) {
    note(`${missing} (${why}). To have one for the tests:`)
    note(`  sudo apt-get ${install.join(' ')}`)
    return why
  }
  note(`${wanted}: Debian packages ${packages.join(', ')}.`)
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = ['-o', 'DPkg::Lock::Timeout=120']
  try {
    await step('Reading the package lists (apt-get update)', 'apt-get', [...apt, 'update'], {
      environment,
    })
    await step('Installing them (apt-get install)', 'apt-get', [...apt, ...install], {
      environment,
    })
  } catch {
    return 'the Debian packages could not be installed'
  }
  return whyNot()
}

/**
 * Install the real OpenCode into `.tools`, which git ignores.
 *
 * It is no dependency of the package: a lockfile can only name platform packages that the registry
 * in use has, and some lack some of them.
 *
 * @returns {Promise<string | undefined>} why it cannot be had, or undefined
 */
export async function installOpenCode() {
  if ((await whyNoOpenCode()) === undefined) return undefined
  const what = `OpenCode ${OPENCODE_VERSION} into .tools/opencode`
  const installed = await installTool(what, openCodeFolder, `opencode-ai@${OPENCODE_VERSION}`)
  if (installed !== undefined) return installed
  // The script that npm was told to leave alone: it puts the program for this machine in place.
  await runSealed(process.execPath, [join(openCodePackage, 'postinstall.mjs')])
  return whyNoOpenCode()
}

/**
 * Why the real OpenCode cannot be run; undefined when it can.
 *
 * @returns {Promise<string | undefined>}
 */
export async function whyNoOpenCode() {
  if (!existsSync(openCodeProgram)) return 'OpenCode is not installed in .tools/opencode'
  const { status, stdout } = await runSealed(openCodeProgram, ['--version'])
  const version = stdout.trim()
  if (status === 0 && version === OPENCODE_VERSION) return undefined
  return `OpenCode in .tools/opencode is not ${OPENCODE_VERSION}`
}

/**
 * Run a program of OpenCode's where it cannot reach the caller's home: whatever it is asked, it makes
 * its folders first.
 *
 * @param {string} program
 * @param {readonly string[]} args
 */
async function runSealed(program, args) {
  const { environment, work, remove } = await makeSandbox()
  try {
    return await runCommand(program, args, { folder: work, environment })
  } finally {
    await remove()
  }
}

/**
 * Install a package and what it needs into a folder of its own.
 *
 * @param {string} what for the user
 * @param {string} folder
 * @param {string} packageName with its version
 * @returns {Promise<string | undefined>} why it cannot be had, or undefined
 */
async function installTool(what, folder, packageName) {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const where = ['--no-save', '--no-package-lock', '--prefix', folder]
  try {
    await step(
      `Installing ${what} (npm install)`,
      'npm',
      ['install', '--ignore-scripts', ...where, packageName],
      { folder },
    )
  } catch {
    return `${packageName} could not be installed`
  }
  return undefined
}

/**
 * Install a server that others wrote into `.tools`, in the same way.
 *
 * @returns {Promise<string | undefined>} why it cannot be had, or undefined
 */
export async function installMockLlm() {
  if ((await whyNoMockLlm()) === undefined) return undefined
  const what = `mock-llm ${MOCK_LLM_VERSION} into .tools/mock-llm`
  const packageName = `${MOCK_LLM}@${MOCK_LLM_VERSION}`
  return (await installTool(what, mockLlmFolder, packageName)) ?? (await whyNoMockLlm())
}

/**
 * Why that server cannot be run; undefined when it can.
 *
 * @returns {Promise<string | undefined>}
 */
export async function whyNoMockLlm() {
  const file = join(mockLlmPackage, 'package.json')
  if (!existsSync(file)) return 'mock-llm is not installed in .tools/mock-llm'
  const { version } = JSON.parse(readFileSync(file, 'utf8'))
  if (version === MOCK_LLM_VERSION) return undefined
  return `mock-llm in .tools/mock-llm is not ${MOCK_LLM_VERSION}`
}

/** Build dist/opgen.cjs. Throws when it cannot. */
export async function build() {
  await step('Building dist/opgen.cjs (npm run build)', process.execPath, ['scripts/build.mjs'])
}

/** @param {string} text */
function note(text) {
  console.log(text)
}

/**
 * Run one step quietly; what it printed is shown only when it goes wrong, and then it throws.
 *
 * @param {string} title
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('./command.mjs').CommandOptions} [options]
 */
async function step(title, program, args, options = {}) {
  const start = performance.now()
  process.stdout.write(`${title} … `)
  const outcome = await runCommand(program, args, {
    folder: root,
    patience: TEN_MINUTES,
    ...options,
  })
  if (outcome.status === 0) {
    console.log(`${((performance.now() - start) / 1000).toFixed(1)} s`)
    return
  }
  console.log(`did not work (exit ${outcome.status})`)
  console.log(`${outcome.stdout}${outcome.stderr}`.trimEnd())
  throw new Error(title)
}
