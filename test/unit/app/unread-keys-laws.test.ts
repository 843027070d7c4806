import path from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foreignEdit, manifest } from '../../support/arbitrary-worlds.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { AUTH, CONFIG, MANIFEST, opgen, STATE, worldWith } from '../../support/run-opgen.ts'
import { trusting } from '../../support/trusting.ts'

const KEY = 'test-key-some'
const RUNS = { numRuns: 30 * Number(process.env['OPGEN_FUZZ'] ?? 1) }

/** Any manifest whose keys are in the keychain, at one of two addresses. */
const keychainManifest = fc
  .tuple(manifest, fc.constantFrom('example', 'example', 'elsewhere.example'))
  .map(([text, host]) =>
    text.replaceAll('{"env":"SOME_KEY"}', '"keychain"').replaceAll('.example/v1', `.${host}/v1`),
  )

/** What somebody may do between two applies. */
const meanwhile: fc.Arbitrary<(world: MemoryWorld) => void> = fc.oneof(
  fc.constant(() => {}),
  foreignEdit.map((edit) => (world: MemoryWorld) => {
    const before = JSON.parse(world.read(CONFIG) ?? '{}')
    world.write(CONFIG, JSON.stringify(edit(before).value, null, 2))
  }),
  fc.constant((world: MemoryWorld) => {
    world.write(AUTH, (world.read(AUTH) ?? '{}').replace(KEY, 'test-key-by-hand'))
  }),
)

async function appliedWorld(text: string): Promise<MemoryWorld> {
  const ids = ['one', 'two', 'three', 'four']
  const keychain = Object.fromEntries(ids.map((id) => [`opgen/${id}`, KEY]))
  const world = worldWith(text, { keychain })
  expect((await opgen(world, `apply${await trusting(world)}`)).code).toBe(0)
  return world
}

/** What stands on disk; in opgen's own records, the order of members means nothing. */
function values({ files }: MemoryWorld): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    [...files].map(([file, { text }]) => [file, isRecord(file) ? JSON.parse(text) : text]),
  )
}

function isRecord(file: string): boolean {
  return file === STATE || file.startsWith(`${path.dirname(STATE)}/generations/`)
}

describe('for any manifests and edits, an apply with a locked keychain', () => {
  test('writes what one with its keys would, or nothing', async () => {
    const seen = { same: 0, refused: 0 }
    const line = fc.constantFrom('apply', 'apply --force', 'apply --keep')
    await fc.assert(
      fc.asyncProperty(
        keychainManifest,
        keychainManifest,
        meanwhile,
        line,
        async (first, last, happens, answers) => {
          const [locked, open] = [await appliedWorld(first), await appliedWorld(first)]
          for (const world of [locked, open]) {
            happens(world)
            world.write(MANIFEST, last)
          }
          const command = answers + (await trusting(open))
          const before = values(locked)
          const { code } = await opgen(open, command)

          locked.refuseKeychain('locked')
          const outcome = await opgen(locked, command)
          const isRefused = outcome.err.includes('error: the keychain is locked')
          seen[isRefused ? 'refused' : 'same'] += 1
          expect({ code: outcome.code, values: values(locked) }).toEqual(
            isRefused ? { code: 1, values: before } : { code, values: values(open) },
          )
          locked.refuseKeychain(undefined)
          expect((await opgen(locked, command)).code).toBe(code)
          expect(values(locked)).toEqual(values(open))
        },
      ),
      RUNS,
    )
    expect(Math.min(seen.same, seen.refused)).toBeGreaterThan(0)
  })

  test('changes nothing after an apply with its keys', async () => {
    await fc.assert(
      fc.asyncProperty(keychainManifest, async (text) => {
        const world = await appliedWorld(text)
        const before = new Map(world.files)
        world.refuseKeychain('locked')
        expect(await opgen(world, 'plan --check')).toMatchObject({ code: 0 })
        expect(await opgen(world, 'apply')).toMatchObject({ code: 0, out: 'Nothing to change.\n' })
        expect(new Map(world.files)).toEqual(before)
      }),
      RUNS,
    )
  })
})
