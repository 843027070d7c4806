import { describe, expect, test } from 'vitest'
import type { Part } from '../../../src/core/manifest/expression.ts'
import { parseExpressions } from '../../../src/system/handlebars-expressions.ts'

/** The parts, without the index: `['a ', ['vars', 'x'], { env: 'NAME', or: 'default' }]`. */
function parts(text: string): unknown {
  const parsed = parseExpressions(text)
  return parsed.ok ? parsed.parts.map(brief) : parsed.message
}

function brief(part: Part): unknown {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'value':
      return part.path
    case 'env':
      return { env: part.name, or: part.fallback }
  }
}

type Refused = readonly [message: string, hint: string]

function refusal(text: string): Refused | 'allowed' {
  const parsed = parseExpressions(text)
  return parsed.ok ? 'allowed' : [parsed.message, parsed.hint]
}

const X = ['vars', 'x']
const FORMS =
  'write `{{vars.NAME}}`, `{{machine.NAME}}` or `{{env "NAME"}}`; `\\{{` for braces that are text'
const DEFAULT = 'only an environment variable has a default: `{{env "NAME" "default"}}`'
const SPACE =
  'for a brace right beside a value write `{ {{~vars.NAME~}} }`: "~" takes the space away'

describe('what an expression may be', () => {
  test.each([
    ['{{vars.x}}', [X]],
    ['{{ vars.x }}', [X]],
    ['{{vars.a.b}}', [['vars', 'a', 'b']]],
    ['{{vars.my-lab.v1}}', [['vars', 'my-lab', 'v1']]],
    ['{{vars.[a b]}}', [['vars', 'a b']]],
    ['{{vars.list.[0]}}', [['vars', 'list', '0']]],
    ['{{vars.[this].[..]}}', [['vars', 'this', '..']]],
    ['{{machine.os}}', [['machine', 'os']]],
    ['{{env "NAME"}}', [{ env: 'NAME', or: undefined }]],
    ["{{env 'NAME'}}", [{ env: 'NAME', or: undefined }]],
    ['{{env "NAME" "a }} {{ b"}}', [{ env: 'NAME', or: 'a }} {{ b' }]],
    ['{{env "NAME" ""}}', [{ env: 'NAME', or: '' }]],
    ['{{env "NAME" "say \\"hi\\""}}', [{ env: 'NAME', or: 'say "hi"' }]],
    ['{{{vars.x}}}', [X]],
    ['{{&vars.x}}', [X]],
    ['{{vars.x}}{{vars.x}}', [X, X]],
  ])('%s', (text, expected) => {
    expect(parts(text)).toEqual(expected)
  })
})

describe('what stands between expressions', () => {
  test.each([
    ['', ['']],
    ['no braces', ['no braces']],
    ['http://{{vars.x}}/v1?a=1&b=<2>', ['http://', X, '/v1?a=1&b=<2>']],
    [' \n\t{{vars.x}} \r\n ', [' \n\t', X, ' \r\n ']],
    ['a {{~vars.x~}} b', ['a', X, 'b']],
    ['{ {{~vars.x~}} }', ['{', X, '}']],
    ['a\n{{! a comment }}\nb', ['a\n\nb']],
    ['a {{~! close ~}} b', ['ab']],
    ['{{!-- with {{braces}} --}}', []],
    ['\\{{vars.x}} {{vars.x}}', ['{{vars.x}} ', X]],
    ['a \\{{x}} \\{{y}}', ['a {{x}} {{y}}']],
    ['\\\\{{vars.x}}', ['\\', X]],
    ['{env:A}{{vars.x}}{file:~/b}', ['{env:A}', X, '{file:~/b}']],
    ['{env:A} {file:b}', ['{env:A} {file:b}']],
  ])('%j', (text, expected) => {
    expect(parts(text)).toEqual(expected)
  })
})

function block(name: string): Refused {
  return [
    `"{{${name}}}" belongs to a block, and an expression is a value`,
    'write what differs under "machines" or "when"',
  ]
}

