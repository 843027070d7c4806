import { describe, expect, test } from 'vitest'
import type { DatabaseFacts } from '../../../../src/core/doctor/scene.ts'
import { explained, inShort } from '../../../support/explained.ts'
import type { Setup } from '../../../support/explained.ts'
import { HOME } from '../../../support/memory-system.ts'

const npm = '@ai-sdk/openai-compatible'
const models = { large: {} }
const login = { acme: { type: 'api', key: 'test-key-login' } }
const literal = { apiKey: 'test-key-literal' }

function database(facts: Partial<DatabaseFacts>): readonly DatabaseFacts[] {
  const file = `${HOME}/.local/share/opencode/opencode.db`
  return [{ file, mode: 0o600, tables: ['credential'], isOf2: true, credentials: [], ...facts }]
}

const credential = { id: 'acme', label: 'default', isActive: true }

const ROWS: Readonly<Record<string, readonly [Setup, object]>> = {
  'a stored credential comes before all else': [
    {
      block: { npm, env: ['ACME'], options: literal, models },
      env: { ACME: 'test-key-acme' },
      databases: database({ credentials: [credential, { ...credential, id: 'other' }] }),
    },
    {
      candidates: { 'stored credential "default"': 'set', $ACME: 'set', 'options.apiKey': 'set' },
      winner: 'stored credential "default"',
      outcome: 'key',
    },
  ],
  'one that is not active does not count': [
    {
      block: { npm, options: literal, models },
      databases: database({ credentials: [{ ...credential, isActive: false }] }),
    },
    {
      candidates: { 'stored credential "default"': 'ignored', 'options.apiKey': 'set' },
      winner: 'options.apiKey',
      outcome: 'key',
    },
  ],
  'the first variable that is set comes before the settings': [
    {
      block: { npm, env: ['UNSET', 'EMPTY', 'ACME'], options: literal, models },
      env: { ACME: 'test-key-acme', EMPTY: '' },
    },
    {
      candidates: { $UNSET: 'unset', $EMPTY: 'empty', $ACME: 'set', 'options.apiKey': 'set' },
      winner: '$ACME',
      outcome: 'key',
    },
  ],
  'an empty text does not count': [
    { block: { npm, options: { apiKey: '{env:UNSET}' }, models }, logins: login },
    {
      candidates: { 'options.apiKey': 'empty', 'auth.json': 'ignored' },
      winner: undefined,
      outcome: 'none',
    },
  ],
  'a stored credential comes before a header': [
    {
      block: { npm, options: { headers: { Authorization: 'test-key-header' } }, models },
      databases: database({ credentials: [credential] }),
    },
    {
      candidates: {
        'stored credential "default"': 'set',
        'options.headers.Authorization': 'set',
      },
      winner: 'stored credential "default"',
      outcome: 'key',
    },
  ],
  'between a header and a key it is not known which counts': [
    {
      block: { npm, options: { ...literal, headers: { Authorization: 'test-key-x' } }, models },
    },
    {
      candidates: { 'options.apiKey': 'set', 'options.headers.Authorization': 'set' },
      winner: undefined,
      outcome: 'unclear',
    },
  ],
  'a file that is not there leaves it without an answer': [
    { block: { npm, env: ['ACME'], options: { apiKey: '{file:~/gone}' }, models } },
    {
      candidates: { $ACME: 'unset', 'options.apiKey': 'missing' },
      winner: undefined,
      outcome: 'no-start',
    },
  ],
}

describe('the key of OpenCode 2', () => {
  test.each(Object.keys(ROWS))('%s', async (name) => {
    const [setup, expected] = ROWS[name] ?? [{}, {}]
    const { keys } = await explained(setup)
    expect(inShort(keys.opencode2)).toEqual(expected)
  })

  test.each([
    ['a database of OpenCode 1 only', database({ isOf2: false }), 'taken over once'],
    ['a database of its own', database({}), 'OpenCode 2 does not read it'],
    ['no database', [], 'OpenCode 2 does not read it'],
  ])('what becomes of auth.json is said: %s', async (_, databases, expected) => {
    const { keys } = await explained({ block: { npm, models }, logins: login, databases })
    const [auth] = keys.opencode2.candidates.filter(({ name }) => name === 'auth.json')
    expect(auth?.reason).toContain(expected)
  })

  test('a database that cannot be read may hold what comes first', async () => {
    const { keys } = await explained({
      block: { npm, options: literal, models },
      databases: database({ tables: undefined }),
    })
    expect(keys.opencode2.conclusion).toContain('a stored credential would come first')
  })
})
