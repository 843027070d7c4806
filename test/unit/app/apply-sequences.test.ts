import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  anySteps,
  CONFIG_START,
  LAST_WORD,
  manifestText,
  NO_PROVIDERS,
} from '../../support/arbitrary-sequences.ts'
import type { Apply, Start, Step } from '../../support/arbitrary-sequences.ts'
import { HOME, memoryWorld } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { packageTemplates } from '../../support/package-templates.ts'
import { AUTH, CONFIG, keyFiles, KEYS, MANIFEST, opgen, STATE } from '../../support/run-opgen.ts'
import type { Json, JsonObject } from '../../support/arbitrary-worlds.ts'

const STRICT = `${HOME}/.config/opencode/opencode.json`
const IDS = ['one', 'two', 'three']
const templates = packageTemplates()

/** A world whose opgen can be killed: the nth write and all after it do not happen. */
interface MortalWorld {
  readonly world: MemoryWorld
  readonly killAt: (nth: number | undefined) => void
}

function mortalWorld(start: Start): MortalWorld {
  let left = Number.POSITIVE_INFINITY
  const files = { ...templates, [MANIFEST]: manifestText(NO_PROVIDERS) }
  const world = memoryWorld({
    files: start === 'empty' ? files : { ...files, [CONFIG]: JSON.stringify(CONFIG_START) },
    env: { SOME_KEY: 'test-key-some', OTHER_KEY: 'test-key-other' },
    beforeWrite: () => {
      left -= 1
      if (left <= 0) throw new Error('killed')
    },
  })
  const killAt = (nth: number | undefined): void => {
    left = nth ?? Number.POSITIVE_INFINITY
  }
  return { world, killAt }
}

function read(world: MemoryWorld, file: string): JsonObject {
  const text = world.read(file)
  return text === undefined ? {} : JSON.parse(text)
}

/** Every leaf as `path = value`, empty lists too; elements of lists without their index. */
function leaves(value: Json, path = ''): readonly string[] {
  if (Array.isArray(value) && value.length === 0) return [`${path} = []`]
  if (Array.isArray(value)) return value.flatMap((element) => leaves(element, `${path}[]`))
  if (typeof value !== 'object' || value === null) return [`${path} = ${JSON.stringify(value)}`]
  return Object.entries(value).flatMap(([key, item]) => leaves(item, `${path}/${key}`))
}

function allLeaves(world: MemoryWorld): readonly string[] {
  return [
    ...leaves(read(world, CONFIG), 'config:'),
    ...leaves(read(world, STRICT), 'config:'),
    ...leaves(read(world, AUTH), 'auth:'),
    // One of no bytes counts as absent.
    ...leaves({ ...keyFiles(world) }, 'keyfile:').filter((leaf) => !leaf.endsWith('""')),
  ]
}

/**
 * What a person wrote or was there from the start, by its looks: opgen itself writes nothing like it.
 * Beside a key, `type` tells nothing; a file may keep its `$schema` line with what is foreign in it.
 */
function isForeign(leaf: string): boolean {
  return /hand|"system"|"openai"|\$schema|^auth:.*\/type = "api"$/.test(leaf)
}

/** Whether an apply may overwrite a place: its owner is forced, and not kept by name. */
function isForced(leaf: string, { force, keep }: Apply): boolean {
  if (force === undefined) return false
  const owner = /^(?:config:\/provider\/|auth:\/|keyfile:\/)([^/ ]+)/.exec(leaf)?.[1] ?? ''
  const isManaged =
    IDS.includes(owner) || /^config:\/(?:model|(?:en|dis)abled_providers)/.test(leaf)
  if (force === '') return isManaged && (keep !== owner || owner === '')
  return force === owner
}

/** The same, but only what must not go. */
function isByHand(leaf: string): boolean {
  return isForeign(leaf) && !/\$schema|\/type = "api"$/.test(leaf)
}

