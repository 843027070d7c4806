import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import {
  applying,
  canary,
  findLeaks,
  generated,
  key,
  looking,
  manifest,
} from '../support/canary.ts'
import type { Scene } from '../support/canary.ts'
import { place, writeManifest } from '../support/opgen.ts'
import { need } from '../support/tools.ts'

/** Keys where none belongs: what is said about it must not repeat them. */
const scenes: readonly Scene[] = [
  {
    name: 'a key where the command line has no place for one',
    stage: async () => {},
    inAuthFile: false,
    runs: [
      ['key', 'set', 'haimaker', generated],
      ['key', 'set', generated],
      ['key', 'remove', generated, '--json'],
      ['key', 'show', generated, '--reveal'],
      ['key', generated],
      ['apply', '--only', generated],
      ['apply', `--force=${generated}`, '--json'],
      ['plan', '--manifest', `${generated}.yaml`],
      ['plan', '--config', `${generated}.tmpl`],
      ['plan', '--machine-facts', generated],
      ['plan', '--machine', generated],
      ['rollback', generated],
      ['unmanage', generated],
      [`--${generated}`],
      [generated],
    ].map((args) => ({ args, isInArguments: true })),
  },
  ...[
    ['variables that a condition asks for', '    when: { env: { MINE: something } }\n'],
    ['variables that an expression asks for', '    name: "{{env.MINE}}"\n    modles: []\n'],
    [
      'a variable for a header',
      '    options: { headers: { a: "{{env.MINE}}" } }\n    modles: []\n',
    ],
  ].map(([what, lines]) => ({
    name: `a key in ${what}`,
    stage: (sandbox: Sandbox) => writeManifest(sandbox, manifest + lines),
    inAuthFile: false,
    runs: looking.map((run) => ({
      ...run,
      environment: { ...run.environment, MINE: canary, OPGEN_PROFILE: 'work' },
    })),
  })),
  {
    name: 'keys in local.yaml, where none belongs',
    stage: (sandbox) =>
      place(
        join(sandbox.home, '.config', 'opgen', 'local.yaml'),
        `profile: [${canary}]\nvars: { key: ${canary}\n`,
      ),
    inAuthFile: false,
    runs: [...looking, ...applying],
  },
  {
    name: 'a key as the name of a field, of a preset and of a provider',
    stage: (sandbox) =>
      writeManifest(
        sandbox,
        `${manifest}    ${generated}: 1\n    preset: ${generated}\n  ${generated}: {}\n`,
      ),
    inAuthFile: false,
    runs: [...looking, ...applying],
  },
  ...['state.json', 'generations/1.json', 'machine-secret'].map((file) => ({
    name: `a key in a damaged ${file}`,
    stage: (sandbox: Sandbox) =>
      place(join(sandbox.stateFolder, file), `{ "${canary}": "${key.replaceAll('"', '')}`),
    inAuthFile: false,
    runs: [...looking, ...applying, { args: ['rollback'] }, { args: ['destroy', '--json'] }],
  })),
]

const tools = await need('secret-service')
describe.skipIf(tools.skip)(`a key in the wrong place is never shown${tools.note}`, () => {
  for (const scene of scenes) {
    test(`with ${scene.name}`, async () => {
      expect(await findLeaks(scene)).toEqual([])
    })
  }
})
