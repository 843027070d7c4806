// Bundle src/main.ts into dist/opgen.cjs and the parts that it loads when they are needed, all of them
// CommonJS because an ESM entry starts slower.
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'
import Handlebars from 'handlebars'

const root = fileURLToPath(new URL('..', import.meta.url))

/** @param {readonly string[]} names */
function join(...names) {
  return path.join(root, ...names)
}

const dist = join('dist')
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/**
 * Fill in src/system/precompiled-templates.ts: compiling presets at every start would be the slowest
 * part of it.
 *
 * @type {import('esbuild').Plugin}
 */
const precompileTemplates = {
  name: 'precompile-templates',
  setup(bundler) {
    // `external` below means the whole package; its runtime and its parser are small, and often needed.
    bundler.onResolve({ filter: /^handlebars\/dist\// }, (asked) => ({
      path: createRequire(import.meta.url).resolve(asked.path),
    }))
    bundler.onLoad({ filter: /precompiled-templates\.ts$/ }, ({ path: file }) => {
      const folder = new URL('../templates/', import.meta.url)
      const options = { noEscape: true, strict: true }
      const entries = readdirSync(folder).map((name) => {
        const text = readFileSync(new URL(name, folder), 'utf8')
        // Text, whatever its type says.
        const compiled = /** @type {unknown} */ (Handlebars.precompile(text, options))
        if (typeof compiled !== 'string') throw new TypeError(`${name} was not compiled`)
        return `[${JSON.stringify(text)}, ${compiled}]`
      })
      const empty = 'new Map()\n'
      const source = readFileSync(file, 'utf8')
      if (!source.endsWith(empty)) throw new Error(`${file} does not end as expected`)
      const contents = `${source.slice(0, -empty.length)}new Map([${entries.join(',')}])\n`
      return { contents, loader: 'ts' }
    })
  },
}

/**
 * What is loaded together, by the modules that are imported when needed: each of the others is a part of its
 * own. Without this there would be a file for every set of commands that share some module.
 */
const PARTS = {
  planning: [
    ...commands('apply', 'plan', 'plan-machines', 'status', 'render', 'check', 'run'),
    ...commands(
      'rollback',
      'history',
      'unmanage',
      'destroy',
      'key',
      'key-show',
      'presets',
      'schema',
    ),
    'system/handlebars-templates',
    'core/lock/read-lock',
  ],
  editing: [...commands('add', 'remove', 'init', 'import'), 'cli/import-answer'],
  vault: [...commands('key-export', 'key-import'), 'app/vault-file', 'system/age-vault'],
  live: [
    ...commands('verify', 'update', 'models', 'rotate'),
    'system/real-http',
    'system/ask-opencode',
  ],
  health: commands('doctor', 'explain'),
}

/** @param {readonly string[]} names */
function commands(...names) {
  return names.map((name) => `cli/commands/${name}`)
}

/** @type {import('esbuild').Plugin} */
const loadTogether = {
  name: 'load-together',
  setup(bundler) {
    const parts = Object.entries(PARTS).flatMap(([part, modules]) =>
      modules.map((module) => /** @type {const} */ ([join('src', `${module}.ts`), part])),
    )
    const partOf = new Map(parts)
    bundler.onResolve({ filter: /^\./ }, ({ kind, importer, path: to }) => {
      const part = kind === 'dynamic-import' && partOf.get(path.resolve(path.dirname(importer), to))
      return part ? { path: part, namespace: 'part' } : undefined
    })
    bundler.onLoad({ filter: /./, namespace: 'part' }, ({ path: part }) => {
      const lines = parts.filter(([, each]) => each === part).map(([file]) => exportAll(file))
      return { contents: lines.join('\n'), resolveDir: root }
    })
  },
}

/** @param {string} file */
function exportAll(file) {
  return `export * from ${JSON.stringify(file)}`
}

/** @satisfies {import('esbuild').BuildOptions} */
const options = {
  absWorkingDir: root,
  outdir: dist,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  minify: true,
  // A stack trace in a bug report should name functions.
  keepNames: true,
  platform: /** @type {const} */ ('node'),
  target: 'node20.19',
  // jsonc-parser's "main" is UMD, which esbuild cannot follow; its "module" build can be bundled.
  mainFields: ['module', 'main'],
  define: {
    OPGEN_VERSION: JSON.stringify(version),
    'import.meta.dirname': '__dirname',
    'import.meta.filename': '__filename',
  },
  write: /** @type {const} */ (false),
  logLevel: /** @type {const} */ ('warning'),
}

/** The program without the entry: esbuild splits only ES modules, and a second pass makes CommonJS of them. */
async function buildProgram() {
  const { outputFiles } = await build({
    ...options,
    entryPoints: ['src/program.ts'],
    chunkNames: '[name]-[hash]',
    splitting: true,
    format: 'esm',
    // The native module cannot be bundled; the template compiler and the age format are hardly ever needed.
    external: ['@napi-rs/keyring', 'age-encryption', 'handlebars'],
    plugins: [precompileTemplates, loadTogether],
  })
  return await Promise.all(
    outputFiles.map(async ({ path: file, text }) => {
      const { code } = await transform(text, {
        format: 'cjs',
        minify: true,
        platform: 'node',
        target: 'node20.19',
        supported: { 'dynamic-import': false },
      })
      return { file, code }
    }),
  )
}

/**
 * The entry is whole in itself, and shares nothing with the program but values: a file of its own loads faster
 * than parts.
 *
 * @param {string} digest of the program
 * @param {string} help what it prints for `--help`; empty: it is to be asked
 */
async function buildEntry(digest, help) {
  const { outputFiles } = await build({
    ...options,
    entryPoints: { opgen: 'src/main.ts' },
    format: 'cjs',
    external: ['@napi-rs/keyring', './program.ts', './ask-version.ts', './ask-opencode.ts'],
    // `import()` of a file of CommonJS takes longer than `require`.
    supported: { 'dynamic-import': false },
    define: {
      ...options.define,
      OPGEN_BUILD: JSON.stringify(digest),
      OPGEN_HELP: JSON.stringify(help),
    },
    banner: { js: '#!/usr/bin/env node' },
  })
  const [entry] = outputFiles
  if (entry === undefined) throw new Error('there is no entry')
  return entry.text.replaceAll('./program.ts', './program.cjs')
}

const program = await buildProgram()
const digest = program
  .reduce((hash, { code }) => hash.update(code), createHash('sha256'))
  .digest('hex')
rmSync(dist, { recursive: true, force: true })
mkdirSync(dist)
for (const { file, code } of program) writeFileSync(file, code)
const entry = join('dist', 'opgen.cjs')
writeFileSync(entry, await buildEntry(digest, ''), { mode: 0o755 })
const help = spawnSync(process.execPath, [entry, '--help'], { encoding: 'utf8' })
if (help.status !== 0) throw new Error(help.stderr)
writeFileSync(entry, await buildEntry(digest, help.stdout), { mode: 0o755 })
