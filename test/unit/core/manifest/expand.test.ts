import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { noFacts } from '../../../../src/core/machine-facts.ts'
import type { MachineFacts } from '../../../../src/core/machine-facts.ts'
import { expand } from '../../../../src/core/manifest/expand.ts'
import { field, toJson } from '../../../../src/core/manifest/node.ts'
import type { MapNode } from '../../../../src/core/manifest/node.ts'
import { readYaml } from '../../../../src/core/manifest/read-yaml.ts'
import { parseExpressions } from '../../../../src/system/handlebars-expressions.ts'

function map(text: string): MapNode {
  const { tree } = readYaml({ path: 'm', text })
  if (tree?.kind !== 'map') throw new Error('no map')
  return tree
}

const FACTS: MachineFacts = {
  ...noFacts,
  hostname: 'laptop',
  env: (name) => ({ REGION: 'eu' })[name] ?? null,
}

function expanded(text: string, facts = FACTS) {
  const tree = map(text)
  const vars = field(tree, 'vars')
  return expand(tree, {
    facts,
    vars: vars?.kind === 'map' ? vars : undefined,
    parse: parseExpressions,
    secret: new Set(['WORK']),
    idle: ([top]) => top === 'vars' || top === 'idle',
  })
}

/** What `x` of a tree with these variables comes to. */
function valueOf(vars: string, x: string): unknown {
  const { tree, diagnostics } = expanded(`vars: ${vars}\nx: ${x}\n`)
  expect(diagnostics).toEqual([])
  const node = field(tree, 'x')
  return node === undefined ? undefined : toJson(node)
}

function problems(text: string, facts = FACTS): readonly string[] {
  return expanded(text, facts).diagnostics.map(
    ({ code, severity, message, source }) =>
      `${source?.line}:${source?.column} ${severity} ${code} ${message}`,
  )
}

