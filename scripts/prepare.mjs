// Build opgen when npm installs it from git. For `npm install -g` npm leaves the devDependencies out, so
// that the bundler has to be fetched first.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('..', import.meta.url))

if (!isInstalled('esbuild')) {
  const args = ['ci', '--ignore-scripts', '--no-global', '--include=dev']
  const shell = process.platform === 'win32'
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: 'inherit', shell })
  if (status !== 0) process.exit(status ?? 1)
}
await import('./build.mjs')

/** @param {string} name */
function isInstalled(name) {
  try {
    createRequire(import.meta.url).resolve(name)
    return true
  } catch {
    return false
  }
}
