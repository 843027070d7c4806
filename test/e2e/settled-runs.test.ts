import { cp, mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import type { Outcome } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { root } from '../../scripts/set-up.mjs'
import { freshSandbox, haimakerAt } from '../support/fresh.ts'
import { opgen, opgenProgram, place, succeeds, textOf, writeManifest } from '../support/opgen.ts'

const MANIFEST = haimakerAt('https://llm.example/v1')
/** Node itself tells then which files it loads. */
const WATCHED = { OPGEN_KEY_HAIMAKER: 'test-key-haimaker', NODE_DEBUG: 'module' }
const NOTHING = 'Nothing to change.\n'

function apply(sandbox: Sandbox, program = opgenProgram): Promise<Outcome> {
  return succeeds(
    runCommand(process.execPath, [program, 'apply'], {
      folder: sandbox.work,
      environment: { ...sandbox.environment, ...WATCHED },
      // What waits for a writer would wait for ever.
      patience: 20_000,
    }),
  )
}

/** Whether it was told without the rest of the program that there is nothing to do. */
function isShort({ stdout, stderr }: Outcome): boolean {
  expect(stderr).toContain('opgen.cjs')
  return stdout === NOTHING && !stderr.includes('program.cjs')
}

function recordsOf(sandbox: Sandbox): string {
  return join(sandbox.home, '.cache', 'opgen', 'settled')
}

async function appliedSandbox(): Promise<Sandbox> {
  const sandbox = await freshSandbox()
  await writeManifest(sandbox, MANIFEST)
  expect(isShort(await apply(sandbox))).toBe(false)
  return sandbox
}

describe('where nothing has changed since, apply', () => {
  test('tells so without the rest of the program, and runs again once something has', async () => {
    const sandbox = await appliedSandbox()
    expect(isShort(await apply(sandbox))).toBe(true)
    await writeManifest(sandbox, MANIFEST.replace('llm.example', 'other.example'))
    const environment = { ...WATCHED, OPGEN_KEY_HAIMAKER: 'test-key-rotated' }
    const moved = await opgen(sandbox, ['apply'], { environment })
    expect(moved.stderr).toContain('program.cjs')
    expect(moved.stdout).not.toBe(NOTHING)
  })

  test('runs once for an opgen that is installed elsewhere, whose presets may be others', async () => {
    const sandbox = await appliedSandbox()
    const elsewhere = join(sandbox.folder, 'elsewhere')
    for (const part of ['dist', 'templates', 'package.json']) {
      await cp(join(root, part), join(elsewhere, part), { recursive: true })
    }
    const program = join(elsewhere, 'dist', 'opgen.cjs')
    expect(isShort(await apply(sandbox, program))).toBe(false)
    expect(isShort(await apply(sandbox, program))).toBe(true)
    expect(isShort(await apply(sandbox))).toBe(true)
  })

  test('reads a manifest that comes through a pipe each time', async () => {
    const sandbox = await freshSandbox()
    const ids = ['first', 'second', 'third']
    for (const [index, id] of ids.entries()) {
      const block = `{ baseURL: https://llm.example/v1, models: [m] }`
      const text = `version: 1\nproviders:\n  ${id}: ${block}\n`
      await writeFile(join(sandbox.work, 'text'), text)
      const script =
        'rm -f pipe; mkfifo pipe; cat text > pipe & exec "$0" "$1" apply --manifest pipe'
      const outcome = await runCommand('sh', ['-c', script, process.execPath, opgenProgram], {
        folder: sandbox.work,
        environment: {
          ...sandbox.environment,
          ...Object.fromEntries(ids.map((each) => [`OPGEN_KEY_${each.toUpperCase()}`, 'test-key'])),
        },
        patience: 20_000,
      })
      expect(outcome).toMatchObject({ status: 0 })
      const config = await textOf(join(sandbox.configFolder, 'opencode.jsonc'))
      expect(config).toContain(`"${id}"`)
      expect(config?.includes(`"${ids[index - 1]}"`)).toBe(false)
    }
  })
})

describe('the records of runs', () => {
  test('are not kept behind a link, where other files may stand', async () => {
    const sandbox = await freshSandbox()
    await writeManifest(sandbox, MANIFEST)
    const theirs = join(sandbox.home, 'theirs')
    const file = join(theirs, '0123456789abcdef.json')
    await place(file, 'not a record')
    await mkdir(join(recordsOf(sandbox), '..'), { recursive: true })
    await symlink(theirs, recordsOf(sandbox))
    for (let run = 0; run < 3; run += 1) expect(isShort(await apply(sandbox))).toBe(false)
    await succeeds(opgen(sandbox, ['destroy']))
    expect(await readdir(theirs)).toEqual(['0123456789abcdef.json'])
    expect(await readFile(file, 'utf8')).toBe('not a record')
  })

  test('are files: nothing waits for what stands in the place of one', async () => {
    const sandbox = await appliedSandbox()
    const [name = ''] = await readdir(recordsOf(sandbox))
    const record = join(recordsOf(sandbox), name)
    await rm(record)
    await succeeds(runCommand('mkfifo', [record]))
    expect(isShort(await apply(sandbox))).toBe(false)
    await rm(record, { force: true })
    await mkdir(record)
    expect(isShort(await apply(sandbox))).toBe(false)
  })

  test('go when opgen takes out what it wrote', async () => {
    const sandbox = await appliedSandbox()
    expect(await readdir(recordsOf(sandbox))).toHaveLength(1)
    await succeeds(opgen(sandbox, ['destroy']))
    expect(await readdir(join(sandbox.home, '.cache')).catch(() => [])).not.toContain('opgen')
  })
})
