import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import { makeSandbox, settleOpenCode, type Sandbox } from '../../scripts/sandbox.mjs'
import { startSecretService } from '../../scripts/secret-service.mjs'
import { openCodeProgram } from '../../scripts/set-up.mjs'
import { fromPointer } from '../../src/core/json.ts'
import type { JsonObject, Path } from '../../src/core/json.ts'
import { blocksWithout } from '../support/import-comparison.ts'
import { blocksOf, fixtureNames, importedIds, readFixture } from '../support/import-fixtures.ts'
import type { ImportFixture } from '../support/import-fixtures.ts'
import { startOpenCodeServer } from '../support/opencode-server.ts'
import type { OpenCodeServer } from '../support/opencode-server.ts'
import { opgen, place, succeeds, textOf } from '../support/opgen.ts'
import { need } from '../support/tools.ts'

/*
 * A manifest that was imported from a setup comes to the same providers in the real OpenCode, on a machine where
 * nothing is. One OpenCode reads all of them, each in a folder of its own.
 */
const fixtures = fixtureNames().map(readFixture)

let home: Sandbox
let openCode: OpenCodeServer

const tools = await need('opencode', 'secret-service')
describe.skipIf(tools.skip)(`what OpenCode makes of a setup${tools.note}`, () => {
  beforeAll(async () => {
    home = await makeSandbox()
    for (const fixture of fixtures) await placeBelow(home.home, fixture.home)
    const variables = Object.assign({}, ...fixtures.map(({ env }) => env))
    const inProjects = { OPENCODE_DISABLE_PROJECT_CONFIG: '' }
    openCode = await startOpenCodeServer(home, { ...variables, ...inProjects })
  })
  afterAll(async () => {
    await openCode.stop()
    await home.remove()
  })

  const accepted = fixtures.filter(({ isRefused }) => !isRefused)
  test.concurrent.for(accepted)(
    'is what it makes of its manifest: $name',
    async (fixture, { expect }) => {
      const given = await providersOf(fixture, { name: 'given', files: fixture.files })
      const rendered = await providersOf(fixture, {
        name: 'rendered',
        files: await renderedFiles(fixture),
      })
      expect(given).toBeDefined()
      expect(leftValues(fixture).filter((path) => isIn(rendered, path))).toEqual([])
      expect(comparable(fixture, rendered)).toEqual(comparable(fixture, given))
    },
  )

  const refused = fixtures.filter(({ isRefused }) => isRefused)
  test.concurrent.for(refused)('is nothing: $name', async (fixture, { expect }) => {
    const given = await providersOf(fixture, { name: 'given', files: fixture.files })
    expect(given).toBeUndefined()
  })
})

/** Texts of config files by name. */
interface Setup {
  readonly name: 'given' | 'rendered'
  readonly files: Readonly<Record<string, string>>
}

/** The providers of a setup, as OpenCode understands it; undefined when it refuses it. */
async function providersOf(fixture: ImportFixture, setup: Setup): Promise<JsonObject | undefined> {
  const { 'auth.json': _, ...files } = setup.files
  // OpenCode reads this one nowhere else but in its own folder.
  if (fixture.files['config.json'] !== undefined) return debuggedProviders(fixture, files)
  const folder = join(home.folder, 'setups', fixture.name, setup.name)
  await mkdir(folder, { recursive: true })
  const beside = Object.entries(fixture.home).filter(([path]) => path.startsWith(CONFIG_FOLDER))
  await placeBelow(folder, Object.fromEntries(beside.map(([path, text]) => [basename(path), text])))
  await placeBelow(folder, files)
  await placeReferences(home, files)
  const config = await openCode.configIn(folder)
  return config === undefined ? undefined : blocksOf(config)
}

const CONFIG_FOLDER = '.config/opencode/'

