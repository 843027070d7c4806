import { describe, expect, test } from 'vitest'
import { renderTarget } from '../../../../src/app/render-target.ts'
import type { RepairEdit } from '../../../../src/core/doctor/rule.ts'
import { valueOf } from '../../../../src/core/jsonc/parse.ts'
import { parseJsonDocument } from '../../../../src/core/jsonc/parse.ts'
import type { JsonFile } from '../../../../src/core/plan/actual.ts'
import { planRepair } from '../../../../src/core/plan/plan-repairs.ts'
import type { PlannedRepair, RepairRefusal } from '../../../../src/core/plan/plan-repairs.ts'
import { planUndo } from '../../../../src/core/plan/plan-undo.ts'
import type { Secret } from '../../../../src/core/secret.ts'
import { Secret as Key } from '../../../../src/core/secret.ts'
import { emptyFile, emptyState } from '../../../../src/core/state/recorded.ts'
import type { RecordedState } from '../../../../src/core/state/recorded.ts'

const MACHINE = new Uint8Array(32).fill(7)
const fingerprintOf = (secret: Secret): string => secret.fingerprint(MACHINE)

function fileOf(target: 'config' | 'auth', text: string): JsonFile & { document: object } {
  const parsed = parseJsonDocument(text, 'jsonc')
  if (!parsed.ok) throw new Error('no JSON')
  const syntax = target === 'auth' ? 'strict' : 'jsonc'
  return { target, path: '/f', syntax, document: parsed.document }
}

function plan(
  target: 'config' | 'auth',
  text: string,
  edits: readonly RepairEdit[],
  recorded: RecordedState = emptyState,
): PlannedRepair | RepairRefusal {
  const file = fileOf(target, text)
  const { document } = file
  if (document === undefined) throw new Error('nothing to repair')
  return planRepair(
    { file, document, recorded, fingerprintOf, taken: new Set() },
    { code: 'some-fault', provider: 'acme', repair: { target, file: '/f', edits } },
  )
}

function planned(...given: Parameters<typeof plan>): PlannedRepair {
  const made = plan(...given)
  if (typeof made === 'string') throw new Error(made)
  return made
}

function after(file: JsonFile, { edits }: Pick<PlannedRepair, 'edits'>): string {
  return renderTarget(file, edits, { secrets: new Map(), recorded: undefined }).text
}

function undone(target: 'config' | 'auth', text: string, { record }: PlannedRepair): string {
  const file = fileOf(target, text)
  return after(file, planUndo(file.document, [record], fingerprintOf))
}

function valuesOf(text: string): unknown {
  return valueOf(fileOf('config', text).document?.root ?? never())
}

function never(): never {
  throw new Error('no document')
}

const ACME = ['provider', 'acme', 'options']

describe('a repair', () => {
  const cases: readonly (readonly [
    string,
    'config' | 'auth',
    string,
    readonly RepairEdit[],
    string,
  ])[] = [
    [
      'replaces a value that is no secret',
      'config',
      '{ "provider": { "acme": { "options": { "baseURL": "https://a/v1/v1" } } } } // mine\n',
      [{ path: [...ACME, 'baseURL'], value: 'https://a/v1' }],
      '{ "provider": { "acme": { "options": { "baseURL": "https://a/v1" } } } } // mine\n',
    ],
    [
      'takes a word off a key',
      'auth',
      '{ "acme": { "type": "api", "key": "Bearer test-key-acme" } }',
      [{ path: ['acme', 'key'], value: new Key('test-key-acme') }],
      '{ "acme": { "type": "api", "key": "test-key-acme" } }',
    ],
    [
      'moves a login to another id',
      'auth',
      '{ "acme/": { "type": "api", "key": "test-key-acme" }, "b": 1 }',
      [
        { path: ['acme'], value: { type: 'api', key: 'test-key-acme' } },
        { path: ['acme/'], value: undefined },
      ],
      '{ "b": 1, "acme": {\n  "type": "api",\n  "key": "test-key-acme"\n} }',
    ],
    [
      'moves a key into an object that it makes',
      'config',
      '{ "provider": { "acme": { "apiKey": "test-key-acme" } } }',
      [
        { path: [...ACME, 'apiKey'], value: 'test-key-acme' },
        { path: ['provider', 'acme', 'apiKey'], value: undefined },
      ],
      '{ "provider": { "acme": { "options": { "apiKey": "test-key-acme" } } } }',
    ],
  ]

  test.each(cases)('%s, and back', (_, target, text, edits, expected) => {
    const made = planned(target, text, edits)
    const repaired = after(fileOf(target, text), made)
    expect(valuesOf(repaired)).toEqual(valuesOf(expected))
    expect(valuesOf(repaired)).not.toEqual(valuesOf(text))
    expect(valuesOf(undone(target, repaired, made))).toEqual(valuesOf(text))
    expect(JSON.stringify(made)).not.toContain('test-key')
  })

  test('leaves every byte beside the value as it was, and restores it', () => {
    const text = '{ // why\n\t"acme": { "type": "apikey", "key": "test-key-acme" }, /* end */\n}\n'
    const made = planned('config', text, [{ path: ['acme', 'type'], value: 'api' }])
    const repaired = after(fileOf('config', text), made)
    expect(repaired).toBe(text.replace('apikey', 'api'))
    expect(undone('config', repaired, made)).toBe(text)
  })

  test('is not made where the way back would hold a secret', () => {
    const text = '{ "acme": "test-key-acme" }'
    const edits = [{ path: ['acme'], value: { type: 'api', key: 'test-key-acme' } }]
    expect(plan('auth', text, edits)).toBe('no-way-back')
  })

  test('is not made of what opgen wrote', () => {
    const text = '{ "provider": { "acme": { "options": { "baseURL": "https://a/v1/v1" } } } }'
    const value = {
      unit: 'acme',
      origin: 'written' as const,
      value: { json: 'https://a/v1/v1' },
      before: null,
    }
    const pointer = '/provider/acme/options/baseURL'
    const recorded = {
      ...emptyState,
      files: { '/f': { ...emptyFile, manifest: '/m', values: { [pointer]: value } } },
    }
    const edits = [{ path: [...ACME, 'baseURL'], value: 'https://a/v1' }]
    expect(plan('config', text, edits, recorded)).toBe('managed')
  })

  test('is not undone where somebody has changed what it left', () => {
    const text = '{ "acme": { "type": "apikey", "key": "test-key-acme" } }'
    const made = planned('auth', text, [{ path: ['acme', 'type'], value: 'api' }])
    const changed = fileOf('auth', text.replace('apikey', 'oauth'))
    const { edits, stays } = planUndo(changed.document, [made.record], fingerprintOf)
    expect({ edits, stays }).toEqual({ edits: [], stays: [made.record] })
  })
})
