import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { watchArguments } from '../support/argument-watch.ts'
import { freshSandbox, freshSecretService, haimakerAt } from '../support/fresh.ts'
import { keptTexts, leaks } from '../support/leaks.ts'
import { keyFileOf, opgen, place, succeeds, textOf, writeManifest } from '../support/opgen.ts'
import { freshHttp, repeating } from '../support/raw-server.ts'
import { readRecording, recordingTo } from '../support/recording.ts'
import { need } from '../support/tools.ts'

/** Letters and digits only: no escape changes them, so they are found inside any of them. */
const canary = `canary${randomBytes(12).toString('hex')}`
/** With characters that JSON and URLs escape. */
const key = `test-key-"\\/+%-${canary}`
const manifest = haimakerAt('https://llm.example/v1')
const withKeyFiles = manifest.replace('providers:', 'delivery: keyfile\nproviders:')

/** A command line, and what goes with it. */
interface Run {
  readonly args: readonly string[]
  readonly input?: string
  readonly environment?: Readonly<Record<string, string>>
}

/** A state of the machine, and the commands that are run in it. */
interface Scene {
  readonly name: string
  readonly stage: (sandbox: Sandbox) => Promise<void>
  /** Whether auth.json holds it in the end; no other file may, but for a key file. */
  readonly inAuthFile: boolean
  readonly runs: readonly Run[]
}

const looking: readonly Run[] = [
  { args: ['plan'] },
  { args: ['plan', '--json'] },
  { args: ['plan', '--text'] },
  { args: ['plan', '--check', '--verbose'] },
  { args: ['status'] },
  { args: ['status', '--json'] },
  { args: ['render'] },
  { args: ['render', '--json'] },
  { args: ['presets'] },
  { args: ['key', 'list'] },
  { args: ['key', 'list', '--json'] },
  { args: ['init', '--manifest', 'another.yaml'] },
]
const applying: readonly Run[] = [
  { args: ['apply'] },
  { args: ['apply', '--json'] },
  { args: ['apply', '--verbose'] },
]
const deciding: readonly Run[] = [
  { args: ['apply', '--keep'] },
  { args: ['apply', '--force'] },
  { args: ['apply', '--verbose', '--force', 'haimaker'] },
]

