import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  gateway,
  keyVariable,
  lockText,
  manifestText,
  plainManifest,
  plainYaml,
  TEN_PROVIDERS,
} from '../../../bench/inputs.mjs'
import { printLock } from '../../../src/core/lock/print-lock.ts'
import { readLock } from '../../../src/core/lock/read-lock.ts'
import { parseManifest } from '../../support/parse-manifest.ts'

const LOCKED = gateway(50)

describe('the manifest of the benchmark', () => {
  test.each([
    ['with models by hand', TEN_PROVIDERS],
    ['with models in the lock', LOCKED],
    ['without providers', { ...TEN_PROVIDERS, providers: 0 }],
  ])('%s is one that opgen reads without a word', (_, size) => {
    expect(parseManifest({ path: 'providers.yaml', text: manifestText(size) })).toMatchObject({
      ok: true,
      diagnostics: [],
    })
  })

  test('names as many models as are asked for', () => {
    const { providers } = parse(manifestText(TEN_PROVIDERS))
    expect(Object.keys(providers)).toHaveLength(10)
    for (const { models } of Object.values<{ models: unknown }>(providers)) {
      expect(models).toHaveLength(13)
    }
  })

  test('is the same each time, and another in its other variant', () => {
    expect(manifestText(TEN_PROVIDERS)).toBe(manifestText(TEN_PROVIDERS, 2))
    expect(manifestText(TEN_PROVIDERS, 1)).not.toBe(manifestText(TEN_PROVIDERS))
  })
})

describe('the lock of the benchmark', () => {
  test('is written as `opgen update` would write it', () => {
    const text = lockText(LOCKED) ?? ''
    const read = readLock({ path: 'providers.lock.json', text })
    if (!read.ok) throw new Error(JSON.stringify(read.diagnostics))
    expect(printLock(read.value)).toBe(text)
    expect(text.match(/"vendor-/g)).toHaveLength(50)
  })

  test('is not there where people name the models', () => {
    expect(lockText(TEN_PROVIDERS)).toBeUndefined()
  })
})

describe('what the others read', () => {
  test.each([TEN_PROVIDERS, LOCKED])('says the same in YAML and in JSON, for %j', (size) => {
    expect(parse(plainYaml(size))).toEqual(plainManifest(size))
    expect(parse(plainYaml(size, 1))).toEqual(plainManifest(size, 1))
  })
})

test('a key is in the variable that opgen looks for', () => {
  expect(keyVariable('acme-7')).toBe('OPGEN_KEY_ACME_7')
})
