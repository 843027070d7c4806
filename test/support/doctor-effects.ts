import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { parse } from 'yaml'
import { z } from 'zod'
import { runCommand, type Outcome } from '../../scripts/command.mjs'
import { makeSandbox, settleOpenCode, type Sandbox } from '../../scripts/sandbox.mjs'
import { openCodeProgram } from '../../scripts/set-up.mjs'
import { doctorFixtures, fixtureCwd, fixtureDisk, INSTALLED } from './doctor-fixtures.ts'
import type { DoctorFixture, FixtureState } from './doctor-fixtures.ts'
import { startLoopbackServer, type SeenRequest } from './loopback-server.ts'
import { HOME } from './memory-system.ts'
import { opgenProgram } from './opgen.ts'

/*
 * `effect.yaml` of a fixture: what the real OpenCode does because of the fault, and without it.
 *
 *     run: [models]
 *     given: { exit: 1, shows: Configuration is invalid }
 *     repaired: { exit: 0, shows: acme/large }
 *
 * It runs in the fixture's world on a real disk. `/home/ana` is the sandbox's home, and every address at
 * `llm.acme.example` that of a server which answers chat completions below `/v1` with "pong", and 401 to whoever
 * does not come with exactly `Bearer test-key-acme`. In what is printed both are put back.
 */
const texts = z.union([z.string(), z.array(z.string())]).transform((given) => [given].flat())

const expectation = z.strictObject({
  exit: z.number().optional(),
  /** What is in standard output or standard error. */
  shows: texts.default([]),
  /** What is in neither. */
  hides: texts.default([]),
  /** What every request has in `Authorization` after `Bearer `, of which there is one at least; null: no header. */
  bearer: z.string().nullable().optional(),
  /** How many requests there are. `opencode run` sends two: it asks for a title, too. */
  requests: z.number().optional(),
})

const effect = z.strictObject({
  /** The arguments of `opencode`. */
  run: z.array(z.string()),
  given: expectation,
  repaired: expectation,
  /** The models that the server knows; when absent, whatever it is asked for. */
  serves: z.array(z.string()).optional(),
  /** Let OpenCode have the catalogue that it brings, instead of none. */
  catalogue: z.boolean().default(false),
})

export type DoctorEffect = z.infer<typeof effect>
export type ExpectedEffect = z.infer<typeof expectation>

export function effectOf({ folder }: DoctorFixture): DoctorEffect | undefined {
  const file = path.join(folder, 'effect.yaml')
  return existsSync(file) ? effect.parse(parse(readFileSync(file, 'utf8'))) : undefined
}

/** `OPGEN_FUZZ=2` runs OpenCode with every case of a fault, and not only with the first of each. */
const IS_WHOLE = Number(process.env['OPGEN_FUZZ'] ?? 1) > 1

/** The fixtures with an effect, the first of each rule; the others take some minutes more. */
export function fixturesWithEffects(): readonly {
  readonly fixture: DoctorFixture
  readonly effect: DoctorEffect
  readonly name: string
}[] {
  const all = doctorFixtures().flatMap((fixture) => {
    const found = effectOf(fixture)
    return found === undefined ? [] : [{ fixture, effect: found, name: fixture.name }]
  })
  const isFirst = ({ fixture: { code } }: (typeof all)[number], index: number): boolean =>
    all.findIndex((other) => other.fixture.code === code) === index
  return IS_WHOLE ? all : all.filter(isFirst)
}

/** What is not as expected, in words; nothing when all is. */
export function differences(
  { exit, shows, hides, bearer, requests }: ExpectedEffect,
  { outcome: { status, stdout, stderr }, seen }: ObservedEffect,
): readonly string[] {
  const printed = `${stdout}${stderr}`
  const bearers = [...new Set(seen.map(({ authorization }) => authorization))]
  const expected = bearer === null ? undefined : `Bearer ${bearer}`
  const isSent = bearers.length === 1 && bearers[0] === expected
  return [
    ...(exit === undefined || exit === status ? [] : [`exit ${status}, not ${exit}`]),
    ...shows.filter((text) => !printed.includes(text)).map((text) => `does not show: ${text}`),
    ...hides.filter((text) => printed.includes(text)).map((text) => `shows: ${text}`),
    ...(bearer === undefined || isSent ? [] : [`sent: ${bearers.join(', ')}; not ${expected}`]),
    ...(requests === undefined || requests === seen.length ? [] : [`${seen.length} requests`]),
  ]
}

