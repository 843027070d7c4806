import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromPointer, isJsonObject } from '../../../src/core/json.ts'
import type { JsonObject, JsonValue, Path } from '../../../src/core/json.ts'
import { mergeOver } from '../../../src/core/merge-json.ts'
import { anySetup, MARK } from '../../support/odd-setups.ts'
import type { Setup } from '../../support/odd-setups.ts'
import { commentsIn, outlineAt, outlineOf, valueIn } from '../../support/json-outline.ts'
import type { Outline } from '../../support/json-outline.ts'
import { HOME, memoryWorld } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { choicesFrom } from '../../support/odd-text.ts'
import { packageTemplates } from '../../support/package-templates.ts'
import { trusting } from '../../support/trusting.ts'
import { AUTH, MANIFEST, opgen } from '../../support/run-opgen.ts'
import type { Outcome } from '../../support/run-opgen.ts'

const templates = packageTemplates()
const GIT = { [`${HOME}/dotfiles/.git/HEAD`]: 'ref: refs/heads/main\n' }
const FOLDER = `${HOME}/.config/opencode`

const TIMES = Number(process.env['OPGEN_FUZZ'] ?? 1)
const RUNS = { numRuns: 60 * TIMES }
const PATIENCE = { timeout: 60_000 * TIMES }

const setup = fc
  .uint8Array({ minLength: 0, maxLength: 600, size: 'max' })
  .map((numbers) => anySetup(choicesFrom(numbers)))

function worldOf({ config, auth }: Setup): MemoryWorld {
  const named = Object.entries(config).map(([name, text]) => [`${FOLDER}/${name}`, text] as const)
  const files = [...named, [AUTH, auth] as const].flatMap(([file, text]) =>
    text === undefined ? [] : [[file, text] as const],
  )
  return memoryWorld({ files: { ...templates, ...GIT, ...Object.fromEntries(files) } })
}

/** Run a command; it may refuse, but neither break down nor tell of a key. */
async function run(world: MemoryWorld, line: string): Promise<Outcome> {
  const outcome = await opgen(world, line)
  expect(outcome.out + outcome.err).not.toContain(MARK)
  expect([0, 1, 3, 65]).toContain(outcome.code)
  return outcome
}

interface ImportJson {
  readonly error?: { readonly code: string }
  readonly providers: readonly { readonly id: string }[]
  readonly left: readonly { readonly id: string }[]
  readonly stays: readonly { readonly pointer: string }[]
  readonly moved: readonly { readonly file: string; readonly pointer: string }[]
}

/** Import; undefined where there is nothing to import. */
async function runImport(world: MemoryWorld): Promise<ImportJson | undefined> {
  const { out } = await run(world, 'import --json')
  const json: ImportJson = JSON.parse(out)
  const manifest = world.read(MANIFEST)
  const failed = json.error?.code
  expect({ failed, manifest }).toEqual({
    failed: manifest === undefined ? 'nothing-to-import' : undefined,
    manifest,
  })
  expect(manifest ?? '').not.toContain(MARK)
  return failed === undefined ? json : undefined
}

/** Everything is in what the manifest comes to, or is told of. */
async function expectTold(world: MemoryWorld, json: ImportJson): Promise<void> {
  const texts = ['config.json', 'opencode.json', 'opencode.jsonc'].map(
    (name) => world.read(`${FOLDER}/${name}`) ?? '{}',
  )
  const config = texts.map((text) => objectIn(text)).reduce(mergeOver, {})
  const { provider } = config
  const blocks = isJsonObject(provider) ? provider : {}
  const told = [...json.providers, ...json.left].map(({ id }) => id)
  expect(told.toSorted()).toEqual(Object.keys(blocks).toSorted())
  const elsewhere = [...json.stays, ...json.moved].map(({ pointer }) => fromPointer(pointer))
  const { files }: RenderJson = JSON.parse((await run(world, 'render --json')).out)
  const rendered = files.find(({ path }) => path.endsWith('opencode.jsonc'))
  const wanted = rendered === undefined ? {} : objectIn(rendered.text)
  for (const { id } of json.providers) {
    const said = saidOf({ provider: { [id]: blocks[id] ?? null } }, elsewhere)
    expect(withoutSlashes(wanted)).toMatchObject(withoutSlashes(said))
  }
}

/** The value without what stands at these paths, what is empty without it, and a block's empty models. */
function saidOf(value: JsonObject, paths: readonly Path[]): JsonObject {
  const members = Object.entries(value).flatMap(([name, below]): [string, JsonValue][] => {
    const inside = paths.flatMap(([first, ...rest]) => (first === name ? [rest] : []))
    if (inside.some((path) => path.length === 0)) return []
    if (!isJsonObject(below)) return [[name, below]]
    const left = saidOf(below, inside)
    const isEmpty = Object.keys(left).length === 0
    return isEmpty && (name === 'models' || inside.length > 0) ? [] : [[name, left]]
  })
  return Object.fromEntries(members)
}

