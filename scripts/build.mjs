// Bundle src/main.ts into dist/opgen.cjs: one file, CommonJS because an ESM entry starts slower.
import { createRequire } from 'node:module'
import { chmodSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import Handlebars from 'handlebars'

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
    bundler.onResolve({ filter: /^handlebars\/dist\// }, ({ path }) => ({
      path: createRequire(import.meta.url).resolve(path),
    }))
    bundler.onLoad({ filter: /precompiled-templates\.ts$/ }, ({ path }) => {
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
      const source = readFileSync(path, 'utf8')
      if (!source.endsWith(empty)) throw new Error(`${path} does not end as expected`)
      const contents = `${source.slice(0, -empty.length)}new Map([${entries.join(',')}])\n`
      return { contents, loader: 'ts' }
    })
  },
}

await build({
  absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
  entryPoints: ['src/main.ts'],
  outfile: 'dist/opgen.cjs',
  bundle: true,
  minify: true,
  // A stack trace in a bug report should name functions.
  keepNames: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  // jsonc-parser's "main" is UMD, which esbuild cannot follow; its "module" build can be bundled.
  mainFields: ['module', 'main'],
  // The native module cannot be bundled; the template compiler and the age format are hardly ever needed.
  external: ['@napi-rs/keyring', 'age-encryption', 'handlebars'],
  plugins: [precompileTemplates],
  define: {
    OPGEN_VERSION: JSON.stringify(version),
    'import.meta.dirname': '__dirname',
    'import.meta.filename': '__filename',
  },
  banner: { js: '#!/usr/bin/env node' },
  logLevel: 'warning',
})
chmodSync(new URL('../dist/opgen.cjs', import.meta.url), 0o755)
