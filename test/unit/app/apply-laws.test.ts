import fc from 'fast-check'
import { parse, printParseErrorCode } from 'jsonc-parser'
import type { ParseError } from 'jsonc-parser'
import { describe, expect, test } from 'vitest'
import { run } from '../../../src/cli/run.ts'
import { HOME, memoryWorld } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { packageTemplates } from '../../support/package-templates.ts'

const MANIFEST = `${HOME}/dotfiles/providers.yaml`
const CONFIG = `${HOME}/.config/opencode/opencode.jsonc`
const AUTH = `${HOME}/.local/share/opencode/auth.json`
const templates = packageTemplates()

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
interface JsonObject {
  [key: string]: Json
}

/* Manifests: any subset of four providers, in any order, with any models and a few options. */

const modelId = fc.constantFrom('a', 'b/c', 'd:30b', 'e@1', 'f')
const model = fc.record(
  { name: fc.constantFrom('One', 'Two'), reasoning: fc.boolean(), tool_call: fc.boolean() },
  { requiredKeys: [] },
)
const provider = fc.record(
  {
    name: fc.constantFrom('Mine', 'Yours'),
    options: fc.record(
      { timeout: fc.constantFrom(1000, 2000), headers: fc.constant({ 'X-Team': 'a' }) },
      { requiredKeys: [] },
    ),
    whitelist: fc.constantFrom(['a'], ['a', 'f']),
    models: fc.dictionary(modelId, model, { minKeys: 1, maxKeys: 4 }),
  },
  { requiredKeys: ['models'] },
)
const manifest = fc
  .record({
    providers: fc.dictionary(fc.constantFrom('one', 'two', 'three', 'four'), provider, {
      maxKeys: 4,
    }),
    model: fc.option(fc.constant('elsewhere/x'), { nil: undefined }),
  })
  .map(({ providers, model: chosen }) =>
    JSON.stringify({
      version: 1,
      ...(chosen === undefined ? {} : { model: chosen }),
      providers: Object.fromEntries(
        Object.entries(providers).map(([id, fields]) => [
          id,
          { ...fields, baseURL: `https://${id}.example/v1`, key: { env: 'SOME_KEY' } },
        ]),
      ),
    }),
  )

/* Files as people have them: foreign members in several styles, with comments. */

const foreignConfig = fc.record(
  {
    $schema: fc.constant('https://opencode.ai/config.json'),
    theme: fc.constantFrom('system', 'dark'),
    provider: fc.dictionary(
      fc.constantFrom('corp', 'lab', 'toString'),
      fc.record({
        options: fc.constant({ baseURL: 'https://x.example' }),
        models: fc.constant({ m: {} }),
      }),
      { maxKeys: 3 },
    ),
    mcp: fc.constant({ files: { type: 'local', command: ['files-mcp', '--all'] } }),
    enabled_providers: fc.subarray(['corp', 'anthropic', 'openai'], { minLength: 1 }),
  },
  { requiredKeys: [] },
)
const foreignAuth = fc.dictionary(
  fc.constantFrom('anthropic', 'corp', 'odd id'),
  fc.oneof(
    fc.constant({ type: 'api', key: 'test-key-foreign' }),
    fc.constant({ type: 'oauth', refresh: 'r', access: 'a', expires: 5 }),
  ),
  { maxKeys: 3 },
)

const style = fc.record({
  indent: fc.constantFrom('', '  ', '    ', '\t'),
  eol: fc.constantFrom('\n', '\r\n'),
  comments: fc.boolean(),
  trailingCommas: fc.boolean(),
  bom: fc.boolean(),
  ending: fc.constantFrom('', '\n', '\n// vim: ts=2\n'),
})
type Style = typeof style extends fc.Arbitrary<infer T> ? T : never

/** Print as a person with this style would. */
function print(value: Json, { indent, eol, comments, trailingCommas, bom, ending }: Style): string {
  let text = JSON.stringify(value, null, indent)
  if (indent !== '' && trailingCommas) text = text.replaceAll(/([^,{[\s])\n(\s*[}\]])/g, '$1,\n$2')
  if (indent !== '' && comments) {
    text = text
      .replaceAll(/,\n/g, ', // note\n')
      .replaceAll(/\{\n(\s*)/g, '{\n$1/* first */\n$1')
      .replaceAll(/\n(\s*)\}/g, '\n$1// BEGIN { "x": 1, }\n$1}')
  }
  const lines = (text + ending).replaceAll('\n', eol)
  return bom ? `\uFEFF${lines}` : lines
}

const config = fc
  .tuple(foreignConfig, style)
  // Only JSON, though its literal types are narrower.
  .map(([value, how]) => print(value as Json, how))
const auth = foreignAuth.map((value) => JSON.stringify(value, null, 2))

function read(text: string | undefined): JsonObject {
  if (text === undefined) return {}
  const errors: ParseError[] = []
  const value: unknown = parse(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true })
  expect(errors.map(({ error }) => printParseErrorCode(error))).toEqual([])
  // The parser's "any", and every text here is an object.
  return value as JsonObject
}

/** Whether everything in `small` is in `large` too, with the same values. */
function contains(large: Json | undefined, small: Json): boolean {
  if (Array.isArray(small)) {
    return (
      Array.isArray(large) &&
      small.every((element) => large.some((other) => contains(other, element)))
    )
  }
  if (typeof small !== 'object' || small === null) return large === small
  if (typeof large !== 'object' || large === null || Array.isArray(large)) return false
  return Object.entries(small).every(
    ([key, value]) => Object.hasOwn(large, key) && contains(large[key], value),
  )
}

