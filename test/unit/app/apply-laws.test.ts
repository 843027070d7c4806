import * as fc from 'fast-check'
import { parse, printParseErrorCode } from 'jsonc-parser'
import type { ParseError } from 'jsonc-parser'
import { describe, expect, test } from 'vitest'
import { run } from '../../../src/cli/run.ts'
import { auth, config, foreignEdit, manifest } from '../../support/arbitrary-worlds.ts'
import type { Json, JsonObject } from '../../support/arbitrary-worlds.ts'
import { memoryWorld } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { packageTemplates } from '../../support/package-templates.ts'
import { AUTH, CONFIG, keyFiles, MANIFEST } from '../../support/run-opgen.ts'
import { trusting } from '../../support/trusting.ts'

const KEY = 'test-key-some'
const templates = packageTemplates()

function read(text: string | undefined): JsonObject {
  if (text === undefined) return {}
  const errors: ParseError[] = []
  const value: unknown = parse(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true })
  expect(errors.map(({ error }) => printParseErrorCode(error))).toEqual([])
  if (typeof value !== 'object' || value === null) throw new Error('not an object')
  return { ...value }
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
    env: { SOME_KEY: KEY },
  })
}

async function apply(
  given: MemoryWorld,
  text: string,
  ...flags: readonly string[]
): Promise<number> {
  given.write(MANIFEST, text)
  const trust = (await trusting(given)).split(' ').filter((part) => part !== '')
  const terminal = memoryTerminal()
  const code = await run(['apply', ...flags, ...trust], given.system, terminal)
  expect(terminal.text()).not.toContain('test-key')
  return code
}

const RUNS = { numRuns: 30 * Number(process.env['OPGEN_FUZZ'] ?? 1) }
/** An answer for lists of the user's that become empty again, as they were at first. */
const EMPTY_LISTS = ['--force', '/enabled_providers'] as const

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
        const wanted: WantedManifest = JSON.parse(text)
        const ids = Object.keys(wanted.providers)
        const withFile = ids.filter((id) => hasKeyFile(wanted, id))
        const others = ids.filter((id) => !withFile.includes(id))
        const blocks = read(given.read(CONFIG))['provider'] ?? {}
        expect(Object.keys(blocks)).toEqual(expect.arrayContaining(ids))
        expect(Object.keys(read(given.read(AUTH)))).toEqual(expect.arrayContaining(others))
        expect(contains(read(authText), keep(read(given.read(AUTH)), withFile))).toBe(true)
        expect(keyFiles(given)).toEqual(Object.fromEntries(withFile.map((id) => [id, KEY])))
        for (const id of withFile) {
          const block = JSON.stringify(read(given.read(CONFIG)))
          expect(block).toContain(`{file:~/.local/share/opgen/keys/${id}}`)
        }

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

  test('the order of the applies does not matter: the last manifest decides the values', async () => {
    await fc.assert(
      fc.asyncProperty(manifest, manifest, anyConfig, async (first, last, configText) => {
        const detour = world({ [CONFIG]: configText })
        expect(await apply(detour, first)).toBe(0)
        expect(await apply(detour, last, ...EMPTY_LISTS)).toBe(0)
        const direct = world({ [CONFIG]: configText })
        expect(await apply(direct, last)).toBe(0)
        expect(sorted(read(detour.read(CONFIG)))).toEqual(sorted(read(direct.read(CONFIG))))
        expect(read(detour.read(AUTH))).toEqual(read(direct.read(AUTH)))
        expect(keyFiles(detour)).toEqual(keyFiles(direct))
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
        const asked = (await apply(given, last)) === 3
        before.set(MANIFEST, given.files.get(MANIFEST) ?? fail())
        expect(asked ? new Map(given.files) : before).toEqual(before)
        expect(await apply(given, last, '--keep')).toBe(0)
        expect(contains(read(given.read(CONFIG)), edited.foreign)).toBe(true)
        expect(await apply(given, last, '--force')).toBe(0)
        expect(await apply(given, last)).toBe(0)
      }),
      RUNS,
    )
  })
})

interface WantedManifest {
  readonly delivery: string
  readonly providers: Readonly<Record<string, { readonly keyIn?: unknown }>>
}

function hasKeyFile({ delivery, providers }: WantedManifest, id: string): boolean {
  const keyIn = providers[id]?.keyIn ?? 'apiKey'
  return delivery === 'keyfile' || keyIn !== 'apiKey'
}

/** Only these members. */
function keep(value: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => names.includes(name)))
}

function fail(): never {
  throw new Error('the manifest is not there')
}

/** Set-like lists without their order. */
function sorted(value: JsonObject): JsonObject {
  const lists = ['enabled_providers', 'disabled_providers'].flatMap((name) => {
    const list = value[name]
    if (!Array.isArray(list)) return []
    return [[name, list.map((element) => JSON.stringify(element)).toSorted()]]
  })
  return { ...value, ...Object.fromEntries(lists) }
}
