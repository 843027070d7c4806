import { expect, test } from 'vitest'
import { checkSchema, pathOf } from '../../../../src/core/doctor/check-schema.ts'
import { expectedWords } from '../../../../src/core/doctor/schema-words.ts'
import { parseJsonDocument } from '../../../../src/core/jsonc/parse.ts'

/*
 * What a fault is called. That what is called one stops OpenCode, and nothing else does, is shown with the real one:
 * test/e2e/opencode-accepts.test.ts.
 */

function faults(text: string): readonly string[] {
  const parsed = parseJsonDocument(text, 'jsonc')
  if (!parsed.ok) throw new Error(text)
  return checkSchema(parsed.document).map((problem) => {
    const path = pathOf(problem.spot).join('.')
    switch (problem.kind) {
      case 'unfit':
        return `${path} must be ${expectedWords(problem.schema)}`
      case 'missing':
        return `${path} misses ${problem.names.join('|')}`
      case 'surplus':
        return `${path} is too many`
      case 'unknown':
        return `${path} is unknown`
    }
  })
}

test.for<readonly [string, string, readonly string[]]>([
  [
    'a number in a place of texts',
    '{"provider":{"p":{"options":{"baseURL":1}}}}',
    ['provider.p.options.baseURL must be a text'],
  ],
  [
    'each missing member by itself',
    '{"provider":{"p":{"models":{"m":{"limit":{}}}}}}',
    ['provider.p.models.m.limit misses context', 'provider.p.models.m.limit misses output'],
  ],
  [
    'all that may stand in the place',
    '{"provider":{"p":{"options":{"timeout":true}}}}',
    ['provider.p.options.timeout must be a whole number above 0 or false'],
  ],
  [
    'any text and not the texts that are among them',
    '{"provider":{"p":{"models":{"m":{"interleaved":3}}}}}',
    ['provider.p.models.m.interleaved must be true, false, a text or an object'],
  ],
  [
    'the fault of the server whose type it has',
    '{"mcp":{"s":{"type":"local","command":"npx"}}}',
    ['mcp.s.command must be a list'],
  ],
  [
    'the type that is wrong, of whatever else there is',
    '{"mcp":{"s":{"type":"stdio","command":["npx"]}}}',
    ['mcp.s.type must be "local" or "remote"'],
  ],
  [
    'the type that is missing, by what there is',
    '{"mcp":{"s":{"url":"https://a.example"}}}',
    ['mcp.s misses type'],
  ],
  [
    'what one could begin with, where there is nothing',
    '{"mcp":{"s":{}}}',
    ['mcp.s misses type|enabled'],
  ],
  [
    'the form that has the most of its members',
    '{"references":{"r":{"repository":3}}}',
    ['references.r.repository must be a text'],
  ],
  ['an element too many', '{"plugin":[["a",{},1]]}', ['plugin.0.2 is too many']],
  ['an element too few', '{"plugin":[["a"]]}', ['plugin.0 misses 1']],
  [
    'a rule deep in permissions',
    '{"permission":{"bash":{"git *":"maybe"}}}',
    ['permission.bash.git * must be "ask", "allow" or "deny"'],
  ],
  [
    'members that are dropped, at every level',
    '{"a":1,"provider":{"p":{"b":1,"models":{"m":{"c":1,"limit":{"context":1,"output":1,"d":1}}}}}}',
    [
      'a is unknown',
      'provider.p.b is unknown',
      'provider.p.models.m.c is unknown',
      'provider.p.models.m.limit.d is unknown',
    ],
  ],
  [
    'what is dropped from the form that it has',
    '{"mcp":{"s":{"type":"local","command":["npx"],"env":{}}}}',
    ['mcp.s.env is unknown'],
  ],
])('%s is named', ([, text, expected]) => {
  expect(faults(text)).toEqual(expected)
})

test.for<readonly [string, string]>([
  [
    'options and variants hold what they like',
    '{"provider":{"p":{"options":{"a":[null]},"models":{"m":{"options":{"b":1},"variants":{"low":{"c":1}}}}}}}',
  ],
  ['of duplicate names the last counts', '{"model":3,"model":"a/b"}'],
  [
    'a text that is filled in may become any',
    '{"share":"{env:SHARE}","mcp":{"s":{"type":"{env:TYPE}","command":["a"]}}}',
  ],
  [
    'a name that is filled in may be any',
    '{"provider":{"p":{"models":{"m":{"limit":{"{env:A}":1,"context":1}}}}}}',
  ],
  [
    'names that every object has by itself are no fields',
    '{"provider":{"constructor":{},"toString":{}}}',
  ],
  ['OpenCode drops this name wherever it stands', '{"provider":{"__proto__":3}}'],
  [
    'forms of OpenCode 2 that OpenCode 1 takes',
    '{"skills":["a"],"snapshots":true,"model":{"providerID":"a","model":"b"},"mcp":{"servers":{"a":{}}}}',
  ],
])('nothing is wrong: %s', ([, text]) => {
  expect(faults(text)).toEqual([])
})

test('a fault stands where its value stands, and what is dropped where its name does', () => {
  const text = '{ "share" : 3, "foo" : 1 }'
  const parsed = parseJsonDocument(text, 'jsonc')
  const problems = parsed.ok ? checkSchema(parsed.document) : []
  expect(problems.map(({ spot }) => [spot.node.start, spot.nameAt])).toEqual([
    [text.indexOf('3'), text.indexOf('"share"')],
    [text.indexOf('1'), text.indexOf('"foo"')],
  ])
})
