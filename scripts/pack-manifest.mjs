// Before npm packs, and after the build: take `prepare` out of package.json. It is for installs from git, which
// build; a tarball is built, and npm would warn of a script that it never runs. `--restore` after packing.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const manifest = fileURLToPath(new URL('../package.json', import.meta.url))
const kept = `${manifest}.orig`

// Also first thing before packing: what an interrupted pack has left.
if (existsSync(kept)) renameSync(kept, manifest)

if (!process.argv.includes('--restore')) {
  const text = readFileSync(manifest, 'utf8')
  const packed = JSON.parse(text)
  delete packed.scripts.prepare
  writeFileSync(kept, text)
  writeFileSync(manifest, `${JSON.stringify(packed, null, 2)}\n`)
}
