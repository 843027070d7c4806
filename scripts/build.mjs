// Bundle src/main.ts into dist/opgen.cjs: one file, CommonJS because an ESM entry starts slower.
import { chmodSync, readFileSync } from 'node:fs'
import { build } from 'esbuild'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

await build({
  absWorkingDir: new URL('..', import.meta.url).pathname,
  entryPoints: ['src/main.ts'],
  outfile: 'dist/opgen.cjs',
  bundle: true,
  minify: true,
  keepNames: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  // jsonc-parser's "main" is UMD, which esbuild cannot follow; its "module" build can be bundled.
  mainFields: ['module', 'main'],
  external: ['@napi-rs/keyring'],
  define: {
    OPGEN_VERSION: JSON.stringify(version),
    'import.meta.dirname': '__dirname',
    'import.meta.filename': '__filename',
  },
  banner: { js: '#!/usr/bin/env node' },
  logLevel: 'warning',
})
chmodSync(new URL('../dist/opgen.cjs', import.meta.url), 0o755)
