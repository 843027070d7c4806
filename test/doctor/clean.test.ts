import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { run } from '../../src/cli/run.ts'
import type { Finding } from '../../src/core/doctor/finding.ts'
import {
  argumentsOf,
  change,
  givenWorld,
  GOLDEN,
  goldenCases,
  readSteps,
} from '../support/golden-story.ts'
import { fixtureNames, readFixture } from '../support/import-fixtures.ts'
import { worldOfFixture } from '../support/import-world.ts'
import type { MemoryWorld } from '../support/memory-system.ts'
import { memoryTerminal } from '../support/memory-terminal.ts'

/*
 * Setups that were never made for doctor: those that people write by hand, as `opgen import` finds them, and what the
 * stories of opgen leave on the disk. It calls nothing an error there but what really is one.
 */

/** Setups with faults: the codes of all errors, by what is at fault. */
const FAULTY: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'OpenCode refuses it': {
    'import/a-file-that-opencode-refuses-for-its-syntax': ['config-syntax'],
    'import/a-limit-without-output-that-opencode-refuses': ['config-type'],
    'import/a-list-of-models-that-opencode-refuses': ['config-type'],
    'import/permissions-of-opencode-2-that-opencode-refuses': ['v2-permissions'],
    'golden/refuses-a-config-that-does-not-parse': ['config-syntax'],
    'golden/renders-without-looking-at-the-disk': ['config-syntax'],
    'golden/starts-nothing-before-a-missing-key-is-settled': ['config-syntax'],
  },
  'a block has no models, and its id is none that OpenCode knows': {
    'import/an-empty-block-of-a-custom-provider': ['no-models'],
    'import/empty-models': ['no-models'],
    'import/neither-address-nor-models': ['no-models'],
    'golden/keeps-crlf-tabs-and-bom': ['no-models'],
    'golden/overrides-a-provider-of-the-catalogue': ['no-models'],
    'golden/refuses-a-duplicate-key-on-its-way': ['no-models'],
    'golden/explains-opencode-json-and-jsonc': ['no-models'],
    'golden/takes-out-all-that-it-wrote': ['no-models'],
  },
  'it names a model that no block has': {
    'import/a-config-full-of-other-things': ['model-unknown'],
    'import/a-model-without-a-prefix': ['model-unknown'],
    'import/models-that-do-not-resolve': ['model-unknown'],
  },
  'an answer may be as long as the context': {
    'import/a-limit-without-end': ['limit-loop'],
  },
  'OpenCode cannot use an id': {
    'import/a-model-of-a-block-that-is-left-alone': ['bad-provider-id'],
    'import/provider-ids-that-opgen-cannot-have': ['bad-provider-id'],
  },
  'opgen cannot apply its manifest': {
    'golden/checks-the-manifest-for-every-machine': [
      'bad-condition',
      'disabled-provider',
      'missing-base-url',
    ],
    'golden/keeps-what-is-of-one-computer-in-local-yaml': ['unknown-field', 'wrong-type'],
    'golden/names-every-problem-of-the-manifest': [
      'bad-id',
      'missing-base-url',
      'no-models',
      'unknown-field',
      'unknown-preset',
    ],
    'golden/names-problems-in-the-file-that-has-them': [
      'bad-include',
      'undefined-value',
      'unknown-field',
    ],
    'golden/names-what-an-expression-cannot-say': [
      'bad-expression',
      'key-in-expression',
      'undefined-value',
      'unset-variable',
    ],
    'golden/needs-providers-in-one-of-its-files': ['ids-equal-but-case', 'no-models'],
    'golden/refuses-a-default-model-of-a-provider-that-is-not-here': ['disabled-provider'],
    'golden/refuses-what-looks-like-a-key-in-shared-files': ['looks-like-key'],
    'golden/shows-no-value-of-the-environment': [
      'bad-url',
      'bad-value',
      'unknown-preset',
      'wrong-type',
    ],
  },
  'a key is none, or none is there': {
    'import/a-literal-key-that-cannot-be-one': ['bearer-in-key', 'placeholder-key'],
    'import/adapters-and-addresses-of-single-models': ['fallback-key'],
    'import/azure-with-a-key-to-be-filled-in': ['placeholder-key'],
    'import/placeholders-where-a-key-belongs': ['placeholder-key', 'token-spelling'],
    'import/the-adapter-of-openai-without-an-address': ['fallback-key'],
    'import/the-usual-preset-under-another-name': ['fallback-key'],
    'golden/asks-before-an-adapter-sends-a-key-of-its-own': ['fallback-key'],
    'golden/explains-what-an-adapter-takes-by-itself': ['fallback-key'],
  },
  'auth.json is damaged, or has an entry that OpenCode does not take': {
    'import/a-login-under-a-custom-id': ['auth-oauth'],
    'import/an-auth-entry-with-a-slash-at-its-end': ['auth-trailing-slash'],
    'import/an-auth-file-that-is-no-json': ['auth-syntax'],
    'import/broken-entries-in-auth-json': ['auth-empty-key', 'auth-type'],
    'golden/keeps-an-oauth-login-whole': ['auth-oauth'],
    'golden/refuses-a-config-that-does-not-parse': ['auth-syntax'],
    'golden/takes-out-all-that-it-wrote': ['auth-oauth'],
  },
  'an address is none, or is missing': {
    'import/an-address-that-is-none': ['no-base-url', 'url-invalid'],
    'import/an-endpoint-instead-of-an-address': ['url-endpoint'],
    'golden/keeps-foreign-fields-of-a-leaving-provider': ['no-base-url'],
    'golden/leaves-everything-of-others-byte-for-byte': ['no-base-url'],
    'golden/shows-the-text-it-would-write': ['no-base-url'],
    'golden/takes-itself-out-byte-for-byte': ['no-base-url'],
    'golden/writes-into-a-one-line-file': ['no-base-url'],
  },
  'a file that it refers to is not there': {
    'import/an-adapter-in-a-file': ['adapter-not-bundled'],
    'golden/explains-beside-a-manifest-with-errors': [
      'config-syntax',
      'empty-variable',
      'file-missing',
      'no-models',
      'unknown-field',
    ],
    'golden/warns-of-a-key-that-wins': ['file-missing'],
  },
  'its variable is not set here': {
    'import/a-haimaker-shaped-gateway': ['empty-variable'],
    'import/a-key-in-the-environment': ['empty-variable'],
    'import/an-id-of-the-catalogue-at-another-place': ['empty-variable'],
    'import/many-blocks-in-one-file': ['empty-variable'],
    'import/neither-address-nor-models': ['empty-variable'],
    'import/ollama-elsewhere-and-in-the-cloud': ['empty-variable'],
    'import/the-usual-preset-under-another-name': ['empty-variable'],
    'golden/explains-a-variable-that-is-not-set': ['empty-variable'],
    'golden/explains-no-provider-that-is-nowhere': ['empty-variable'],
    'golden/warns-of-a-key-that-wins': ['empty-variable'],
  },
}

