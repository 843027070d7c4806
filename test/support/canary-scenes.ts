import { join } from 'node:path'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { runsOf } from './canary-runs.ts'
import { applying, canary, deciding, generated, key, looking, manifest } from './canary.ts'
import type { Scene } from './canary.ts'
import { haimakerAt } from './fresh.ts'
import { keyFileOf, place, writeManifest } from './opgen.ts'
import { freshHttp, repeating } from './raw-server.ts'

const withKeyFiles = manifest.replace('providers:', 'delivery: keyfile\nproviders:')

/** A key where it may be, and in files of others. */
export const scenes: readonly Scene[] = [
  {
    name: 'nothing there yet',
    stage: async () => {},
    inAuthFile: true,
    runs: [...looking, ...applying, ...looking, ...runsOf(canary)],
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
        { args: ['run', '--', 'true'], environment: { OPGEN_KEY_HAIMAKER: refused } },
        { args: ['key', 'set', 'haimaker'], input: refused },
        { args: ['key', 'set', 'haimaker', '--json'], input: refused },
      ],
    ),
  },
  ...[
    `    key: ${canary}\n`,
    `    key: { env: "${canary} ${canary}" }\n`,
    `    key: [keychain, ${canary}]\n`,
    `    key: { command: [printf, ${generated}] }\n`,
    `    key: { file: ${generated} }\n`,
    `    key: { keychain: { service: ${generated}, account: ${generated} } }\n`,
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
      { args: ['key', 'trust', 'haimaker'] },
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
    name: 'all that was applied being taken back',
    stage: async () => {},
    // What `unmanage` leaves there is adopted afterwards, and adopted values stay.
    inAuthFile: true,
    runs: ['', '--json'].flatMap((json) =>
      [
        'key trust haimaker',
        'apply',
        'history',
        'rollback 0',
        'apply',
        'rollback',
        'apply',
        'unmanage haimaker',
        'apply --force',
        'destroy',
        'schema',
        'completion bash',
        '__complete fish -- key show h',
      ].map((line) => ({ args: `${line} ${json}`.trim().split(' ') })),
    ),
  },
  {
    name: 'keys where a manifest that is edited would show them',
    stage: async () => {},
    inAuthFile: true,
    runs: ['', '--json'].flatMap((json) =>
      [
        'remove haimaker',
        'add haimaker --base-url https://llm.example/v1 --model m',
        `add ${generated} --base-url https://llm.example/v1 --model m`,
        `add other --base-url https://me:${canary}@llm.example/v1 --model m`,
        `add other --base-url https://llm.example/${generated} --model m`,
        `add other --base-url https://llm.example/v1 --model ${generated}`,
        `add other --base-url https://llm.example/v1 --model m --preset ${generated}`,
        `remove ${generated}`,
        `__complete fish -- remove ${generated}`,
        `__complete zsh -- add other --base-url=https://me:${canary}@llm.example/v1 --model `,
        'apply',
      ].map((line) => ({ args: `${line} ${json}`.trim().split(' '), isInArguments: true })),
    ),
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
      ...runsOf(canary),
    ],
  },
]

/** An opencode.jsonc with these options of the provider. */
function configWith(options: string): string {
  return `{ "provider": { "haimaker": { "options": { ${options} } } } }`
}

function entry(value: object): string {
  return JSON.stringify({ haimaker: value })
}
