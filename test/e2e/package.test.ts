import { cp, mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand, type Outcome } from '../../scripts/command.mjs'
import { root } from '../../scripts/set-up.mjs'
import { freshSandbox, freshSecretService, haimakerAt } from '../support/fresh.ts'
import { place, succeeds, textOf, writeManifest } from '../support/opgen.ts'
import {
  copySources,
  installed,
  installGlobally,
  npm,
  packageOf,
  packPackage,
  type Packed,
} from '../support/packed.ts'
import { git } from '../support/git.ts'
import { need } from '../support/tools.ts'

const KEY = 'test-key-haimaker'
const manifest = haimakerAt('https://llm.example/v1')

let packed: Packed
let prefix: string
let installing: Outcome
beforeAll(async () => {
  packed = await packPackage()
  prefix = join(packed.sandbox.folder, 'prefix')
  installing = await installGlobally(packed, prefix)
})
afterAll(() => packed.sandbox.remove())

const at = (): { readonly at: string } => ({ at: prefix })

describe('the tarball', () => {
  test('holds the program, the presets, the schema and what people read, and nothing else', () => {
    const { files } = packed
    const dist = files.filter((file) => file.startsWith('dist/'))
    const templates = files.filter((file) => file.startsWith('templates/'))
    expect(files.filter((file) => !dist.includes(file) && !templates.includes(file))).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'THIRD-PARTY-LICENSES',
      'completions/opgen.bash',
      'completions/opgen.fish',
      'completions/opgen.zsh',
      'package.json',
      'schema/providers.schema.json',
    ])
    expect(dist).toContain('dist/opgen.cjs')
    const others = dist.filter((file) => !/^dist\/[\w-]+\.cjs$/.test(file))
    expect(others).toEqual([])
    expect(templates.filter((file) => !/^templates\/[\w-]+\.yaml\.hbs$/.test(file))).toEqual([])
  })

  test('is small', () => {
    expect(packed.size).toBeLessThan(500_000)
    expect(packed.unpackedSize).toBeLessThan(1_600_000)
  })

  test('leaves package.json as it was, and runs no script where it is installed', async () => {
    const before = await readFile(join(root, 'package.json'), 'utf8')
    expect(await textOf(join(packed.sources, 'package.json'))).toBe(before)
    const { scripts } = JSON.parse(await readFile(join(packageOf(prefix), 'package.json'), 'utf8'))
    const run = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish']
    expect(Object.keys(scripts).filter((name) => run.includes(name))).toEqual([])
    expect(`${installing.stdout}${installing.stderr}`).not.toMatch(/npm (?:warn|error)/)
  })
})

