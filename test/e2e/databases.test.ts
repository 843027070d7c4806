import { mkdir, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { openCodeProgram } from '../../scripts/set-up.mjs'
import { readDatabase } from '../../src/system/opencode-database.ts'
import { freshSandbox } from '../support/fresh.ts'
import { openCode } from '../support/opencode.ts'
import { opgen } from '../support/opgen.ts'
import { need } from '../support/tools.ts'

function databaseOf({ authFile }: Sandbox): string {
  return join(dirname(authFile), 'opencode.db')
}

/** Run statements by the SQLite in OpenCode, which leaves what it wrote in the log. */
async function change(sandbox: Sandbox, statements: readonly string[]): Promise<void> {
  const file = databaseOf(sandbox)
  await mkdir(dirname(file), { recursive: true })
  const script = join(sandbox.work, 'change.ts')
  const text = `import { Database } from 'bun:sqlite'
const database = new Database(${JSON.stringify(file)}, { create: true })
for (const one of ['PRAGMA journal_mode = WAL', ...${JSON.stringify(statements)}]) database.run(one)
process.exit(0)
`
  await writeFile(script, text)
  const { status, stderr } = await runCommand(openCodeProgram, ['run', script], {
    folder: sandbox.work,
    environment: { ...sandbox.environment, BUN_BE_BUN: '1' },
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
}

const tools = await need('opencode')
describe.skipIf(tools.skip)(`OpenCode's database${tools.note}`, () => {
  test('is read as OpenCode and SQLite leave it', async () => {
    const sandbox = await freshSandbox()
    await openCode(sandbox, ['models'])
    const made = readDatabase(databaseOf(sandbox))
    expect(made?.tables).toEqual(expect.arrayContaining(['credential', 'migration', 'session']))
    expect(made?.credentials).toEqual([])

    const columns = 'id, integration_id, label, value, active, time_created, time_updated'
    const value = `{"type":"oauth","access":"${'x'.repeat(20_000)}"}`
    await change(sandbox, [
      `INSERT INTO credential (${columns}) VALUES ('1', 'acme', 'default', '${value}', 1, 0, 0)`,
      `INSERT INTO credential (${columns}) VALUES ('2', 'acme', 'old', '${value}', 0, 0, 0)`,
      `INSERT INTO credential (${columns}) VALUES ('3', 'beta', 'default', '{}', NULL, 0, 0)`,
    ])
    expect(readDatabase(databaseOf(sandbox))).toEqual({
      tables: made?.tables,
      credentials: [
        { id: 'acme', label: 'default', isActive: true },
        { id: 'acme', label: 'old', isActive: false },
        { id: 'beta', label: 'default', isActive: true },
      ],
    })
  })

  test('stops OpenCode 1 when OpenCode 2 has made it, as doctor says, until it has another', async () => {
    const sandbox = await freshSandbox()
    await change(sandbox, ['CREATE TABLE session_v2 (id text)'])
    const { status, stderr } = await openCode(sandbox, ['auth', 'list'])
    expect(status).toBe(1)
    expect(stderr).toContain('Database is not empty and has no session table')

    const environment = { PATH: await pathWith1(sandbox) }
    const told = await opgen(sandbox, ['doctor', '--json'], { environment })
    expect(told.stdout).toContain('"database-of-2"')

    const other = await openCode(sandbox, ['auth', 'list'], { OPENCODE_DB: 'opencode-1.db' })
    expect(other.status).toBe(0)
  })
})

/** The sandbox's PATH with an OpenCode 1 on it. */
async function pathWith1({ folder, environment }: Sandbox): Promise<string> {
  const bin = join(folder, 'bin')
  await mkdir(bin)
  await writeFile(join(bin, 'opencode'), '#!/bin/sh\necho 1.18.33\n', { mode: 0o755 })
  return [bin, environment['PATH']].join(delimiter)
}