/** A fixture in one of its states on a real disk, with a server that it speaks to. */
export interface EffectStage {
  readonly sandbox: Sandbox
  /** Run the built `opgen doctor`, which is shown the addresses as the fixture has them. */
  doctor(): Promise<Outcome>
  /**
   * Run the real OpenCode, for which they lead to the server. To be called after `doctor`. What it did in another
   * stage that is no different is told again: many faults are repaired to the same setup.
   */
  openCode(): Promise<ObservedEffect>
  remove(): Promise<void>
}

/** What OpenCode did. */
export interface ObservedEffect {
  readonly outcome: Outcome
  readonly seen: readonly SeenRequest[]
}

/** By all that may make a difference. */
const observed = new Map<string, Promise<ObservedEffect>>()

export async function stageOf(
  fixture: DoctorFixture,
  { run, serves, catalogue }: DoctorEffect,
  state: FixtureState,
): Promise<EffectStage> {
  const sandbox = await makeSandbox()
  const server = await startLoopbackServer({ key: KEY, models: serves, reply: 'pong' })
  const origin = new URL(server.baseURL).origin
  const disk = diskOf(fixture, state, sandbox)
  await disk.fill()
  const scene = fixture[state]
  const folder = disk.placeOf(fixtureCwd(scene))
  await mkdir(folder, { recursive: true })
  const env = (to?: string): Record<string, string> => disk.rewriteAll(scene.env ?? {}, to)
  return {
    sandbox,
    async doctor() {
      const environment = { ...withoutOpenCodes(sandbox), ...env() }
      environment['PATH'] = [...(await disk.install()), environment['PATH']].join(path.delimiter)
      const args = (scene.args ?? []).map((word) => disk.rewrite(word))
      const words = [opgenProgram, 'doctor', ...args, '--json']
      return runCommand(process.execPath, words, { folder, environment })
    },
    openCode() {
      const { cwd } = scene
      const same = JSON.stringify([disk.content(), scene.env, cwd, run, serves, catalogue])
      const done = observed.get(same) ?? observe()
      observed.set(same, done)
      return done
    },
    async remove() {
      await server.stop()
      await sandbox.remove()
    },
  }

  async function observe(): Promise<ObservedEffect> {
    await disk.pointTo(origin)
    const environment = {
      ...sandbox.environment,
      ...(scene.cwd === undefined ? {} : { OPENCODE_DISABLE_PROJECT_CONFIG: '' }),
      ...(catalogue ? { OPENCODE_MODELS_PATH: '' } : {}),
      ...env(origin),
    }
    for (const each of disk.configFolders(environment)) await settleOpenCode(each)
    const args = run.map((word) => disk.rewrite(word, origin))
    const outcome = await runCommand(openCodeProgram, args, { folder, environment })
    const shown = (text: string): string =>
      stripVTControlCharacters(text)
        .replaceAll(sandbox.home, HOME)
        .replaceAll(origin, `https://${HOST}`)
    const printed = { stdout: shown(outcome.stdout), stderr: shown(outcome.stderr) }
    return { outcome: { ...outcome, ...printed }, seen: server.seen }
  }
}

const KEY = 'test-key-acme'
const HOST = 'llm.acme.example'
const ADDRESS = /https?:\/\/llm\.acme\.example(?::\d+)?/g
const MANAGED = '/etc/opencode'

/** How doctor is started: with nothing of what keeps OpenCode quiet, but where its managed folder is. */
function withoutOpenCodes({ environment }: Sandbox): Record<string, string> {
  const kept = Object.entries(environment).filter(
    ([name]) => !name.startsWith('OPENCODE_') || name === 'OPENCODE_TEST_MANAGED_CONFIG_DIR',
  )
  return Object.fromEntries(kept)
}

