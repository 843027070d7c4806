import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { auth, config, disputedConfig, manifest } from '../../support/arbitrary-worlds.ts'
import { commentsIn, outlineOf, valueIn } from '../../support/json-outline.ts'
import { memoryWorld } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { packageTemplates } from '../../support/package-templates.ts'
import { AUTH, CONFIG, keyFiles, MANIFEST, opgen } from '../../support/run-opgen.ts'
import { trusting } from '../../support/trusting.ts'

const templates = packageTemplates()

function world(files: Readonly<Record<string, string | undefined>>): MemoryWorld {
  const given = Object.entries(files).flatMap(([file, text]) =>
    text === undefined ? [] : [[file, text]],
  )
  return memoryWorld({
    files: { ...templates, ...Object.fromEntries(given) },
    env: { SOME_KEY: 'test-key-some' },
  })
}

/** Run a command line with a manifest in place; it has to be done. */
async function run(given: MemoryWorld, text: string, line: string): Promise<void> {
  given.write(MANIFEST, text)
  const trust = line.startsWith('apply') ? await trusting(given) : ''
  const { code, err } = await opgen(given, line + trust)
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
}

/** A list of the user's may become as empty as it was at first. */
const APPLY = 'apply --force /enabled_providers'
const NOTHING = JSON.stringify({ version: 1, providers: {} })

/** What takes out all that opgen wrote. */
interface LastStep {
  readonly name: string
  /** Whether what was replaced under `--force` comes back. */
  readonly restores: boolean
  readonly take: (given: MemoryWorld) => Promise<void>
}

const LAST_STEPS: readonly LastStep[] = [
  { name: 'an empty manifest', restores: false, take: (given) => run(given, NOTHING, APPLY) },
  { name: '`destroy`', restores: true, take: (given) => run(given, NOTHING, 'destroy') },
]
const RESTORING = LAST_STEPS.filter(({ restores }) => restores)

const TIMES = Number(process.env['OPGEN_FUZZ'] ?? 1)
const RUNS = { numRuns: 30 * TIMES }
const PATIENCE = { timeout: 60_000 * TIMES }

describe('for any manifests and any files of others', PATIENCE, () => {
  const anyConfig = fc.option(config, { nil: undefined })
  const anyAuth = fc.option(auth, { nil: undefined })

  test.each(LAST_STEPS)('$name leaves the bytes that were there before', async ({ take }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(manifest, { minLength: 1, maxLength: 3 }),
        anyConfig,
        anyAuth,
        async (texts, configText, authText) => {
          const given = world({ [CONFIG]: configText, [AUTH]: authText })
          for (const text of texts) await run(given, text, APPLY)
          await take(given)
          expect(given.read(CONFIG)).toBe(configText)
          expect(given.read(AUTH)).toBe(authText)
          expect(keyFiles(given)).toEqual({})
        },
      ),
      RUNS,
    )
  })
})

/**
 * The bytes; with comments the value and the comments: of a replaced value with a comment in it they stay
 * where they went, before the new one.
 */
function comparable(text = '{}'): unknown {
  const comments = commentsIn(text).map((comment) => comment.text)
  return comments.length === 0 ? text : { comments, value: valueIn(outlineOf(text)) }
}

/** The same providers with other values. */
function revised(text: string): string {
  return text.replaceAll('"Mine"', '"Yours"').replaceAll('1000', '2000')
}

describe('for any manifest that is forced through values of others', PATIENCE, () => {
  test('a second apply changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(manifest, disputedConfig, async (text, configText) => {
        const given = world({ [CONFIG]: configText })
        await run(given, text, 'apply --force')
        const forced = given.read(CONFIG)
        await run(given, text, 'apply')
        expect(given.read(CONFIG)).toBe(forced)
      }),
      RUNS,
    )
  })

  test.each(RESTORING)('$name brings back what was replaced, as it was spelt', async ({ take }) => {
    await fc.assert(
      fc.asyncProperty(manifest, disputedConfig, async (text, configText) => {
        const given = world({ [CONFIG]: configText })
        await run(given, text, 'apply --force')
        await run(given, revised(text), 'apply')
        await take(given)
        expect(comparable(given.read(CONFIG))).toEqual(comparable(configText))
      }),
      RUNS,
    )
  })
})
