import { describe, expect, test } from 'vitest'
import type { TemplateResult } from '../../../src/core/preset/preset.ts'
import { compileTemplate } from '../../../src/system/handlebars-templates.ts'

const context = {
  id: 'acme',
  baseURL: 'https://a.example/v1',
  with: { list: ['a', 'b'], map: { x: 1 }, many: Array.from({ length: 1000 }, () => 'x') },
  vars: {},
  machine: {},
}

function fill(text: string, more: object = {}): TemplateResult {
  return compileTemplate(text)({ ...context, ...more })
}

/** What comes out, or where and why nothing does. */
function outcome(text: string): string {
  const result = fill(text)
  return result.ok ? result.text : `${result.line}:${result.column}: ${result.message}`
}

describe('a template prints', () => {
  test.each([
    ['{{id}} {{json with.list}}', 'acme ["a","b"]'],
    ['{{#each with.list}}{{@index}}{{json this}}{{/each}}', '0"a"1"b"'],
    ['{{#each with.map}}{{@key}}={{this}}{{/each}}', 'x=1'],
    ['{{#with.list}}{{this}}{{/with.list}}', 'ab'],
    ['{{#each with.none}}x{{else}}none{{/each}}', 'none'],
    ['{{#each with.map as |value name|}}{{name}}{{value}}{{/each}}', 'x1'],
    ['{{^id}}no{{else}}yes{{/id}}', 'yes'],
    ['{{#if with.none}}{{else if id}}id{{/if}}', 'id'],
    ['{{!-- {{> other}} --}}{{! {{> }}x', 'x'],
    ['\\{{> other}}', '{{> other}}'],
  ])('%s as %s', (text, printed) => {
    expect(outcome(text)).toBe(printed)
  })
})

describe('a template cannot reach out of what it is given', () => {
  test.each([
    '{{lookup this "constructor"}}',
    '{{json (lookup this "id")}}',
    '{{log id}}',
    '{{helperMissing}}',
    '{{#helperMissing}}x{{/helperMissing}}',
    '{{blockHelperMissing with.list}}',
    '{{#blockHelperMissing with.list}}x{{/blockHelperMissing}}',
    '{{constructor.constructor "return process"}}',
    '{{#with (constructor.constructor "return process")}}{{this}}{{/with}}',
    '{{json (constructor "return process")}}',
    '{{json constructor}}',
    '{{json this.constructor}}',
    '{{json __proto__}}',
    '{{json with.__proto__}}',
    '{{json with.list.constructor}}',
    '{{json with.[constructor]}}',
    '{{__defineGetter__ "id" json}}',
    '{{json.constructor "return process"}}',
    '{{json @root.constructor}}',
    '{{json @root.__proto__}}',
    '{{json @_parent}}',
    '{{json @data}}',
    '{{json @exphbs}}',
    '{{json @constructor}}',
    '{{@level}}',
    '{{> other}}',
    '{{> (json id)}}',
    '{{> @partial-block}}',
    '{{#> layout}}x{{/layout}}',
    '{{#*inline "a"}}x{{/inline}}',
    '{{~#*inline "a"}}{{> a}}{{/inline}}',
    '{{* inline "a"}}',
    '{{* log id}}',
    '{{{{raw}}}} x {{{{/raw}}}}',
    '{{require "node:fs"}}',
    '{{process.env.HOME}}',
    '{{json globalThis}}',
  ])('by %s', (text) => {
    expect(fill(text).ok).toBe(false)
  })

  test('by functions that every value has', () => {
    expect(outcome('{{toString}}{{constructor}}')).toBe('')
    expect(outcome('{{#with toString}}{{this}}{{/with}}')).toBe('')
    const chain = `{{#with "s" as |string|}}{{#with "e"}}{{#with split as |list|}}{{this.pop}}
{{this.push (lookup string.sub "constructor")}}{{/with}}{{/with}}{{/with}}`
    expect(fill(chain)).toMatchObject({ ok: true, text: '' })
  })

  test('by other data than its own: @root is what it was given', () => {
    expect(outcome('{{json @root}}')).toBe(JSON.stringify(context))
  })

  test('by a value that looks like a template', () => {
    expect(fill('{{name}}', { name: '{{json baseURL}}{{> x}}' })).toMatchObject({
      text: '{{json baseURL}}{{> x}}',
    })
  })
})

const nested = (open: string, close: string, times: number): string =>
  `${open.repeat(times)}x${close.repeat(times)}`

describe('a template that would take too long is refused at its place', () => {
  test.each([
    [
      'a loop in loops',
      `\n ${nested('{{#each @root.with.many}}', '{{/each}}', 3)}`,
      /^2:\d+: the loops go round/,
    ],
    [
      'an unnamed loop',
      nested('{{#@root.with.many}}', '{{/@root.with.many}}', 3),
      /the loops go round/,
    ],
    ['blocks in blocks', nested('{{#if id}}\n', '{{/if}}', 10_000), /^101:1: nested more than 100/],
    ['inverse blocks', nested('{{^id}}', '{{/id}}', 10_000), /^1:701: nested more than 100/],
    ['else after else', `{{#if id}}${'\n{{else if id}}'.repeat(10_000)}{{/if}}`, /^101:1: nested/],
    ['calls in calls', `{{json ${nested('(json ', ')', 10_000)}}}`, /^1:1: nested more than 100/],
    ['expressions', '{{id}}\n'.repeat(20_000), /^5001:1: the template has more than 5000/],
    ['text', 'x'.repeat(200_001), /^1:1: the template has more than 200000/],
    ['names', `{{json id${'.a'.repeat(90_000)}}}`, /^undefined:undefined: the template cannot/],
    [
      'output',
      '\n{{json with.many}}'.repeat(1000),
      /^5\d:1: the template comes out with more than/,
    ],
    ['printed text', `{{#each with.many}}${'x'.repeat(1000)}{{/each}}`, /comes out with more than/],
    ['open comments', '{{!--'.repeat(40_000), /no valid template/],
    ['open braces', '{{'.repeat(100_000), /no valid template/],
  ])('%s', (_, text, message) => {
    expect(outcome(text)).toMatch(message)
  })

  test('and its loops are counted anew each time it is filled in', () => {
    const twoThirds = compileTemplate(
      '{{#each with.many}}{{#each @root.with.some}}{{/each}}{{/each}}',
    )
    const given = {
      ...context,
      with: { ...context.with, some: Array.from({ length: 66 }, () => 1) },
    }
    expect([twoThirds(given).ok, twoThirds(given).ok]).toEqual([true, true])
  })

  test.each([
    [99, true],
    [100, false],
  ])('and %i rounds of a thousand are filled in: %j', (times, ok) => {
    const given = { ...context.with, some: Array.from({ length: times }, () => 1) }
    const text = '{{#each with.some}}{{#each @root.with.many}}{{/each}}{{/each}}'
    expect(fill(text, { with: given }).ok).toBe(ok)
  })

  test('and one that is just within the limits is filled in', () => {
    expect(fill(nested('{{#if id}}', '{{/if}}', 99)).ok).toBe(true)
    expect(fill('{{id}}'.repeat(2000)).ok).toBe(true)
    expect(fill(`{{id}}${' '.repeat(199_990)}`).ok).toBe(true)
  })
})