function symbol(what: string, hint = FORMS): Refused {
  return [`"${what}" has no meaning in an expression`, hint]
}

function start(name: string, hint: string): Refused {
  return [`an expression starts with "vars", "machine" or "env", not with "${name}"`, hint]
}

function go(hint: string): Refused {
  return ['this is an expression of Go templates', hint]
}

function noEnv(name: string): Refused {
  return [`there is no "${name}" in expressions`, 'write `{{env "X"}}`']
}

function noVariable(name: string): Refused {
  return [
    `"${name}" cannot be the name of an environment variable`,
    'a name is made of letters, digits and _, e.g. `{{env "ACME_HOST"}}`',
  ]
}

describe('constructs that are refused', () => {
  const literal = [
    'a text or a number is no expression',
    'write it without braces, or `\\{{` for braces that are text',
  ]
  const unclosed = [
    'this expression is not closed',
    'end it with `}}`; write `\\{{` for braces that are text',
  ]
  test.each([
    ['{{#if vars.x}}a{{/if}}', block('#if')],
    ['{{#each vars.x}}{{this}}{{/each}}', block('#each')],
    ['{{^if vars.x}}a{{/if}}', block('^if')],
    ['{{/if}}', block('/if')],
    ['{{else}}', block('else')],
    ['{{else if vars.x}}', block('else')],
    ['{{#*inline "a"}}{{/inline}}', block('#*inline')],
    ['{{> part}}', ['a text cannot include a template', FORMS]],
    ['{{#> part}}{{/part}}', ['a text cannot include a template', FORMS]],
    ['{{* vars.x}}', ['an expression cannot be a decorator', FORMS]],
    ['{{env (vars.x)}}', symbol('(')],
    ['{{(vars.x)}}', symbol('(')],
    ['{{env "A" default="b"}}', symbol('=', DEFAULT)],
    ['{{=<% %>=}}', symbol('=', DEFAULT)],
    ['{{vars.x | upper}}', symbol('|', DEFAULT)],
    ['{{../vars.x}}', symbol('..')],
    ['{{this}}', symbol('this')],
    ['{{this.vars.x}}', symbol('this')],
    ['{{vars.this}}', symbol('this')],
    ['{{.}}', symbol('.')],
    ['{{vars.}}', symbol('.')],
    ['{{./vars.x}}', symbol('.')],
    ['{{@root.vars.x}}', symbol('@')],
    ['{{@vars.x}}', symbol('@')],
    [
      '{{vars.x/v1}}',
      symbol(
        '/',
        'join names with ".", and write what follows a value outside of the braces: `{{vars.NAME}}/v1`',
      ),
    ],
    ['{{"x"}}', literal],
    ['{{"env" "X"}}', literal],
    ['{{1}}', literal],
    ['{{true}}', literal],
    [
      '{{vars.list.0}}',
      [
        'a number, "true", "false", "null" or "undefined" is no name as it stands',
        'put it in brackets: `{{vars.list.[0]}}`',
      ],
    ],
    ['{{}}', ['this expression is empty', FORMS]],
    ['{{{ }}}', ['this expression is empty', FORMS]],
    ['{{vars.x', unclosed],
    ['{{', unclosed],
    ['{{vars.x} and {{vars.y}}', unclosed],
    ['{{vars.x {{#if}}', unclosed],
    [
      '{{!-- a comment }}',
      ['this comment is not closed', 'end it with `--}}`; write `\\{{` for braces that are text'],
    ],
    ['{{env "A}}', ['a quotation mark has no other to go with it', FORMS]],
    ['{{% x }}', ['this is no expression', FORMS]],
    ['{env:{{vars.x}}}', ['as many braces must close an expression as open it', SPACE]],
    ['{{{vars.x}}', ['as many braces must close an expression as open it', SPACE]],
    ['{{{vars.x}}}}', ['as many braces must close an expression as open it', SPACE]],
    ['{{{{vars.x}}}}', ['four braces do not open an expression', SPACE]],
    ['a\0{{vars.x}}', ['a text with expressions cannot hold the character U+0000', 'remove it']],
  ])('%j', (text, expected) => {
    expect(refusal(text)).toEqual(expected)
  })
})

