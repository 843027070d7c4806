import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { run } from '../../src/cli/run.ts'
import { fromPointer } from '../../src/core/json.ts'
import { anySetup } from '../support/arbitrary-setups.ts'
import { blocksWithout } from '../support/import-comparison.ts'
import { blocksOf, givenConfig } from '../support/import-fixtures.ts'
import { outlineAt, outlineOf } from '../support/json-outline.ts'
import { HOME, memoryWorld } from '../support/memory-system.ts'
import type { MemoryWorld } from '../support/memory-system.ts'
import { memoryTerminal } from '../support/memory-terminal.ts'
import { choicesFrom } from '../support/odd-text.ts'
import { packageTemplates } from '../support/package-templates.ts'
import { MANIFEST } from '../support/run-opgen.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { differenceBeside } from '../support/taken-out.ts'

/** `OPGEN_FUZZ=10` tries ten times as many. */
const FUZZ = Number(process.env['OPGEN_FUZZ'] ?? 1)

/** What `opgen import --json` says. */
interface Told {
  readonly providers: readonly { readonly id: string }[]
  readonly moved: readonly MovedPlace[]
  readonly stays: readonly { readonly pointer: string }[]
}

interface MovedPlace {
  readonly file: string
  readonly pointer: string
}

type Texts = Readonly<Record<string, string>>

test(
  'whatever a setup is, its manifest changes nothing but keys, and says all that the import does not',
  { timeout: 120_000 * FUZZ },
  async () => {
    const seeds = fc.noBias(fc.integer({ min: 0 }))
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const random = seededRandom(seed)
        const numbers = Uint8Array.from({ length: 3000 }, () => Math.floor(random() * 256))
        const files = anySetup(choicesFrom(numbers))
        const faults = await faultsOf(files)
        expect({ files, faults }).toEqual({ files, faults: [] })
      }),
      // Another seed makes another setup, and none is simpler.
      { numRuns: 150 * FUZZ, endOnFailure: true },
    )
  },
)

/** Import a setup, apply the manifest twice, and take out all that was written: what goes wrong. */
async function faultsOf(files: Texts): Promise<readonly string[]> {
  const world = worldOf(files)
  const told = await opgen(world, ['import', '--json'])
  if (told.code === 1 && told.text.includes('nothing-to-import')) return []
  const { providers, moved, stays }: Told = JSON.parse(told.out)
  const manifest = world.read(MANIFEST) ?? ''
  // The adapters and addresses of such setups are asked about, and are not what this is about.
  const trusted = providers.flatMap(({ id }) => ['--trust-origin', id])
  const lines = [['check'], ['apply', ...trusted], ['apply'], ['destroy']]
  const faults: string[] = told.code === 0 ? [] : [told.text]
  for (const [index, line] of lines.entries()) {
    const { code, out, text } = await opgen(world, line)
    if (code !== 0) faults.push(`opgen ${line.join(' ')}: ${text}`)
    if (index === 2 && out !== 'Nothing to change.\n') faults.push(`the second apply: ${text}`)
    faults.push(...changesOf(world, files, moved))
  }
  const ids = providers.map(({ id }) => id)
  const paths = [...stays, ...moved].map(({ pointer }) => fromPointer(pointer))
  const was = blocksWithout(blocksOf(givenConfig({ files, isRefused: false })), ids, paths)
  const now = blocksWithout(blocksOf(await renderedConfig(manifest)), ids, paths)
  expect({ manifest, now }).toEqual({ manifest, now: was })
  return faults
}

function worldOf(files: Texts): MemoryWorld {
  const world = memoryWorld({ files: packageTemplates() })
  world.write(`${HOME}/dotfiles/.git/HEAD`, 'ref: refs/heads/main\n')
  for (const [name, text] of Object.entries(files)) world.write(pathOf(name), text)
  return world
}

function pathOf(name: string): string {
  return `${HOME}/.config/opencode/${name}`
}

interface Outcome {
  readonly code: number
  readonly out: string
  readonly text: string
}

async function opgen({ system }: MemoryWorld, words: readonly string[]): Promise<Outcome> {
  const terminal = memoryTerminal()
  const code = await run(words, system, terminal)
  return { code, out: terminal.stdout(), text: terminal.text() }
}

/** What is different in OpenCode's files beside keys that moved; references may stand in their place. */
function changesOf(
  world: MemoryWorld,
  files: Texts,
  moved: readonly MovedPlace[],
): readonly string[] {
  return Object.entries(files).flatMap(([name, before]) => {
    const after = world.read(pathOf(name)) ?? ''
    if (before === after) return []
    const here = moved.flatMap(({ file, pointer }) => (file === pathOf(name) ? [pointer] : []))
    const isThere = (pointer: string): boolean =>
      outlineAt(outlineOf(after), fromPointer(pointer)) !== undefined
    const moves = {
      gone: here.filter((pointer) => !isThere(pointer)),
      replaced: here.filter(isThere),
    }
    return differenceBeside(before, after, moves).map((complaint) => `${name}: ${complaint}`)
  })
}

async function renderedConfig(manifest: string) {
  const world = memoryWorld({ files: { ...packageTemplates(), [MANIFEST]: manifest } })
  const { out } = await opgen(world, ['render', '--json'])
  const { files }: { readonly files: readonly { path: string; text: string }[] } = JSON.parse(out)
  return JSON.parse(files.find(({ path }) => path === pathOf('opencode.jsonc'))?.text ?? '{}')
}
