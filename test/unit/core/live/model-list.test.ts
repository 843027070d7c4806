import { describe, expect, test } from 'vitest'
import { isAccountOfKey, parseModelList } from '../../../../src/core/live/model-list.ts'

describe('a list of models', () => {
  test.each([
    ['of OpenAI', '{"object":"list","data":[{"id":"a"},{"id":"b"}]}', ['a', 'b']],
    ['of Anthropic', '{"data":[{"type":"model","id":"a"}],"has_more":false}', ['a']],
    ['of Google', '{"models":[{"name":"models/a"}]}', ['a']],
    ['of Cohere', '{"models":[{"name":"a"}]}', ['a']],
    ['without anything around it', '[{"id":"a"}]', ['a']],
    ['with nothing in it', '{"data":[]}', []],
  ])('%s is understood', (_, body, ids) => {
    expect(parseModelList(body)).toEqual(ids)
  })

  test.each([
    '',
    'null',
    '"a"',
    '{}',
    '{"error":{"message":"no"}}',
    '{"data":{"id":"a"}}',
    '{"data":["a"]}',
    '{"data":[{"id":1}]}',
    '<html></html>',
    '{"data":[{"id":"a"}',
  ])('is not %j', (body) => {
    expect(parseModelList(body)).toBeUndefined()
  })
})

test('what OpenRouter tells of a key is told from what it lists', () => {
  expect(isAccountOfKey('{"data":{"label":"x","limit":null,"usage":0}}')).toBe(true)
  expect(isAccountOfKey('{"data":[{"id":"a"}]}')).toBe(false)
  expect(isAccountOfKey('{"error":{"code":401}}')).toBe(false)
  expect(isAccountOfKey('no JSON')).toBe(false)
})
