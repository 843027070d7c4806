import { describe, expect, test } from 'vitest'
import { shownText, shownValue } from '../../../../src/core/explain/shown.ts'
import { explained } from '../../../support/explained.ts'
import { HOME } from '../../../support/memory-system.ts'

const npm = '@ai-sdk/openai-compatible'
const OPENCODE_JSON = `${HOME}/.config/opencode/opencode.json`

describe('a value as it is shown', () => {
  test.each([
    [['options', 'apiKey'], 'test-key-acme', '***'],
    [['options', 'apiKey'], '{env:ACME}', '{env:ACME}'],
    [['options', 'headers', 'Authorization'], 'Bearer {file:~/k}', 'Bearer {file:~/k}'],
    [['options', 'headers', 'X-Team'], 'blue', '***'],
    [['options', 'baseURL'], 'https://ana:pw@acme.example/v1', 'https://***@acme.example/v1'],
    [['options', 'baseURL'], 'https://acme.example/v1?key=abc', 'https://acme.example/v1?***'],
    [['name'], 'Acme', 'Acme'],
  ])('%j %s', (path, value, expected) => {
    expect(shownText(path, value)).toBe(expected)
  })

  test('is looked into, and keeps its shape', () => {
    expect(shownValue(['options'], { a: [1, 'b'], token: 'c' })).toEqual({
      a: [1, 'b'],
      token: '***',
    })
  })
})

function named(name: string): string {
  return JSON.stringify({ provider: { acme: { name } } })
}

describe('the values of a block', () => {
  test('name what they replace, the nearest layer first', async () => {
    const { values } = await explained({
      block: { name: 'three' },
      files: {
        [OPENCODE_JSON]: named('two'),
        [`${HOME}/.config/opencode/config.json`]: named('one'),
      },
    })
    const [name] = values
    expect(name).toMatchObject({ pointer: '/provider/acme/name', value: 'three' })
    expect(name?.shadows.map(({ value }) => value)).toEqual(['two', 'one'])
  })

  test('are not masked for the name of their provider', async () => {
    const { values } = await explained({
      id: 'my-api-key-proxy',
      files: { [OPENCODE_JSON]: '{ "provider": { "my-api-key-proxy": { "name": "Proxy" } } }' },
    })
    expect(values.map(({ value }) => value)).toEqual(['Proxy'])
  })
})

describe('what OpenCode 2 has', () => {
  test('is the same for a block that both read alike', async () => {
    const options = { baseURL: 'https://acme.example/v1', timeout: 1000 }
    const { opencode2 } = await explained({ block: { npm, options, models: { m: {} } } })
    expect(opencode2).toEqual({ id: 'acme', hasBlock: true, differences: [], ignored: [] })
  })

  test('is told where it is something else', async () => {
    const { opencode2 } = await explained({
      block: {
        api: 'https://api.example/v1',
        options: { baseURL: 'https://base.example/v1' },
        whitelist: ['m'],
        models: { m: { reasoning: true } },
      },
    })
    const paths = opencode2.differences.map(({ path, value }) => [path.join('.'), value])
    expect(paths).toEqual([
      ['options.baseURL', 'https://api.example/v1'],
      ['npm', undefined],
    ])
    expect(opencode2.ignored).toEqual(['whitelist', 'models.*.reasoning'])
  })

  test('is nothing where a header is no text', async () => {
    const { opencode2 } = await explained({
      block: { npm, options: { headers: { 'X-Retry': 3 } }, models: { m: {} } },
    })
    expect(opencode2.hasBlock).toBe(false)
    expect(opencode2.differences.map(({ reason }) => reason)).toEqual([
      'drops this whole entry: a header is no text',
    ])
  })
})

describe('where requests go', () => {
  test.each([
    ['@ai-sdk/anthropic', 'https://acme.example/v1/', 'https://acme.example/v1/messages', 'no'],
    [npm, 'http://{env:HOST}/v1', 'http://llm.test.example/v1/chat/completions', 'public'],
    [npm, 'http://localhost:1234/v1', 'http://localhost:1234/v1/chat/completions', 'no'],
    [npm, 'http://10.0.0.1/v1', 'http://10.0.0.1/v1/chat/completions', 'private'],
    [npm, 'https://acme.example/{env:ACME_TOKEN}/v1', undefined, 'no'],
    ['some-adapter', 'https://acme.example/v1', undefined, 'no'],
  ])('%s %s', async (adapter, baseURL, request, plain) => {
    const { destination } = await explained({
      block: { npm: adapter, options: { baseURL }, models: { m: {} } },
      env: { HOST: 'llm.test.example', ACME_TOKEN: 'abc' },
    })
    expect(destination).toMatchObject({ adapter, request, plain })
  })
})