describe('an expression', () => {
  test.each([
    ['{ a: b }', '"{{vars.a}}"', 'b'],
    ['{ a: 7, b: true }', '"{{vars.a}}{{vars.b}}"', '7true'],
    ['{ a: { b: [x, { c: y }] } }', '"{{vars.a.b.[1].c}}"', 'y'],
    ['{ a: "{{vars.b}}!", b: "{{machine.hostname}}" }', '"{{vars.a}}"', 'laptop!'],
    ['{}', `'{{env "REGION"}} {{env "NONE" "d"}} {{env "NONE" ""}}'`, 'eu d '],
    ['{ a: "<&\\">" }', '"{{vars.a}}"', '<&">'],
    ['{ a: "b: # c" }', '[{ "k": "{{vars.a}}" }]', [{ k: 'b: # c' }]],
    ['{ a: "" }', '"{{vars.a}}"', ''],
    ['{ constructor: c, toString: t }', '"{{vars.toString}}"', 't'],
  ])('with the variables %s: %s', (vars, x, expected) => {
    expect(valueOf(vars, x)).toEqual(expected)
  })

  test('is looked for in values, not in names', () => {
    expect(toJson(expanded('"{{vars.a}}": 1\n').tree)).toEqual({ '{{vars.a}}': 1 })
  })

  test('gives a text that is never looked into again', () => {
    const facts = { ...FACTS, env: (name: string) => (name === 'ANY' ? '{{vars.a}}' : null) }
    const { tree } = expanded(`vars: { a: b }\nx: '{{env "ANY"}}'\n`, facts)
    expect(toJson(tree)).toMatchObject({ x: '{{vars.a}}' })
  })

  test('is left alone where nothing is to be worked out', () => {
    const { tree, diagnostics } = expanded('idle: "{{nonsense}} and {{vars.gone}}"\n')
    expect(diagnostics).toEqual([])
    expect(toJson(tree)).toEqual({ idle: '{env:UNKNOWN} and {env:UNKNOWN}' })
  })

  test('is pointed at, each one in its text', () => {
    expect(problems('x: "{{vars.a}} {{vars.b}}"\ny: [a, {z: "  {{vars.c}}"}]\n')).toEqual([
      '1:5 error undefined-value there is no "vars.a"',
      '1:16 error undefined-value there is no "vars.b"',
      '2:15 error undefined-value there is no "vars.c"',
    ])
  })

  test('is pointed at in a block of lines, too', () => {
    expect(problems('x: |\n  one\n  two {{vars.a}}\n')).toEqual([
      '3:7 error undefined-value there is no "vars.a"',
    ])
  })

  test.each([
    ['{ a: "{{vars.a}}" }', '"vars.a": these variables lead back to each other'],
    ['{ a: "{{vars.b}}", b: "{{vars.a}}" }', '"vars.a": these variables lead back to each other'],
    ['{ a: [1] }', '"vars.a" is a list, which an expression cannot print'],
    ['{ a: }', '"vars.a" is null, which an expression cannot print'],
    ['{ a: "{{env \\"GONE\\"}}" }', '"vars.a": $GONE is not set'],
  ])('cannot print %s', (vars, message) => {
    expect(problems(`vars: ${vars}\nx: "{{vars.a}}"\n`).map((text) => text.slice(4))).toEqual([
      expect.stringContaining(message),
    ])
  })

  test('is given no key', () => {
    const secrets = ['OPGEN_KEY_GW', 'ACME_API_KEY', 'GH_TOKEN', 'MY_SECRET', 'db_password', 'WORK']
    for (const name of secrets) {
      const [problem = ''] = problems(`x: '{{env "${name}" "default"}}'\n`)
      expect(problem).toContain(`key-in-expression $${name} holds a key`)
    }
    const facts = { ...FACTS, env: () => `sk-ant-${'a1B2'.repeat(8)}` }
    expect(problems(`x: '{{env "HARMLESS"}}'\n`, facts)[0]).toContain('key-in-expression')
  })

  test('of a machine that nobody knows is a note, and stands as what no check looks into', () => {
    const text = `x: 'http://{{machine.hostname}}:{{env "PORT"}}/{{env "PATH_OF" "v1"}}'\n`
    expect(problems(text, noFacts)).toEqual([
      '1:12 info undefined-value "machine.hostname" is not known here',
      '1:33 info unset-variable $PORT is not set here, and has no default',
    ])
  })

  test('cannot be made to grow without end', () => {
    const doubling = Array.from(
      { length: 40 },
      (_, i) => `v${i + 1}: "{{vars.v${i}}}{{vars.v${i}}}"`,
    )
    const vars = `{ v0: "${'x'.repeat(100)}", ${doubling.join(', ')} }`
    expect(problems(`vars: ${vars}\nx: "{{vars.v40}}"\n`)[0]).toContain('grows to more than')
    const chain = Array.from({ length: 5000 }, (_, i) => `v${i + 1}: "{{vars.v${i}}}"`)
    expect(problems(`vars: { v0: x, ${chain.join(', ')} }\nx: "{{vars.v5000}}"\n`)[0]).toContain(
      'name each other in a row',
    )
  })

  test('gives what it was made of, for any variables', () => {
    const word = fc.stringMatching(/^[a-z]{1,6}$/)
    fc.assert(
      fc.property(fc.dictionary(word, fc.string()), fc.array(fc.nat()), (vars, picks) => {
        const names = Object.keys(vars)
        const chosen =
          names.length === 0 ? [] : picks.map((pick) => names[pick % names.length] ?? '')
        const text = JSON.stringify({ vars, x: chosen.map((name) => `{{vars.${name}}}`).join('-') })
        const holdsBraces = Object.values(vars).some((value) => value.includes('{{'))
        fc.pre(!holdsBraces)
        const { tree, diagnostics } = expanded(text)
        fc.pre(diagnostics.length === 0)
        expect(toJson(tree)).toMatchObject({ x: chosen.map((name) => vars[name]).join('-') })
      }),
    )
  })
})
