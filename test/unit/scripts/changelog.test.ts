import { describe, expect, test } from 'vitest'
import { releaseChangelog, releaseNotes, sectionOf } from '../../../scripts/changelog.mjs'
import { readDocument } from '../docs/markdown.ts'

const FIRST = `# Changelog

## [Unreleased]

### Added

- A thing.
`

describe('a release', () => {
  const first = releaseChangelog(FIRST, '0.1.0', '2026-11-23')

  test('dates what was unreleased, and leaves an empty place for what comes', () => {
    expect(first).toBe(`# Changelog

## [Unreleased]

## [0.1.0] - 2026-11-23

### Added

- A thing.
`)
    expect(sectionOf(first, 'Unreleased')).toBe('')
    expect(sectionOf(first, '0.1.0')).toBe('### Added\n\n- A thing.')
  })

  test('is not made twice, of nothing, or without a place for it', () => {
    expect(() => releaseChangelog(first, '0.1.0', '2026-11-24')).toThrow(
      'section for 0.1.0 already',
    )
    expect(() => releaseChangelog(first, '0.2.0', '2026-11-24')).toThrow('nothing unreleased')
    expect(() => releaseChangelog('# Changelog\n', '0.1.0', '2026-11-24')).toThrow('has no "##')
  })

  test('has notes where tag, version and changelog agree', () => {
    const notes = releaseNotes({ tag: 'v0.1.0', version: '0.1.0', changelog: first })
    expect(notes).toBe('### Added\n\n- A thing.\n')
    expect(() => releaseNotes({ tag: 'v0.2.0', version: '0.1.0', changelog: first })).toThrow(
      'the tag is v0.2.0, and package.json says 0.1.0',
    )
    expect(() => releaseNotes({ tag: 'v0.1.0', version: '0.1.0', changelog: FIRST })).toThrow(
      'says nothing of 0.1.0',
    )
  })

  test('can be made of the changelog of this repository', () => {
    const changelog = readDocument('CHANGELOG.md')
    const released = releaseChangelog(changelog, '99.0.0', '2099-01-01')
    expect(sectionOf(released, '99.0.0')).toBe(sectionOf(changelog, 'Unreleased'))
  })
})
