import { describe, expect, test } from 'vitest'
import { explained, inShort } from '../../../support/explained.ts'
import type { Setup } from '../../../support/explained.ts'
import { HOME } from '../../../support/memory-system.ts'

const npm = '@ai-sdk/openai-compatible'
const models = { large: {}, small: {} }
const login = { acme: { type: 'api', key: 'test-key-login' } }

/** What the real OpenCode does in these situations is in test/e2e/explain.test.ts; here, what is said of it. */
const ROWS: Readonly<Record<string, readonly [Setup, object]>> = {
  'a reference to a file that is not there stops OpenCode': [
    { block: { npm, options: { apiKey: '{file:~/gone}' }, models }, logins: login },
    {
      candidates: { 'options.apiKey': 'missing', 'auth.json': 'set' },
      winner: undefined,
      outcome: 'no-start',
    },
  ],
  'a file with nothing in it wins': [
    {
      block: { npm, options: { apiKey: '{file:~/key}' }, models },
      files: { [`${HOME}/key`]: ' \n' },
      logins: login,
    },
    {
      candidates: { 'options.apiKey': 'empty', 'auth.json': 'set' },
      winner: 'options.apiKey',
      outcome: 'none',
    },
  ],
  'a header of some models leaves the others theirs': [
    {
      block: { npm, models: { large: { headers: { authorization: 'test-key-x' } }, small: {} } },
      logins: login,
    },
    {
      candidates: { 'header authorization of model "large"': 'set', 'auth.json': 'set' },
      winner: 'auth.json',
      outcome: 'key',
    },
  ],
  'a header of every model wins': [
    {
      block: {
        npm,
        options: { headers: { authorization: 'test-key-y' } },
        models: {
          large: { headers: { Authorization: 'test-key-x' } },
          small: { headers: { authorization: 'test-key-x' } },
        },
      },
    },
    {
      candidates: {
        'header Authorization of model "large" and 1 more': 'set',
        'options.headers.authorization': 'set',
        'auth.json': 'unset',
      },
      winner: 'header Authorization of model "large" and 1 more',
      outcome: 'key',
    },
  ],
  'a login by another spelling of the id is not looked up': [
    { block: { npm, models }, logins: { 'acme/': login.acme } },
    { candidates: { 'auth.json': 'unset' }, winner: undefined, outcome: 'none' },
  ],
  'a login for an address stops OpenCode': [
    { block: { npm, models }, logins: { acme: { type: 'wellknown', key: 'A', token: 'b' } } },
    { candidates: { 'auth.json': 'ignored' }, winner: undefined, outcome: 'no-start' },
  ],
  'whether a login of the catalogue counts is not for opgen to say': [
    {
      id: 'openai',
      logins: { openai: { type: 'oauth', refresh: 'a', access: 'b', expires: 1 } },
      env: { OPENAI_API_KEY: 'test-key-openai' },
    },
    {
      candidates: { 'auth.json': 'set', $OPENAI_API_KEY: 'set' },
      winner: undefined,
      outcome: 'unclear',
    },
  ],
  'the copy of the catalogue has the variables of its providers': [
    {
      id: 'groq',
      files: {
        [`${HOME}/.cache/opencode/models.json`]: JSON.stringify({
          groq: { env: ['GROQ_KEY'], npm: '@ai-sdk/groq', models: {} },
        }),
      },
      env: { GROQ_KEY: 'test-key-groq' },
    },
    {
      candidates: { 'auth.json': 'unset', $GROQ_KEY: 'set', $GROQ_API_KEY: 'unset' },
      winner: '$GROQ_KEY',
      outcome: 'key',
    },
  ],
  'of an adapter from elsewhere it is not known what it takes by itself': [
    { block: { npm: 'some-adapter', models } },
    { candidates: { 'auth.json': 'unset' }, winner: undefined, outcome: 'unclear' },
  ],
  'without a block a login is for nobody': [
    { logins: login },
    { candidates: { 'auth.json': 'set' }, winner: undefined, outcome: 'nothing-sent' },
  ],
}

describe('the key of OpenCode 1', () => {
  test.each(Object.keys(ROWS))('%s', async (name) => {
    const [setup, expected] = ROWS[name] ?? [{}, {}]
    const { keys } = await explained(setup)
    expect(inShort(keys.opencode1)).toEqual(expected)
  })

  test('what looks like a key is not shown where a name belongs', async () => {
    const slip = `sk-${'a1b2c3d4'.repeat(4)}`
    const explanation = await explained({
      block: { npm, env: [slip], options: { apiKey: `{env:${slip}}` }, models },
    })
    expect(JSON.stringify(explanation)).not.toContain(slip)
    expect(explanation.keys.opencode1.winner?.reason).toBe('*** is not set')
  })

  test('a word before a key in a header is no part of it', async () => {
    const headers = { Authorization: 'Bearer {env:ACME}' }
    const { keys } = await explained({
      block: { npm, options: { headers }, models },
      env: { ACME: 'test-key-acme' },
    })
    expect(keys.opencode1.winner).toMatchObject({
      fingerprint: 'test-key-acme',
      form: '{env:ACME}',
    })
  })
})