interface EffectDisk {
  /** Where a path of the fixture is. */
  placeOf(file: string): string
  /** A text of the fixture with its paths, and with its addresses where it is said where these lead. */
  rewrite(text: string, origin?: string): string
  rewriteAll(texts: Readonly<Record<string, string>>, origin?: string): Record<string, string>
  fill(): Promise<void>
  /** All that it is filled with. */
  content(): unknown
  /** Let the addresses in all files lead to the server. */
  pointTo(origin: string): Promise<void>
  /** Put programs in place that say the versions which the scene has; gives their folders. */
  install(): Promise<readonly string[]>
  /** The folders in which OpenCode would install its plugin package. */
  configFolders(environment: Readonly<Record<string, string>>): readonly string[]
}

function diskOf(fixture: DoctorFixture, state: FixtureState, sandbox: Sandbox): EffectDisk {
  const { files, links } = fixtureDisk(fixture, state)
  const { home, folder } = sandbox
  const managed = sandbox.environment['OPENCODE_TEST_MANAGED_CONFIG_DIR'] ?? ''
  const placeOf = (file: string): string => {
    if (isBelow(file, HOME)) return `${home}${file.slice(HOME.length)}`
    if (isBelow(file, MANAGED)) return `${managed}${file.slice(MANAGED.length)}`
    return path.join(folder, 'root', file)
  }
  const elsewhere = [...files.keys()].filter((file) => !isBelow(file, HOME))
  const rewrite = (text: string, origin?: string): string => {
    const placed = [HOME, MANAGED, ...elsewhere].reduce(
      (before, each) => before.replaceAll(each, placeOf(each)),
      text,
    )
    return origin === undefined ? placed : placed.replaceAll(ADDRESS, origin)
  }
  // Texts that are no UTF-8 keep their bytes: what is replaced is ASCII.
  const write = async (origin?: string): Promise<void> => {
    for (const [file, { source, mode }] of files) {
      const place = placeOf(file)
      await mkdir(path.dirname(place), { recursive: true })
      await rm(place, { force: true })
      await writeFile(place, rewrite(await readFile(source, 'latin1'), origin), 'latin1')
      await chmod(place, mode)
    }
  }
  return {
    placeOf,
    rewrite,
    rewriteAll: (all, origin) =>
      Object.fromEntries(Object.entries(all).map(([name, text]) => [name, rewrite(text, origin)])),
    async fill() {
      await write()
      for (const [file, target] of links) {
        await mkdir(path.dirname(placeOf(file)), { recursive: true })
        await symlink(placeOf(target), placeOf(file))
      }
    },
    content: () => [
      [...files].map(([file, { source, mode }]) => [file, mode, readFileSync(source, 'latin1')]),
      [...links],
    ],
    pointTo: write,
    async install() {
      const programs = Object.entries(fixture[state].installed ?? INSTALLED)
      for (const [file, version] of programs) {
        const place = placeOf(file)
        await mkdir(path.dirname(place), { recursive: true })
        const says = version === null ? 'exit 1' : `echo ${version}`
        await writeFile(place, `#!/bin/sh\n${says}\n`, { mode: 0o755 })
      }
      return [...new Set(programs.map(([file]) => path.dirname(placeOf(file))))]
    },
    configFolders(environment) {
      const dotted = [...files.keys()]
        .map((file) => path.dirname(file))
        .filter((each) => each.endsWith('.opencode'))
      const chosen = environment['OPENCODE_CONFIG_DIR']
      return [
        path.join(environment['XDG_CONFIG_HOME'] ?? '', 'opencode'),
        ...(chosen === undefined
          ? []
          : [path.resolve(placeOf(fixtureCwd(fixture[state])), chosen)]),
        ...new Set(dotted.map(placeOf)),
      ]
    },
  }
}

function isBelow(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}/`)
}