const setups = fixtureNames().map((name) => `import/${name}`)
const stories = goldenCases().map((name) => `golden/${name}`)

test('every setup that is called faulty is there', () => {
  const faulty = Object.values(FAULTY).flatMap((found) => Object.keys(found))
  expect([...setups, ...stories]).toEqual(expect.arrayContaining(faulty))
})

describe('no error but real ones is found', () => {
  test.each(setups)('in %s', async (name) => {
    const world = worldOfFixture(readFixture(path.basename(name)))
    expect(await errorsIn(world)).toEqual(expectedOf(name))
  })

  test.each(stories)('in what is left by %s', async (name) => {
    const folder = path.join(GOLDEN, path.basename(name))
    const world = givenWorld(folder)
    for (const step of readSteps(path.join(folder, 'steps.yaml'))) {
      if (typeof step === 'string') await run(argumentsOf(step), world.system, memoryTerminal())
      else change(world, folder, step)
    }
    expect(await errorsIn(world)).toEqual(expectedOf(name))
  })
})

/** The codes of all errors, each once. */
async function errorsIn({ system }: MemoryWorld): Promise<readonly string[]> {
  const terminal = memoryTerminal()
  await run(['doctor', '--json'], system, terminal)
  const { findings }: { readonly findings: readonly Finding[] } = JSON.parse(terminal.stdout())
  const errors = findings.filter(({ severity }) => severity === 'error')
  return [...new Set(errors.map(({ code }) => code))].toSorted()
}

function expectedOf(name: string): readonly string[] {
  return Object.values(FAULTY)
    .flatMap((found) => found[name] ?? [])
    .toSorted()
}