interface RenderJson {
  readonly files: readonly { readonly path: string; readonly text: string }[]
}

function objectIn(text: string): JsonObject {
  const value = valueIn(outlineOf(text))
  return isJsonObject(value) ? value : {}
}

/** As addresses are written: without a slash at their ends. */
function withoutSlashes(value: JsonValue): JsonObject {
  return JSON.parse(JSON.stringify(value).replaceAll(/\/+(?=")/g, ''))
}

/** Apply; no decision is needed but about where keys go, and about another login in auth.json. */
async function applied(world: MemoryWorld): Promise<void> {
  const trust = await trusting(world)
  const first = await run(world, `apply${trust}`)
  const others = [...first.err.matchAll(/^ {4}\/(\S+)\/(?:key|type) (?:holds another|is )/gm)]
  const force = others.map(([, id]) => ` --force ${id}`).join('')
  const { code, err } = force === '' ? first : await run(world, `apply${trust}${force}`)
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
}

function configOf({ files }: MemoryWorld): ReadonlyMap<string, string> {
  const config = [...files].filter(([file]) => file.startsWith(`${FOLDER}/`))
  return new Map(config.map(([file, { text }]) => [file, text]))
}

/** The value without what stands at these paths. */
function without(value: JsonValue, paths: readonly Path[]): JsonValue {
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, below]) => {
      const inside = paths.flatMap(([first, ...rest]) => (first === name ? [rest] : []))
      return inside.some((path) => path.length === 0) ? [] : [[name, without(below, inside)]]
    }),
  )
}

/** Whether a text that is no reference to a key file stands there. */
function isPlain(root: Outline, path: Path): boolean {
  const found = outlineAt(root, path)
  return found?.kind === 'plain' && !/\{file:/.test(String(found.value))
}

/** The bytes; of a file out of which keys have gone the values and the comments. */
function comparable(text: string, gone: readonly Path[]): unknown {
  if (gone.length === 0) return text
  const comments = commentsIn(text).map((comment) => comment.text)
  return { value: without(valueIn(outlineOf(text)), gone), comments }
}

function expectKept(
  before: ReadonlyMap<string, string>,
  world: MemoryWorld,
  moved: ImportJson['moved'],
): void {
  const gone = (file: string): readonly Path[] =>
    moved.flatMap((place) => (place.file === file ? [fromPointer(place.pointer)] : []))
  const all = (texts: ReadonlyMap<string, string>): readonly unknown[] =>
    [...texts].map(([file, text]) => [file, comparable(text, gone(file))])
  const after = configOf(world)
  expect(all(after)).toEqual(all(before))
  const left = [...after].flatMap(([file, text]) =>
    gone(file).filter((path) => isPlain(outlineOf(text), path)),
  )
  expect(left).toEqual([])
}

describe('for any setup that somebody made by hand', PATIENCE, () => {
  test('an import changes nothing of it, and an apply no more than the keys that move', async () => {
    await fc.assert(
      fc.asyncProperty(setup, async (given) => {
        const world = worldOf(given)
        const before = configOf(world)
        const json = await runImport(world)
        expect(configOf(world)).toEqual(before)
        expect(world.read(AUTH)).toBe(given.auth)
        if (json === undefined) return
        await expectTold(world, json)
        await applied(world)
        expectKept(before, world, json.moved)
        const out = (await run(world, 'apply')).out
        expect(out).toBe('Nothing to change.\n')
      }),
      RUNS,
    )
  })

  test('`destroy` leaves it as it was, but for the keys that moved', async () => {
    await fc.assert(
      fc.asyncProperty(setup, async (given) => {
        const world = worldOf(given)
        const before = configOf(world)
        const json = await runImport(world)
        if (json === undefined) return
        await applied(world)
        const { code } = await run(world, 'destroy')
        expect(code).toBe(0)
        expectKept(before, world, json.moved)
        // A key that moved is in the keychain.
        expect(json.moved.length === 0 ? world.read(AUTH) : given.auth).toBe(given.auth)
      }),
      RUNS,
    )
  })

  test('with --keep-keys no byte changes', async () => {
    await fc.assert(
      fc.asyncProperty(setup, async (given) => {
        const world = worldOf(given)
        const before = configOf(world)
        const { code } = await run(world, 'import --keep-keys')
        if (code !== 0) return
        expect([...world.keychain]).toEqual([])
        await applied(world)
        expect(configOf(world)).toEqual(before)
        expect(world.read(AUTH)).toBe(given.auth)
      }),
      RUNS,
    )
  })
})
