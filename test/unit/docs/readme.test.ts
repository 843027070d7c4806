import { expect, test } from 'vitest'
import { ExitCode } from '../../../src/cli/exit-code.ts'
import { leaves } from '../../support/doc-commands.ts'
import { COMMAND_NOTES } from '../../support/doc-command-notes.ts'
import { firstCells, readDocument } from './markdown.ts'

test('the README names every command once among its tasks, and no other', () => {
  const readme = readDocument('README.md')
  const section = readme.slice(readme.indexOf('\n## Commands')).split('\n## ')[1] ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('| '))
  const named = rows.flatMap((row) =>
    [...row.matchAll(/`opgen ([a-z ]+)`/g)].map((match) => match[1] ?? ''),
  )
  expect(named.toSorted()).toEqual(leaves.map(({ name }) => name).toSorted())
})

test('the page of commands has every exit code', () => {
  const page = readDocument('docs/commands.md')
  const section = page.slice(page.indexOf('\n## Exit codes'), page.indexOf('\n## Each command'))
  const listed = firstCells(section).filter((cell) => /^\d+$/.test(cell))
  expect(listed.map(Number)).toEqual(Object.values(ExitCode))
})

test('what is said of a command is of one that there is', () => {
  const names = new Set(leaves.map(({ name }) => name))
  expect(Object.keys(COMMAND_NOTES).filter((name) => !names.has(name))).toEqual([])
})