function world(files: Readonly<Record<string, string | undefined>>): MemoryWorld {
  const given = Object.entries(files).flatMap(([file, text]) =>
    text === undefined ? [] : [[file, text]],
  )
  return memoryWorld({
    files: { ...templates, ...Object.fromEntries(given) },
    env: { SOME_KEY: 'test-key-some' },
  })
}

async function apply(
  given: MemoryWorld,
  text: string,
  ...flags: readonly string[]
): Promise<number> {
  given.write(MANIFEST, text)
  const terminal = memoryTerminal()
  const code = await run(['apply', ...flags], given.system, terminal)
  expect(terminal.text()).not.toContain('test-key')
  return code
}

const RUNS = { numRuns: 100 * Number(process.env['OPGEN_FUZZ'] ?? 1) }
const NOTHING = JSON.stringify({ version: 1, providers: {} })

describe('for any manifests and any files of others', () => {
  const anyConfig = fc.option(config, { nil: undefined })
  const anyAuth = fc.option(auth, { nil: undefined })

  test('an apply loses nothing, and a second one changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(manifest, anyConfig, anyAuth, async (text, configText, authText) => {
        const given = world({ [CONFIG]: configText, [AUTH]: authText })
        expect(await apply(given, text)).toBe(0)
        expect(contains(read(given.read(CONFIG)), read(configText))).toBe(true)
        expect(contains(read(given.read(AUTH)), read(authText))).toBe(true)
        const wanted: { readonly providers: JsonObject } = JSON.parse(text)
        const ids = Object.keys(wanted.providers)
        const blocks = read(given.read(CONFIG))['provider'] ?? {}
        expect(Object.keys(blocks)).toEqual(expect.arrayContaining(ids))
        expect(Object.keys(read(given.read(AUTH)))).toEqual(expect.arrayContaining(ids))

        const before = new Map(given.files)
        expect(await apply(given, text)).toBe(0)
        before.delete(MANIFEST)
        const after = new Map(given.files)
        after.delete(MANIFEST)
        expect(after).toEqual(before)
      }),
      RUNS,
    )
  })

  test('a row of manifests that ends with an empty one leaves the bytes that were there before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(manifest, { minLength: 1, maxLength: 3 }),
        anyConfig,
        anyAuth,
        async (texts, configText, authText) => {
          const given = world({ [CONFIG]: configText, [AUTH]: authText })
          for (const text of texts) expect(await apply(given, text)).toBe(0)
          expect(await apply(given, NOTHING)).toBe(0)
          expect(given.read(CONFIG)).toBe(configText)
          expect(given.read(AUTH)).toBe(authText)
        },
      ),
      RUNS,
    )
  })

  test('the order of the applies does not matter: the last manifest decides the values', async () => {
    await fc.assert(
      fc.asyncProperty(manifest, manifest, anyConfig, async (first, last, configText) => {
        const detour = world({ [CONFIG]: configText })
        expect(await apply(detour, first)).toBe(0)
        expect(await apply(detour, last)).toBe(0)
        const direct = world({ [CONFIG]: configText })
        expect(await apply(direct, last)).toBe(0)
        expect(sorted(read(detour.read(CONFIG)))).toEqual(sorted(read(direct.read(CONFIG))))
        expect(read(detour.read(AUTH))).toEqual(read(direct.read(AUTH)))
      }),
      RUNS,
    )
  })

  test('what somebody writes between two applies is never lost without being asked for', async () => {
    await fc.assert(
      fc.asyncProperty(manifest, manifest, foreignEdit, async (first, last, edit) => {
        const given = world({})
        expect(await apply(given, first)).toBe(0)
        const edited = edit(read(given.read(CONFIG)))
        given.write(CONFIG, JSON.stringify(edited.value, null, 2))
        const before = new Map(given.files)
        const code = await apply(given, last)
        if (code === 3) {
          before.set(MANIFEST, given.files.get(MANIFEST) ?? fail())
          expect(new Map(given.files)).toEqual(before)
          expect(await apply(given, last, '--keep')).toBe(0)
        }
        expect(contains(read(given.read(CONFIG)), edited.foreign)).toBe(true)
        expect(await apply(given, last, '--force')).toBe(0)
        expect(await apply(given, last)).toBe(0)
      }),
      RUNS,
    )
  })
})

function fail(): never {
  throw new Error('the manifest is not there')
}

/** Set-like lists without their order. */
function sorted(value: JsonObject): JsonObject {
  const list = value['enabled_providers']
  return Array.isArray(list) ? { ...value, enabled_providers: list.toSorted() } : value
}

/** What a person may do to a managed block: the file afterwards, and what in it is theirs. */
type ForeignEdit = (config: JsonObject) => {
  readonly value: JsonObject
  readonly foreign: JsonObject
}

const foreignEdit: fc.Arbitrary<ForeignEdit> = fc
  .tuple(
    fc.constantFrom('one', 'two', 'three', 'four'),
    fc.constantFrom<readonly [string, Json]>(
      ['note', 'mine'],
      ['name', 'Renamed by hand'],
      ['whitelist', ['mine']],
      ['models', { mine: { name: 'Mine' } }],
      ['options', { mine: true }],
      ['npm', '@ai-sdk/mine'],
    ),
  )
  .map(([id, [field, theirs]]) => (value) => {
    const blocks = asObject(value['provider'])
    const block = asObject(blocks[id])
    const isObject = typeof theirs === 'object' && theirs !== null && !Array.isArray(theirs)
    const now: Json = isObject ? { ...asObject(block[field]), ...theirs } : theirs
    return {
      value: { ...value, provider: { ...blocks, [id]: { ...block, [field]: now } } },
      foreign: { provider: { [id]: { [field]: theirs } } },
    }
  })

function asObject(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}