/** Key files that a config file refers to and that are not there: OpenCode does not start then. */
function dangling(world: MemoryWorld): readonly string[] {
  const text = `${world.read(CONFIG) ?? ''}${world.read(STRICT) ?? ''}`
  const there = keyFiles(world)
  return [...text.matchAll(/\{file:~\/.local\/share\/opgen\/keys\/([^}]+)\}/g)]
    .map((match) => match[1] ?? '')
    .filter((id) => there[id] === undefined)
}

function contents(world: MemoryWorld): ReadonlyMap<string, string> {
  return new Map([...world.files].map(([file, { text }]) => [file, text]))
}

function flag(name: string, id: string | undefined): string {
  if (id === undefined) return ''
  return id === '' ? ` --${name}` : ` --${name} ${id}`
}

function commandLine({ force, keep, only, skipMissing }: Apply): string {
  const flags = flag('force', force) + flag('keep', keep) + flag('only', only)
  return `apply${flags}${skipMissing ? ' --skip-missing' : ''}`
}

async function apply({ world, killAt }: MortalWorld, step: Apply): Promise<void> {
  const before = contents(world)
  const danglingBefore = dangling(world)
  const foreign = allLeaves(world).filter((leaf) => isByHand(leaf) && !isForced(leaf, step))
  killAt(step.kill)
  const { code, out, err } = await opgen(world, commandLine(step))
  killAt(undefined)
  expect(out + (code === 70 ? '' : err) + (world.read(STATE) ?? '')).not.toContain('test-key')
  expect(allLeaves(world)).toEqual(expect.arrayContaining(foreign))
  expect(danglingBefore).toEqual(expect.arrayContaining([...dangling(world)]))
  const excused =
    (code === 70 && err.includes('killed')) ||
    (code === 65 && err.includes('the manifest has no provider'))
  expect(excused || code === 0 || code === 3 ? '' : err).toBe('')
  expect(code === 3 ? contents(world) : before).toEqual(before)
  if (code === 0) await expectNothingToDo(world, { ...step, force: undefined, keep: undefined })
}

async function expectNothingToDo(world: MemoryWorld, step: Apply): Promise<void> {
  const before = contents(world)
  const { code, out, err } = await opgen(world, commandLine(step))
  expect({ code, err: err.includes('error'), last: out.trimEnd().split('\n').at(-1) }).toEqual({
    code: 0,
    err: false,
    last: 'Nothing to change.',
  })
  expect(contents(world)).toEqual(before)
}

async function carryOut(mortal: MortalWorld, step: Step): Promise<void> {
  const { world } = mortal
  switch (step.kind) {
    case 'manifest':
      world.write(MANIFEST, manifestText(step.manifest))
      return
    case 'edit': {
      if (step.target === 'keys') {
        writeKeyFiles(world, step.edit({ ...keyFiles(world) }))
        return
      }
      const file = { config: CONFIG, strict: STRICT, auth: AUTH }[step.target]
      world.write(file, JSON.stringify(step.edit(read(world, file)), null, 2))
      return
    }
    case 'apply':
      await apply(mortal, step)
  }
}

function writeKeyFiles(world: MemoryWorld, edited: JsonObject): void {
  for (const id of Object.keys(keyFiles(world))) world.files.delete(`${KEYS}/${id}`)
  for (const [id, text] of Object.entries(edited)) {
    if (typeof text === 'string') world.write(`${KEYS}/${id}`, text, 0o600)
  }
}

/** `OPGEN_FUZZ=10` tries ten times as many. */
const TIMES = Number(process.env['OPGEN_FUZZ'] ?? 1)

describe('for any row of manifests, edits by hand, applies and kills', () => {
  test(
    'nothing of others is lost, and nothing of opgen is left behind',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom<Start>('empty', 'config'),
          anySteps,
          async (start, steps) => {
            const mortal = mortalWorld(start)
            for (const step of steps) await carryOut(mortal, step)
            mortal.world.write(MANIFEST, manifestText(NO_PROVIDERS))
            await apply(mortal, LAST_WORD)
            expect(allLeaves(mortal.world).filter((leaf) => !isForeign(leaf))).toEqual([])
          },
        ),
        { numRuns: 150 * TIMES },
      )
    },
    30_000 * TIMES,
  )
})
