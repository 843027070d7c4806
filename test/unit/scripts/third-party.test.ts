import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { root } from '../../../scripts/set-up.mjs'

/** The packages whose code the build puts into `dist`: all that the program uses but what npm installs. */
async function bundledPackages(): Promise<readonly string[]> {
  const { dependencies, optionalDependencies } = manifest('.')
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
    outdir: 'dist',
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: Object.keys({ ...dependencies, ...optionalDependencies }),
    // The build takes the parts of Handlebars that it needs, by their paths.
    alias: { 'handlebars/dist': path.join(root, 'node_modules', 'handlebars', 'dist') },
    logLevel: 'silent',
  })
  const names = Object.keys(metafile.inputs).flatMap(
    (input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(input)?.[1] ?? [],
  )
  return [...new Set(names)].toSorted()
}

test('the package brings the licence of everything that is built into it', async () => {
  const names = await bundledPackages()
  expect(names).toContain('yaml')
  expect(names).toContain('handlebars')
  const texts = names.map((name) => {
    const { version, license } = manifest(path.join('node_modules', name))
    return `${'-'.repeat(78)}\n${name} ${version} (${license})\n\n${licenceOf(name).trim()}\n`
  })
  const head = 'The program in dist/ holds code of these packages, under these licences.\n'
  await expect([head, ...texts].join('\n')).toMatchFileSnapshot(
    path.join(root, 'THIRD-PARTY-LICENSES'),
  )
})

function licenceOf(name: string): string {
  const folder = path.join(root, 'node_modules', name)
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
  if (file === undefined) throw new Error(`${name} has no licence`)
  return readFileSync(path.join(folder, file), 'utf8').replaceAll('\r\n', '\n')
}

interface Manifest {
  readonly version: string
  readonly license: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'))
}
