import { cp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Outcome } from '../../scripts/command.mjs'
import { freshSandbox, haimakerAt } from '../support/fresh.ts'
import { succeeds, textOf, writeManifest } from '../support/opgen.ts'
import {
  installed,
  installGlobally,
  npm,
  packageOf,
  packPackage,
  type Packed,
} from '../support/packed.ts'

let packed: Packed
let prefix: string
beforeAll(async () => {
  packed = await packPackage()
  prefix = join(packed.sandbox.folder, 'prefix')
  await installGlobally(packed, prefix)
})
afterAll(() => packed.sandbox.remove())

/** Ways in which the native module is not to be had, done to a copy of the prefix. */
const BROKEN: readonly (readonly [string, (modules: string) => Promise<void>])[] = [
  ['is not there at all', (modules) => rm(join(modules, '@napi-rs'), { recursive: true })],
  [
    'has no package for this platform',
    async (modules) => rm(await platformPackage(modules), { recursive: true }),
  ],
  ['is cut short', async (modules) => damage(modules, (bytes) => bytes.subarray(0, 100_000))],
  ['is half there', async (modules) => damage(modules, (bytes) => bytes.subarray(0, 2_000_000))],
  ['is no program', async (modules) => damage(modules, () => Buffer.from('not found\n'))],
  [
    'wants another C library',
    async (modules) => damage(modules, (bytes) => replaced(bytes, 'libc.so.6', 'libc.so.7')),
  ],
]

describe('where the native keychain module', () => {
  test.each(BROKEN)('%s, all key sources but the keychain work', async (how, breakIt) => {
    const at = join(packed.sandbox.folder, how.replaceAll(' ', '-'))
    await cp(prefix, at, { recursive: true, verbatimSymlinks: true })
    await breakIt(join(packageOf(at), 'node_modules'))
    expect(await withoutKeychain(at)).toEqual(ONLY_THE_KEYCHAIN_FAILS)
  })

  test('was left out with `--omit=optional`, all key sources but the keychain work', async () => {
    // Into a project: with --global, npm 11 installs what it was told to leave out.
    const at = join(packed.sandbox.folder, 'omitted')
    const install = ['install', '--no-save', '--prefix', at, '--omit=optional', packed.tarball]
    await succeeds(npm(packed.sandbox, install))
    expect(await readdir(join(at, 'node_modules'))).not.toContain('@napi-rs')
    await symlink(join('node_modules', '.bin'), join(at, 'bin'))
    expect(await withoutKeychain(at)).toEqual(ONLY_THE_KEYCHAIN_FAILS)
  })
})

const KEY = 'test-key-haimaker'
const WHY = 'the keychain module could not be loaded for "haimaker"'
const HINT =
  'reinstall opgen without `--omit=optional`, or let `key` name an `env`, `file` or `command`, or set $OPGEN_KEY_HAIMAKER'
const REFUSED = { status: 1, stdout: '', stderr: `opgen: error: ${WHY}\nopgen: hint: ${HINT}\n` }
const ONLY_THE_KEYCHAIN_FAILS = {
  keys: { 'by-command': 'test-key-command', 'by-env': 'test-key-env', 'by-file': 'test-key-file' },
  list: { status: 0, stderr: `opgen: note: ${WHY}\nopgen: hint: ${HINT}\n` },
  set: REFUSED,
  apply: REFUSED,
}

const OTHER_SOURCES = `version: 1
providers:
  by-env: { baseURL: "https://e.example/v1", models: [m], key: { env: OTHER_KEY } }
  by-file: { baseURL: "https://f.example/v1", models: [m], key: { file: ./key.txt } }
  by-command: { baseURL: "https://c.example/v1", models: [m], key: { command: [echo, test-key-command] } }
`

/** What comes of all sources of keys in a prefix. */
async function withoutKeychain(at: string): Promise<unknown> {
  const sandbox = await freshSandbox()
  const environment = { OTHER_KEY: 'test-key-env' }
  const opgen = (line: string, input = ''): Promise<Outcome> =>
    installed(sandbox, line.split(' '), { at, environment, input })
  await writeFile(join(sandbox.work, 'key.txt'), 'test-key-file\n', { mode: 0o600 })
  await writeManifest(sandbox, OTHER_SOURCES)
  await succeeds(opgen('apply --trust-commands'))
  const auth: Record<string, { readonly key: string }> = JSON.parse(
    (await textOf(sandbox.authFile)) ?? '',
  )
  const keys = Object.fromEntries(Object.entries(auth).map(([id, { key }]) => [id, key]))

  await writeManifest(sandbox, haimakerAt('https://llm.example/v1'))
  const { status, stderr } = await opgen('key list')
  const set = await opgen('key set haimaker', KEY)
  return { keys, list: { status, stderr }, set, apply: await opgen('apply') }
}

/** The package that brings the native module of this platform. */
async function platformPackage(modules: string): Promise<string> {
  const scope = join(modules, '@napi-rs')
  const name = (await readdir(scope)).find((each) => each !== 'keyring')
  if (name === undefined) throw new Error('the native module is not installed')
  return join(scope, name)
}

async function damage(modules: string, change: (bytes: Buffer) => Buffer): Promise<void> {
  const folder = await platformPackage(modules)
  const file = (await readdir(folder)).find((name) => name.endsWith('.node'))
  if (file === undefined) throw new Error('the native module has no file')
  const path = await realpath(join(folder, file))
  const bytes = await readFile(path)
  await rm(path)
  await writeFile(path, change(bytes))
}

/** The same bytes with every `from` as `to`, which is as long. */
function replaced(bytes: Buffer, from: string, to: string): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1')
}