/** What `opencode debug config` shows: the same, but for keys and headers, which it hides. */
async function debuggedProviders(
  fixture: ImportFixture,
  files: Setup['files'],
): Promise<JsonObject> {
  return await inSandbox(async (sandbox) => {
    await placeBelow(sandbox.configFolder, files)
    await placeReferences(sandbox, files)
    await settleOpenCode(sandbox.configFolder)
    // OpenCode ends without waiting for a pipe to take all of its output; a file takes it at once.
    const listing = join(sandbox.work, 'config.txt')
    const words = ['-c', '"$0" debug config >"$1"', openCodeProgram, listing]
    const environment = { ...sandbox.environment, ...fixture.env }
    await succeeds(runCommand('sh', words, { folder: sandbox.work, environment }))
    return blocksOf(JSON.parse((await textOf(listing)) ?? ''))
  })
}

/** The config file that the imported manifest comes to on a machine where nothing is; none without a manifest. */
async function renderedFiles(fixture: ImportFixture): Promise<Setup['files']> {
  const manifest = await importedManifest(fixture)
  if (manifest === undefined) return {}
  return await inSandbox(async (sandbox) => {
    await place(join(sandbox.work, 'providers.yaml'), manifest)
    const { stdout } = await succeeds(opgen(sandbox, ['render', '--json']))
    const { files }: { readonly files: readonly { path: string; text: string }[] } =
      JSON.parse(stdout)
    const text = files.find(({ path }) => basename(path) === 'opencode.jsonc')?.text
    return text === undefined ? {} : { 'opencode.jsonc': text }
  })
}

async function importedManifest(fixture: ImportFixture): Promise<string | undefined> {
  // Where no key moves there is no keychain: the import does without.
  const needsKeychain = fixture.moved.length > 0 || Object.keys(fixture.keychain).length > 0
  const service = needsKeychain ? await startSecretService() : undefined
  try {
    return await inSandbox(async (sandbox) => {
      const { 'auth.json': auth, ...files } = fixture.files
      await placeBelow(sandbox.configFolder, files)
      await placeBelow(sandbox.home, fixture.home)
      if (auth !== undefined) await place(sandbox.authFile, auth)
      const environment = { ...fixture.env, ...service?.environment }
      for (const [entry, key] of Object.entries(fixture.keychain)) {
        const [name = '', account = ''] = entry.split('/')
        const words = ['store', '--label', entry, 'service', name, 'username', account]
        const options = { input: key, environment: { ...sandbox.environment, ...environment } }
        await succeeds(runCommand('secret-tool', words, options))
      }
      const manifest = join(sandbox.work, 'providers.yaml')
      await opgen(sandbox, ['import', '--manifest', manifest], { environment })
      return await textOf(manifest)
    })
  } finally {
    await service?.stop()
  }
}

/** The providers that were imported, without what no manifest says of them. */
function comparable(fixture: ImportFixture, providers: JsonObject = {}): JsonObject {
  const moved = fixture.moved.map(({ pointer }) => fromPointer(pointer))
  return blocksWithout(providers, importedIds(fixture), [...leftValues(fixture), ...moved])
}

/** Values that no manifest has, by their paths in OpenCode's configuration. */
function leftValues({ left }: ImportFixture): readonly Path[] {
  return Object.keys(left).flatMap((name) => (name.startsWith('/') ? [fromPointer(name)] : []))
}

function isIn(providers: JsonObject | undefined, path: Path): boolean {
  let value: unknown = { provider: providers }
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return false
    value = Reflect.get(value, name)
  }
  return true
}

async function inSandbox<Result>(work: (sandbox: Sandbox) => Promise<Result>): Promise<Result> {
  const sandbox = await makeSandbox()
  try {
    return await work(sandbox)
  } finally {
    await sandbox.remove()
  }
}

async function placeBelow(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) await place(join(folder, path), text)
}

/** OpenCode refuses what refers to files that are not there, as key files before the first apply. */
async function placeReferences({ home: folder }: Sandbox, files: Setup['files']): Promise<void> {
  for (const text of Object.values(files)) {
    for (const [, path = ''] of text.matchAll(/\{file:~\/([^{}]+)\}/g)) {
      const file = join(folder, path)
      if ((await textOf(file)) === undefined) await place(file, 'test-key-of-a-key-file')
    }
  }
}
