// Run by `npm version` between the new number and its commit: date what is unreleased in CHANGELOG.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { releaseChangelog } from './changelog.mjs'

const file = new URL('../CHANGELOG.md', import.meta.url)
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const date = new Date().toISOString().slice(0, 10)
writeFileSync(file, releaseChangelog(readFileSync(file, 'utf8'), version, date))
