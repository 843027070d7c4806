// `npm run --silent release:notes -- TAG`: print what CHANGELOG.md says of the version that the tag names.
// Fails where the tag is not that of package.json, or where the changelog does not know the version.
import { readFileSync } from 'node:fs'
import { messageOf } from './command.mjs'
import { releaseNotes } from './changelog.mjs'

const read = (/** @type {string} */ name) =>
  readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')

try {
  const { version } = JSON.parse(read('package.json'))
  const tag = process.argv[2] ?? ''
  process.stdout.write(releaseNotes({ tag, version, changelog: read('CHANGELOG.md') }))
} catch (error) {
  console.error(`release: ${messageOf(error)}`)
  process.exitCode = 1
}
