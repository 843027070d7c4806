// CHANGELOG.md in the form of Keep a Changelog. Pure: texts in, texts out.

const UNRELEASED = '## [Unreleased]'

/**
 * Move what is unreleased to a version of its own; an empty `Unreleased` stays on top.
 *
 * @param {string} changelog
 * @param {string} version
 * @param {string} date `YYYY-MM-DD`
 * @returns {string}
 */
export function releaseChangelog(changelog, version, date) {
  if (sectionOf(changelog, version) !== undefined) {
    throw new Error(`CHANGELOG.md has a section for ${version} already`)
  }
  const unreleased = sectionOf(changelog, 'Unreleased')
  if (unreleased === undefined) throw new Error(`CHANGELOG.md has no "${UNRELEASED}"`)
  if (unreleased === '') throw new Error('CHANGELOG.md has nothing unreleased')
  return changelog.replace(`${UNRELEASED}\n`, `${UNRELEASED}\n\n## [${version}] - ${date}\n`)
}

/**
 * What the changelog says of a version, without its heading; undefined: nothing.
 *
 * @param {string} changelog
 * @param {string} version
 * @returns {string | undefined}
 */
export function sectionOf(changelog, version) {
  const lines = changelog.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`## [${version}]`))
  if (start < 0) return undefined
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('## '))
  const end = length < 0 ? lines.length : start + 1 + length
  return lines
    .slice(start + 1, end)
    .join('\n')
    .trim()
}

/**
 * The notes of a release. Throws where tag, version and changelog do not agree.
 *
 * @param {{ readonly tag: string, readonly version: string, readonly changelog: string }} release
 * @returns {string}
 */
export function releaseNotes({ tag, version, changelog }) {
  if (tag !== `v${version}`) throw new Error(`the tag is ${tag}, and package.json says ${version}`)
  const notes = sectionOf(changelog, version)
  if (notes === undefined || notes === '') {
    throw new Error(`CHANGELOG.md says nothing of ${version}; \`npm version\` writes that`)
  }
  return `${notes}\n`
}
