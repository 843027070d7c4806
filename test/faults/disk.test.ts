import { chmod } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makeSandbox, type Sandbox } from '../../scripts/sandbox.mjs'
import { opgen, place, succeeds } from '../support/opgen.ts'
import { BALLAST, mountFile, mountTmpfs } from '../support/tmpfs.ts'
import { needTmpfs } from '../support/tools.ts'
import { contentOf, readTree, type Tree } from '../support/tree.ts'
import { AUTH, CONFIG, keysOf, leftOvers, runStep, targetsIn, type Step } from './world.ts'

const { skip, note } = await needTmpfs()

/** Which part of a home is on the small disk. */
const places: readonly {
  readonly name: string
  readonly folder: (sandbox: Sandbox) => string
}[] = [
  { name: 'the config', folder: ({ configFolder }) => configFolder },
  { name: 'auth.json', folder: ({ authFile }) => dirname(authFile) },
  { name: 'the key files', folder: ({ home }) => join(home, '.local', 'share', 'opgen', 'keys') },
  { name: 'the state', folder: ({ stateFolder }) => stateFolder },
  { name: 'the whole home', folder: ({ home }) => home },
]

/** Long enough that it takes several pages, and a disk can be full in the middle of it. */
const LONG_CONFIG = CONFIG.replace('// the end', `// the end${' of it'.repeat(1500)}`)
const LONG_AUTH = AUTH.replace('"access"', `"id": "${'x'.repeat(6000)}", "access"`)

const ids = ['acme', 'head']

function manifestOf(models: string): string {
  const provider = (id: string): string =>
    `  ${id}:\n    baseURL: https://${id}.example/v1\n    models: [${models}]\n`
  const head = `${provider('head')}    keyIn: { header: X-Key, format: "{key}" }\n`
  return `version: 1\nproviders:\n${provider('acme')}${head}`
}

const first: Step = { manifest: manifestOf('a'), keys: keysOf('', ids), args: ['apply'] }
const second: Step = { manifest: manifestOf('b'), keys: keysOf('-2', ids), args: ['apply'] }

describe.skipIf(skip)(`a small disk${note}`, () => {
  describe.each(places)('with $name on it', ({ folder }) => {
    test.each([
      { name: 'a first apply', before: [], step: first },
      { name: 'an apply that updates', before: [first], step: second },
    ])('that is full refuses $name at every point, and leaves all as it was', async (story) => {
      const sandbox = await freshHome()
      const disk = await mountTmpfs(folder(sandbox))
      await furnish(sandbox)
      for (const step of story.before) await succeeds(runStep(sandbox, step))
      const before = targetsOf(sandbox)

      const refusals: number[] = []
      for (let pages = 0; pages < 40; pages += 1) {
        disk.leave(pages)
        const outcome = await runStep(sandbox, story.step)
        if (outcome.status === 0) break
        refusals.push(pages)
        expect(outcome).toMatchObject({ status: 1, stdout: '' })
        expect(outcome.stderr).toContain(`opgen: error: no space left to write ${folder(sandbox)}/`)
        expect(targetsOf(sandbox)).toEqual(before)
        expect(leftOvers(readTree(sandbox.home))).toEqual([])
      }

      expect(refusals).toContain(0)
      const done = await succeeds(runStep(sandbox, story.step))
      expect(done.stdout).toContain('Nothing to change.')
    })

    test('that is read-only refuses an apply, and lets it go on when it is not', async () => {
      const sandbox = await freshHome()
      const disk = await mountTmpfs(folder(sandbox))
      await furnish(sandbox)
      await succeeds(runStep(sandbox, first))
      const before = targetsOf(sandbox)
      await disk.remount('ro')

      const refused = await runStep(sandbox, second)

      expect(refused).toMatchObject({ status: 1, stdout: '' })
      expect(refused.stderr).toMatch(/opgen: error: \S+ is on a read-only file system\n/)
      expect(refused.stderr).toContain(folder(sandbox))
      expect(targetsOf(sandbox)).toEqual(before)
      await succeeds(opgen(sandbox, ['status'], { environment: second.keys }))
      await disk.remount('rw')
      await succeeds(runStep(sandbox, second))
    })
  })
})

describe.skipIf(skip)(`a config that is a mount of its own${note}`, () => {
  test('is refused, and nothing is written', async () => {
    const sandbox = await freshHome()
    await furnish(sandbox)
    const config = join(sandbox.configFolder, 'opencode.jsonc')
    const mounted = join(sandbox.folder, 'mounted')
    await place(mounted, CONFIG)
    await mountFile(mounted, config)
    const before = readTree(sandbox.home)

    const refused = await runStep(sandbox, first)

    expect(refused).toMatchObject({ status: 1, stdout: '' })
    expect(refused.stderr).toContain(`opgen: error: ${config} is a mount or open in another`)
    expect(contentOf(readTree(sandbox.home))).toEqual(contentOf(before))
  })
})

/** An empty home, on which a small disk can be mounted. */
async function freshHome(): Promise<Sandbox> {
  const sandbox = await makeSandbox()
  onTestFinished(() => sandbox.remove())
  return sandbox
}

async function furnish(sandbox: Sandbox): Promise<void> {
  await place(join(sandbox.configFolder, 'opencode.jsonc'), LONG_CONFIG)
  await place(sandbox.authFile, LONG_AUTH)
  await chmod(sandbox.authFile, 0o600)
}

/** OpenCode's files and the key files, without what fills the disk. */
function targetsOf({ home }: Sandbox): Readonly<Record<string, string>> {
  const tree: Tree = readTree(home)
  return targetsIn(new Map([...tree].filter(([name]) => !name.endsWith(BALLAST))))
}