describe('names that are refused', () => {
  const followed = '"env" is followed by the name of an environment variable'
  const quoted = 'the name of an environment variable is in quotes here'
  test.each([
    ['{{lab}}', start('lab', 'write `{{vars.lab}}`')],
    ['{{hostname}}', start('hostname', 'write `{{machine.hostname}}`')],
    ['{{username}}', start('username', 'write `{{machine.user}}`')],
    ['{{HOME}}', start('HOME', 'write `{{env "HOME"}}`')],
    ['{{var.x.y}}', start('var', 'write `{{vars.x.y}}`')],
    ['{{machines.os}}', start('machines', 'write `{{machine.os}}`')],
    ['{{lab.url}}', start('lab', 'write `{{vars.lab.url}}`')],
    ['{{$x}}', start('$x', FORMS)],
    ['{{sk-abcdefghijklmnop1234}}', start('***', FORMS)],
    ['{{ .chezmoi.hostname }}', go('write `{{machine.hostname}}`')],
    ['{{ .chezmoi.sourceDir }}', go(FORMS)],
    ['{{- .x.y -}}', go('write `{{vars.x.y}}`')],
    ['{{ .Env.HOME }}', go('write `{{env "HOME"}}`')],
    [
      '{{- vars.x -}}',
      ['"-" takes no white space away here', 'write "~" in its place: `{{~vars.NAME~}}`'],
    ],
    ['{{vars}}', ['"vars" is a map, and an expression is a value', 'write `{{vars.NAME}}`']],
    [
      '{{machine}}',
      ['"machine" is a map, and an expression is a value', 'write `{{machine.hostname}}`'],
    ],
    ['{{vars.x "y"}}', ['nothing can follow "vars.x" in an expression', DEFAULT]],
    [
      '{{vars.two words}}',
      [
        'nothing can follow "vars.two" in an expression',
        'put a name with spaces in brackets: `{{vars.[two words]}}`',
      ],
    ],
    [
      '{{upper vars.x}}',
      [
        'there is no helper "upper" in expressions',
        'write `{{vars.x}}`: a value is written as it is',
      ],
    ],
    ['{{lookup "x" "y"}}', ['there is no helper "lookup" in expressions', FORMS]],
    ['{{vars.__proto__}}', ['"__proto__" cannot be a name', 'give the value another name']],
    ['{{vars.[constructor]}}', ['"constructor" cannot be a name', 'give the value another name']],
    ['{{vars.a.prototype}}', ['"prototype" cannot be a name', 'give the value another name']],
    ['{{ENV "X"}}', noEnv('ENV')],
    ['{{environ "X"}}', noEnv('environ')],
    ['{{evn "X"}}', noEnv('evn')],
    ['{{getenv X}}', noEnv('getenv')],
    ['{{process.env.X}}', noEnv('process')],
    ['{{env}}', [followed, 'write `{{env "NAME"}}`']],
    ['{{env.X}}', [followed, 'write `{{env "X"}}`']],
    ['{{env X}}', [quoted, 'write `{{env "X"}}`']],
    ['{{env X "y"}}', [quoted, 'write `{{env "X" "y"}}`']],
    ['{{env 1}}', [quoted, 'write `{{env "NAME"}}`']],
    ['{{env ""}}', noVariable('')],
    ['{{env "A B"}}', noVariable('A B')],
    ['{{env "1A"}}', noVariable('1A')],
    ['{{env "sk-abcdefghijklmnop1234"}}', noVariable('***')],
    [
      '{{env "A" 8080}}',
      ['the default of an environment variable is in quotes', 'write `{{env "A" "8080"}}`'],
    ],
    [
      '{{env "A" "b" "c"}}',
      ['"env" takes a name and a default, and no more', 'write `{{env "NAME" "default"}}`'],
    ],
  ])('%j', (text, expected) => {
    expect(refusal(text)).toEqual(expected)
  })
})