const scenes: readonly Scene[] = [
  {
    name: 'nothing there yet',
    stage: async () => {},
    inAuthFile: true,
    runs: [...looking, ...applying, ...looking],
  },
  {
    name: 'another key in auth.json that opgen did not write',
    stage: (sandbox) => place(sandbox.authFile, entry({ type: 'api', key: `x${key}` })),
    inAuthFile: true,
    runs: [...looking, ...applying, ...deciding],
  },
  {
    name: 'a login of another type in auth.json',
    stage: (sandbox) =>
      place(sandbox.authFile, entry({ type: 'oauth', refresh: key, access: key, expires: 0 })),
    inAuthFile: true,
    runs: [...looking, ...applying, ...deciding],
  },
  {
    name: 'an entry that is no entry in auth.json',
    stage: (sandbox) => place(sandbox.authFile, JSON.stringify({ haimaker: key, other: [key] })),
    inAuthFile: true,
    runs: [...looking, ...applying, ...deciding],
  },
  {
    name: 'a key where an id should be in auth.json',
    stage: (sandbox) => place(sandbox.authFile, JSON.stringify({ [key]: {}, haimaker: { key } })),
    inAuthFile: true,
    runs: [...looking, ...applying, ...deciding],
  },
  {
    name: 'an auth.json that ends in the middle of a key',
    stage: (sandbox) =>
      place(sandbox.authFile, entry({ type: 'api', key }).slice(0, -'"}}'.length)),
    inAuthFile: true,
    runs: [...looking, ...applying],
  },
  {
    name: 'a key in opencode.jsonc',
    stage: (sandbox) =>
      place(
        join(sandbox.configFolder, 'opencode.jsonc'),
        configWith(`"apiKey": ${JSON.stringify(key)}, "headers": { "x-key": "${canary}" }`),
      ),
    inAuthFile: true,
    runs: [...looking, ...applying, ...deciding],
  },
  {
    // No --force: it would record the URL that it replaces, so that it can be restored.
    name: 'a key in a URL in opencode.jsonc',
    stage: (sandbox) =>
      place(
        join(sandbox.configFolder, 'opencode.jsonc'),
        configWith(`"baseURL": "https://u:${canary}@x.example/?api_key=${canary}"`),
      ),
    inAuthFile: false,
    runs: [...looking, ...applying],
  },
  {
    name: 'an opencode.jsonc that cannot be parsed beside a key',
    stage: (sandbox) =>
      place(join(sandbox.configFolder, 'opencode.jsonc'), configWith(`"apiKey": "${canary}`)),
    inAuthFile: false,
    runs: [...looking, ...applying],
  },
  ...['', `x${key}`].map((theirs) => ({
    name: theirs === '' ? 'key files' : 'another key in the key file, which opgen did not write',
    stage: async (sandbox: Sandbox) => {
      await writeManifest(sandbox, withKeyFiles)
      await place(keyFileOf(sandbox, 'haimaker'), theirs)
    },
    inAuthFile: false,
    runs: [...looking, ...applying, ...deciding],
  })),
  {
    name: 'a changed key in the environment',
    stage: async () => {},
    inAuthFile: true,
    runs: [...looking, ...applying].map((run) => ({
      ...run,
      environment: { OPGEN_KEY_HAIMAKER: `${key}-changed` },
    })),
  },
  {
    name: 'keys that are refused',
    stage: async () => {},
    inAuthFile: false,
    runs: [`Bearer ${canary}`, `${canary} ${canary}`, `${canary}é`, `${canary}\n${canary}`].flatMap(
      (refused) => [
        { args: ['apply'], environment: { OPGEN_KEY_HAIMAKER: refused } },
        { args: ['key', 'list', '--json'], environment: { OPGEN_KEY_HAIMAKER: refused } },
        { args: ['key', 'set', 'haimaker'], input: refused },
        { args: ['key', 'set', 'haimaker', '--json'], input: refused },
      ],
    ),
  },
  ...[
    `    key: ${canary}\n`,
    `    key: { env: "${canary} ${canary}" }\n`,
    `    key: [keychain, ${canary}]\n`,
    `    apiKey: ${canary}\n`,
    `    options: { apiKey: ${canary} }\n`,
    `    options: { headers: { Authorization: Bearer ${canary} } }\n`,
    `    extra: { apiKey: ${canary} }\n`,
    `    options: { apiKey: "${canary}\n`,
  ].map((line) => ({
    name: `a key in the manifest: ${line.trim().replaceAll(canary, 'KEY')}`,
    stage: (sandbox: Sandbox) => writeManifest(sandbox, manifest + line),
    inAuthFile: false,
    runs: [
      { args: ['plan'] },
      { args: ['apply', '--json'] },
      { args: ['key', 'set', 'haimaker'], input: key },
    ],
  })),
  {
    name: 'a key that is rotated, at a server that repeats all that it is sent',
    stage: async (sandbox) => {
      const answers = repeating([401, 307, 200, 429, 200, 401, 402])
      const { origin } = await freshHttp(answers)
      await writeManifest(sandbox, haimakerAt(`${origin}/v1`))
    },
    inAuthFile: true,
    runs: [
      ...applying,
      ...['', '--json', '', '', '--json', '--json'].map((option) => ({
        args: ['key', 'rotate', 'haimaker', option].filter((word) => word !== ''),
        input: `${key}-new`,
        // What Node.js itself would tell of its connections.
        environment: { NODE_DEBUG: 'http,https,net,tls' },
      })),
      ...looking,
    ],
  },
  {
    name: 'no key any more',
    stage: async () => {},
    inAuthFile: false,
    runs: [
      { args: ['key', 'remove', 'haimaker'] },
      { args: ['key', 'remove', 'haimaker', '--json'] },
      ...looking,
      ...applying,
      { args: ['apply', '--skip-missing'] },
    ],
  },
]

const tools = await need('secret-service')
describe.skipIf(tools.skip)(`a key is never shown${tools.note}`, () => {
  for (const { name, inAuthFile, stage, runs } of scenes) {
    test(`with ${name}`, async () => {
      const sandbox = await freshSandbox()
      const service = await freshSecretService()
      const recording = join(sandbox.folder, 'recording')
      const environment = { ...service.environment, ...recordingTo(recording) }
      await writeManifest(sandbox, manifest)
      const watch = await watchArguments()
      await succeeds(opgen(sandbox, ['key', 'set', 'haimaker'], { environment, input: key }))
      await stage(sandbox)
      const staged = await keptTexts(sandbox)

      for (const run of runs) {
        const shown = await opgen(sandbox, run.args, {
          environment: { ...environment, ...run.environment },
          input: run.input ?? '',
        })
        expect(shown.status, `opgen ${run.args.join(' ')}\n${shown.stderr}`).not.toBe(70)
        const shows = leaks(shown.stdout + shown.stderr, canary)
        expect({ run: run.args, shows }).toEqual({ run: run.args, shows: false })
      }
      expect(leaks((await textOf(sandbox.authFile)) ?? '', canary)).toBe(inAuthFile)

      const commandLines = await watch.stop()
      expect(commandLines.some((line) => line.includes('opgen.cjs'))).toBe(true)
      const { children } = await readRecording(recording)
      expect(children.length).toBeGreaterThan(0)
      for (const line of [...commandLines, ...children.flat()])
        expect(leaks(line, canary)).toBe(false)

      for (const [path, text] of await keptTexts(sandbox)) {
        const mayHaveIt = path === sandbox.authFile || path === keyFileOf(sandbox, 'haimaker')
        const hadIt = mayHaveIt || leaks(staged.get(path) ?? '', canary)
        expect({ path, leaks: !hadIt && leaks(text, canary) }).toEqual({ path, leaks: false })
      }
    })
  }
})

/** An opencode.jsonc with these options of the provider. */
function configWith(options: string): string {
  return `{ "provider": { "haimaker": { "options": { ${options} } } } }`
}

function entry(value: object): string {
  return JSON.stringify({ haimaker: value })
}