describe('an installed opgen', () => {
  test('brings no package that it does not load, and says what it loads', async () => {
    const { dependencies, optionalDependencies } = JSON.parse(
      await readFile(join(root, 'package.json'), 'utf8'),
    )
    const dist = join(packageOf(prefix), 'dist')
    const names = await readdir(dist)
    const texts = await Promise.all(names.map((name) => readFile(join(dist, name), 'utf8')))
    const outside = Object.keys({ ...dependencies, ...optionalDependencies })
    const loaded = outside.filter((name) =>
      texts.some((text) => text.includes(`("${name}")`) || text.includes(`("${name}/`)),
    )
    expect(loaded.toSorted()).toEqual(outside.toSorted())
    const bundled = ['yaml', 'zod', 'commander', 'jsonc-parser']
    const present = await readdir(join(packageOf(prefix), 'node_modules'))
    expect(present.filter((name) => bundled.includes(name))).toEqual([])
  })

  test('says its version and its commands', async () => {
    const sandbox = await freshSandbox()
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    expect(await installed(sandbox, ['--version'], at())).toEqual({
      status: 0,
      stdout: `${version}\n`,
      stderr: '',
    })
    expect((await succeeds(installed(sandbox, ['--help'], at()))).stdout).toContain('Usage: opgen')
    const { stdout } = await succeeds(installed(sandbox, ['schema'], at()))
    expect(stdout).toBe(await textOf(join(root, 'schema', 'providers.schema.json')))
  })

  test('applies a manifest with a preset that it brings, and one with a preset of the user', async () => {
    const sandbox = await freshSandbox()
    await writeManifest(sandbox, `${manifest}  own: { preset: own, models: [m] }\n`)
    await place(
      join(sandbox.work, 'templates', 'own.yaml.hbs'),
      'about: Mine\nkey: none\ndefault: { baseURL: "https://own.example/v1" }\nprovider:\n  npm: "@ai-sdk/openai-compatible"\n  options: { baseURL: {{json baseURL}} }\n',
    )
    await succeeds(installed(sandbox, ['apply'], { ...at(), ...withKey }))
    expect(await textOf(sandbox.authFile)).toContain(KEY)
    const config = await textOf(join(sandbox.configFolder, 'opencode.jsonc'))
    expect(config).toContain('https://own.example/v1')
    expect(config).toContain('"@ai-sdk/openai-compatible"')
  })

  test('loads the keychain module, also from a store of links', async () => {
    const sandbox = await freshSandbox()
    await writeManifest(sandbox, manifest)
    const store = join(sandbox.folder, 'store', 'node_modules')
    await cp(join(packageOf(prefix), 'node_modules'), store, { recursive: true })
    await cp(packageOf(prefix), join(store, 'opgen'), {
      recursive: true,
      filter: (source) => source !== join(packageOf(prefix), 'node_modules'),
    })
    const linked = join(sandbox.folder, 'project')
    await mkdir(join(linked, 'node_modules'), { recursive: true })
    await symlink(join(store, 'opgen'), join(linked, 'node_modules', 'opgen'))
    await mkdir(join(linked, 'bin'))
    await symlink('../node_modules/opgen/dist/opgen.cjs', join(linked, 'bin', 'opgen'))
    for (const where of [prefix, linked]) {
      const { stderr } = await succeeds(installed(sandbox, ['key', 'list'], { at: where }))
      expect(stderr).toContain('there is no keychain service to ask')
    }
  })

  test('runs without being installed, by npx', async () => {
    const sandbox = await freshSandbox()
    const { stdout } = await succeeds(
      npm(sandbox, ['exec', '--yes', '--package', packed.tarball, '--', 'opgen', '--help']),
    )
    expect(stdout).toContain('Usage: opgen')
  })

  test('leaves nothing behind when it is uninstalled', async () => {
    const own = join(packed.sandbox.folder, 'uninstalled')
    await cp(prefix, own, { recursive: true, verbatimSymlinks: true })
    await succeeds(npm(packed.sandbox, ['uninstall', '--global', '--prefix', own, 'opgen']))
    const left = await readdir(own, { recursive: true, withFileTypes: true })
    expect(left.filter((entry) => !entry.isDirectory())).toEqual([])
    expect(await readdir(join(own, 'lib', 'node_modules'))).toEqual([])
  })
})

const withKey = { environment: { OPGEN_KEY_HAIMAKER: KEY } }

const tools = await need('secret-service')
describe.skipIf(tools.skip)(`an installed opgen with a keychain${tools.note}`, () => {
  test('stores a key, and carries it in a vault', async () => {
    const sandbox = await freshSandbox()
    await writeManifest(sandbox, manifest)
    const { environment } = await freshSecretService()
    const opgen = (line: string, input = ''): Promise<Outcome> =>
      succeeds(installed(sandbox, line.split(' '), { ...at(), environment, input }))
    await opgen('key set haimaker', KEY)
    await opgen('key export --to keys.age --passphrase-file -', 'correct horse battery staple nine')
    await opgen('key remove haimaker')
    await opgen('key import keys.age --passphrase-file -', 'correct horse battery staple nine')
    await opgen('apply')
    expect(await textOf(sandbox.authFile)).toContain(KEY)
  })
})

describe('the repository', () => {
  test('is installed from git, which builds it', async () => {
    const sandbox = await freshSandbox()
    const sources = join(sandbox.folder, 'sources')
    await copySources(sources)
    git(sources, 'init', '--quiet')
    git(sources, 'add', '.')
    git(sources, 'commit', '--quiet', '--message', 'All of it')
    const project = join(sandbox.folder, 'project')
    await succeeds(
      npm(sandbox, ['install', '--no-save', '--prefix', project, `git+file://${sources}`]),
    )
    const program = join(project, 'node_modules', '.bin', 'opgen')
    const environment = {
      ...sandbox.environment,
      PATH: `${dirname(program)}:${process.env['PATH']}`,
    }
    const { stdout } = await succeeds(
      runCommand('opgen', ['--help'], { folder: sandbox.work, environment }),
    )
    expect(stdout).toContain('Usage: opgen')
  })
})
