import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseState, renderState } from '../../../../src/core/state/parse-state.ts'
import { emptyFile, emptyState, ownsNothing } from '../../../../src/core/state/recorded.ts'
import type { RecordedFile, RecordedState } from '../../../../src/core/state/recorded.ts'

const file: RecordedFile = {
  manifest: '/home/ana/providers.yaml',
  created: true,
  values: {
    '/provider/gw/name': { unit: 'gw', origin: 'written', value: { json: 'Gw' }, before: null },
    '/model': {
      unit: '/model',
      origin: 'kept',
      value: { json: null },
      before: { json: { a: [] } },
    },
    '/gw/key': {
      unit: 'gw',
      origin: 'adopted',
      value: { fingerprint: '0123456789ab' },
      before: { fingerprint: 'ba9876543210' },
    },
  },
  containers: { '/provider': { unit: '', origin: 'written' } },
  elements: { '/enabled_providers': { gw: { unit: 'gw' } } },
  opened: { '/provider': ' ' },
}
const state: RecordedState = {
  version: 1,
  generation: 3,
  lastApply: { time: '2026-11-23T12:00:00.000Z', generation: 3, version: '0.1.0' },
  files: { '/home/ana/opencode.jsonc': file },
  bindings: [
    { source: 'env:GW', destination: 'http://gw.example' },
    { source: 'keychain:opgen/gw', destination: 'x', fingerprint: '0123456789ab' },
  ],
  commands: ['0'.repeat(64)],
  delivery: { gw: 'auth.json' },
  seen: {
    gw: {
      facts: { machine: null, profile: 'work', env: { A: '0123456789ab', B: null } },
      kept: null,
    },
  },
  intended: { '/home/ana/opencode.jsonc': file },
  keys: {
    gw: {
      sources: [
        { kind: 'keychain', service: 'opgen', account: 'gw' },
        { kind: 'env', name: 'GW' },
        { kind: 'none' },
      ],
      placeholder: 'none',
      keyIn: { kind: 'header', name: 'X-Key', format: 'Key {key}' },
    },
  },
}

describe('a recorded state', () => {
  test.each([
    { name: 'with everything in it', given: state },
    { name: 'with nothing in it', given: emptyState },
  ])('$name is read as it was written', ({ given }) => {
    expect(parseState(renderState(given))).toEqual({ ok: true, state: given })
  })

  test('is one line', () => {
    expect(renderState(emptyState)).toBe(
      '{"version":1,"generation":0,"lastApply":null,"files":{},"bindings":[],"commands":[],' +
        '"delivery":{},"seen":{},"intended":null,"keys":{}}\n',
    )
  })

  test('keeps values and ids with the names that objects have by birth', () => {
    const odd: unknown = JSON.parse(
      '{ "json": { "__proto__": { "constructor": 1 }, "toString": null } }',
    )
    const named = JSON.stringify(odd)
    const text = renderState(state).replace('{"json":"Gw"}', named)
    const ids = text.replaceAll('"/provider/gw/name"', '"/provider/constructor/name"')
    const parsed = parseState(ids)
    expect(parsed.ok && renderState(parsed.state).replaceAll(/\s/g, '')).toBe(
      ids.replaceAll(/\s/g, ''),
    )
  })

  test('of a later opgen is told by its version, whatever else it holds', () => {
    expect(parseState('{ "version": 2, "anything": [] }')).toEqual({ ok: false, newer: 2 })
  })

  test.each([
    ['no JSON', '{ "version": 1'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['no version', '{}'],
    ['a version that is a text', '{ "version": "2" }'],
    ['a version before the first', renderState(state).replace('"version":1', '"version":0')],
    ['a field missing', renderState(state).replace('"generation":3,', '')],
    ['an unknown origin', renderState(state).replace('"kept"', '"stolen"')],
    [
      'a value that is both',
      renderState(state).replace('"json":"Gw"', '"json":1,"fingerprint":"a"'),
    ],
    ['a value that is neither', renderState(state).replace('"json":"Gw"', '"text":"Gw"')],
    ['an unknown delivery', renderState(state).replace('"gw":"auth.json"', '"gw":"post"')],
  ])('that is %s is damaged', (_, text) => {
    expect(parseState(text)).toEqual({ ok: false, newer: undefined })
  })

  test('cut off anywhere is damaged, and never half read', () => {
    const text = renderState(state)
    fc.assert(
      fc.property(fc.nat(text.length - 3), (length) => {
        expect(parseState(text.slice(0, length))).toEqual({ ok: false, newer: undefined })
      }),
    )
  })
})

describe('a file in which opgen owns nothing', () => {
  const empty = { ...emptyFile, manifest: '/home/ana/providers.yaml' }

  test('has no values, containers or elements left', () => {
    expect(ownsNothing(empty)).toBe(true)
    expect(ownsNothing({ ...empty, elements: { '/enabled_providers': {} }, created: true })).toBe(
      true,
    )
  })

  test.each(['values', 'containers', 'elements'] as const)('has no %s', (part) => {
    expect(ownsNothing({ ...empty, [part]: file[part] })).toBe(false)
  })
})
