import { readdirSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { run } from '../../src/cli/run.ts'
import { fromPointer } from '../../src/core/json.ts'
import {
  CONFIG_FILES,
  fixtureNames,
  importedIds,
  readFixture,
  secretsOf,
} from '../support/import-fixtures.ts'
import type { ImportFixture } from '../support/import-fixtures.ts'
import { outlineAt, outlineOf } from '../support/json-outline.ts'
import { leaks } from '../support/leaks.ts'
import { IMPORT_PLACES, worldOfFixture } from '../support/import-world.ts'
import type { MemoryWorld } from '../support/memory-system.ts'
import { memoryTerminal } from '../support/memory-terminal.ts'
import { MANIFEST } from '../support/run-opgen.ts'
import { differenceBeside } from '../support/taken-out.ts'
import type { Moves } from '../support/taken-out.ts'

/*
 * The laws of `opgen import`, for setups as people have them (test/support/import-fixtures.ts): the manifest says
 * what stands there, so that applying it changes nothing but keys that move, and taking out what opgen wrote
 * leaves what was there.
 */
describe.each(fixtureNames())('%s', (name) => {
  const fixture = readFixture(name)
  let story: Story
  beforeAll(async () => {
    story = await tell(fixture)
  })

  test('becomes the manifest that was written down, and is told of as was', async () => {
    const expected = path.join(fixture.folder, 'expected')
    const { printed, manifest } = story
    const wanted: Texts = {
      'output.txt': printed,
      ...(manifest !== undefined && { 'providers.yaml': manifest }),
    }
    for (const [file, text] of Object.entries(wanted)) {
      await expect(text).toMatchFileSnapshot(path.join(expected, file))
    }
    expect(readdirSync(expected).toSorted()).toEqual(Object.keys(wanted))
  })

  test('has all blocks in the manifest but those that are left alone', () => {
    expect(idsOf(story.manifest)).toEqual(importedIds(fixture))
  })

  test('shows no key, neither in the manifest nor in what is printed', () => {
    const shown = story.dryRun.printed + story.printed + (story.manifest ?? '')
    expect(secretsOf(fixture).filter((secret) => leaks(shown, secret))).toEqual([])
  })

  test('has its moved keys in the keychain, and no others', () => {
    expect(story.keychain).toEqual({ ...fixture.keychain, ...storedKeys(fixture) })
  })

  test('is shown by a dry run, which writes nothing', () => {
    const { before, after, printed } = story.dryRun
    expect(after).toEqual(before)
    expect(printed).toContain(story.manifest ?? '')
  })

  test('is not touched by the import', () => {
    expect(story.imported).toEqual(fixture.files)
  })

  test('is what its manifest wants, but for keys that move', () => {
    if (story.manifest === undefined) return
    expect(story.codes).toMatchObject({ import: 0, check: 0, apply: 0, 'plan --check': 0 })
    expect(changesOf(fixture, story.applied)).toEqual([])
    expect(story.again).toBe('Nothing to change.\n')
  })

  test('is as it was, but for keys that moved, when all is taken out again', () => {
    if (story.manifest === undefined) return
    expect(story.codes['destroy']).toBe(0)
    expect(changesOf(withoutReferences(fixture), story.destroyed)).toEqual([])
    expect(story.destroyed['auth.json']).toBe(fixture.files['auth.json'])
  })
})

interface Story {
  /** All that was printed, in the order of the commands, but for the dry run. */
  readonly printed: string
  readonly dryRun: { readonly before: Look; readonly after: Look; readonly printed: string }
  /** Undefined where there is nothing to import. */
  readonly manifest: string | undefined
  /** What was in the keychain after the import. */
  readonly keychain: Readonly<Record<string, string>>
  /** OpenCode's files after the commands. */
  readonly imported: Texts
  readonly applied: Texts
  readonly destroyed: Texts
  readonly codes: Readonly<Record<string, number>>
  /** What the second `apply` printed. */
  readonly again: string
}

/** OpenCode's files by name. */
type Texts = Readonly<Record<string, string>>

/** Import a setup, apply the manifest twice, and take out all that was written. */
async function tell(fixture: ImportFixture): Promise<Story> {
  const world = worldOfFixture(fixture)
  let printed = ''
  const codes: Record<string, number> = {}
  const opgen = async (name: string, line = name): Promise<string> => {
    const terminal = memoryTerminal()
    codes[name] = await run(line.split(' '), world.system, terminal)
    printed += `$ opgen ${line}\n${terminal.text()}[exit ${codes[name]}]\n\n`
    return terminal.stdout()
  }
  const before = lookAt(world)
  const dryRun = { before, printed: await opgen('import --dry-run'), after: lookAt(world) }
  printed = ''
  await opgen('import')
  const manifest = world.read(MANIFEST)
  const keychain = Object.fromEntries(world.keychain)
  const imported = textsOf(world)
  if (manifest !== undefined) {
    await opgen('check')
    await opgen('apply', ['apply', ...fixture.applyWords].join(' '))
  }
  const applied = textsOf(world)
  const again = manifest === undefined ? '' : await opgen('again', 'apply')
  if (manifest !== undefined) {
    await opgen('plan --check')
    await opgen('destroy')
  }
  const destroyed = textsOf(world)
  return { printed, dryRun, manifest, keychain, imported, applied, destroyed, codes, again }
}

function textsOf({ files }: MemoryWorld): Texts {
  const found = IMPORT_PLACES.flatMap(([name, file]) => {
    const text = files.get(file)?.text
    return text === undefined ? [] : [[name, text] as const]
  })
  return Object.fromEntries(found)
}

/** All that a command could have changed. */
interface Look {
  readonly files: MemoryWorld['files']
  readonly keychain: ReadonlyMap<string, string>
}

function lookAt({ files, keychain }: MemoryWorld): Look {
  return { files: new Map(files), keychain: new Map(keychain) }
}

function idsOf(manifest: string | undefined): readonly string[] {
  if (manifest === undefined) return []
  const { providers }: { readonly providers: object } = parse(manifest)
  return Object.keys(providers).toSorted()
}

/** The keys that are in the keychain after the import, by service and account. */
function storedKeys({ files, moved }: ImportFixture): Readonly<Record<string, string>> {
  const stored = moved.flatMap(({ file, pointer, account }) => {
    if (account === undefined) return []
    const found = outlineAt(outlineOf(files[file] ?? '{}'), fromPointer(pointer))
    const text = found?.kind === 'plain' ? String(found.value) : ''
    return [[`opgen/${account}`, text.trim().replace(/^Bearer /, '')] as const]
  })
  return Object.fromEntries(stored)
}

/** With no place any more for the references that opgen took away. */
function withoutReferences(fixture: ImportFixture): ImportFixture {
  return { ...fixture, moved: fixture.moved.map((key) => ({ ...key, replaced: false })) }
}

/** What is different in OpenCode's configuration beside keys that moved. */
function changesOf({ files, moved }: ImportFixture, now: Texts): readonly string[] {
  return CONFIG_FILES.flatMap((name) => {
    const [before, after] = [files[name], now[name]]
    if (before === after) return []
    if (before === undefined || after === undefined) return [`${name}: it was made, or is gone`]
    const here = moved.filter(({ file }) => file === name)
    const moves: Moves = {
      gone: here.filter(({ replaced }) => replaced !== true).map(({ pointer }) => pointer),
      replaced: here.filter(({ replaced }) => replaced === true).map(({ pointer }) => pointer),
    }
    return differenceBeside(before, after, moves).map((complaint) => `${name}: ${complaint}`)
  })
}
