import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../../src/core/diagnostic.ts'
import { formatDiagnostic, inOrder } from '../../../src/core/format-diagnostic.ts'
import { makeSourceText } from '../../../src/core/source-text.ts'

function at(line: number, column: number, more: Partial<Diagnostic> = {}): Diagnostic {
  const source = { file: '/home/me/providers.yaml', line, column }
  return { code: 'some-code', severity: 'error', message: 'it is wrong', source, ...more }
}

function format(diagnostic: Diagnostic, text?: string): readonly string[] {
  const sourceText = text === undefined ? undefined : makeSourceText(text)
  return formatDiagnostic(diagnostic, { sourceText, displayFile: 'providers.yaml' }).split('\n')
}

describe('formatDiagnostic', () => {
  test('gives place, message and code, the line, a caret and the hint', () => {
    expect(format(at(2, 11, { hint: 'did you mean "ollama"?' }), 'a:\n  preset: olama\n')).toEqual([
      'providers.yaml:2:11: error: it is wrong [some-code]',
      '    preset: olama',
      '            ^',
      '  hint: did you mean "ollama"?',
    ])
  })

  test('gives the head alone without a source text, a place or such a line', () => {
    const head = 'providers.yaml:9:1: error: it is wrong [some-code]'
    expect(format(at(9, 1))).toEqual([head])
    expect(format(at(9, 1), 'one line')).toEqual([head])
    const { source: _, ...placeless } = at(1, 1, { severity: 'warning' })
    expect(format(placeless, 'text')).toEqual(['providers.yaml: warning: it is wrong [some-code]'])
  })

  test('repeats tabs before the caret, so that it falls right at any tab width', () => {
    expect(format(at(1, 6), '\ta:\t\tb').slice(1)).toEqual(['  \ta:\t\tb', '  \t  \t\t^'])
  })

  test('counts characters that take two columns', () => {
    expect(format(at(1, 6), 'ab模型 x').slice(1)).toEqual(['  ab模型 x', '         ^'])
  })

  test('cuts a long line around the caret', () => {
    const line = `${'a'.repeat(300)}X${'b'.repeat(300)}`
    const [, shown = '', caret = ''] = format(at(1, 301), line)
    expect(shown.length).toBeLessThanOrEqual(104)
    expect(shown).toMatch(/^ {2}…a+Xb+…$/)
    expect(caret.indexOf('^')).toBe(shown.indexOf('X'))
  })

  test('keeps the start of a long line when the caret is near it', () => {
    expect(format(at(1, 5), `name: ${'a '.repeat(150)}`)[1]).toMatch(/^ {2}name: [a ]+…$/)
  })

  test('looks for keys in a very long line once, however many diagnostics point into it', () => {
    const sourceText = makeSourceText('x: "key:[" '.repeat(50_000))
    for (let column = 1; column < 50_000; column += 10) {
      const text = formatDiagnostic(at(1, column), { sourceText, displayFile: 'f' })
      expect(text.split('\n')[1]).toMatch(/\*\*\*$|^ {2}…/)
    }
  })

  test('knows lines that end with a carriage return', () => {
    expect(format(at(2, 1), 'a\r\nb\r\nc').slice(1)).toEqual(['  b', '  ^'])
  })

  test('leaves out a byte order mark, which takes no column', () => {
    expect(format(at(1, 4), '\uFEFFa: b').slice(1)).toEqual(['  a: b', '     ^'])
  })

  test('prints nothing that a terminal would obey', () => {
    expect(format(at(1, 1), 'a\u001B[31m\u202Eb')[1]).toBe('  a\uFFFD[31m\uFFFDb')
  })

  test('marks the parts it is given a style for', () => {
    const text = formatDiagnostic(at(1, 1), {
      sourceText: makeSourceText('a'),
      displayFile: 'f',
      style: {
        hint: (part) => part,
        place: (part) => `<${part}>`,
        severity: (part, severity) => `${severity.toUpperCase()}(${part})`,
        caret: (part) => `!${part}`,
      },
    })
    expect(text).toBe('<f:1:1:> ERROR(error:) it is wrong [some-code]\n  a\n  !^')
  })

  test.each([
    'apiKey: test-key-acme',
    '"apiKey": "test-key-acme"',
    'api_key: test-key-acme',
    'x-api-key: test-key-acme',
    'Authorization: Bearer test-key-acme',
    'key: test-key-acme',
    'key: [keychain, test-key-acme]',
    'key: { env: test-key-acme }',
    'authToken: test-key-acme',
    'url: https://a.example/v1?api_key=test-key-acme',
    'anything: sk-test-key-acme-0000',
    'anything: Bearer test-key-acme',
    'password: test-key-acme',
    'anything: 0123456789abcdef0123456789abcdeftest-key-acme',
    'x-id: 01234567-89ab-cdef-0123-456789abcdef test-key-acme',
  ])('never prints the key in: %s', (line) => {
    expect(format(at(1, 1), line).join('\n')).not.toContain('test-key-acme')
  })

  test.each([
    'key: keychain',
    'key: { env: ACME_KEY }',
    'key: [keychain, { env: ACME_KEY }, none]',
    'key: external # a login',
    'apiKey: "{env:ACME_KEY}"',
    'max_tokens: 8000',
    'cache_write: 1',
    'models: [Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8-Dynamic]',
    'models: [us.anthropic.claude-sonnet-4-5-20250929-v1:0]',
  ])('prints as it is: %s', (line) => {
    expect(format(at(1, 1), line)[1]).toBe(`  ${line}`)
  })

  test.each(['key-in-manifest', 'looks-like-key', 'url-user-info'])(
    'hides the value that %s is about',
    (code) => {
      expect(format(at(1, 4, { code }), 'a: test-key-acme').slice(1)).toEqual([
        '  a: ***',
        '     ^',
      ])
      expect(format(at(1, 1, { code }), 'a: test-key-acme').slice(1)).toEqual(['  a: ***', '  ^'])
    },
  )
})

describe('inOrder', () => {
  test('sorts by place, those without one first', () => {
    const { source: _, ...placeless } = at(1, 1)
    const sorted = inOrder([at(3, 1), at(2, 9), at(2, 1), placeless])
    expect(sorted.map(({ source }) => source && [source.line, source.column])).toEqual([
      undefined,
      [2, 1],
      [2, 9],
      [3, 1],
    ])
  })

  test('keeps files apart', () => {
    const other = at(1, 1, { source: { file: 'other', line: 1, column: 1 } })
    expect(inOrder([at(2, 1), other, at(1, 1)]).map(({ source }) => source?.line)).toEqual([
      1, 2, 1,
    ])
  })

  test('gives equal diagnostics once', () => {
    expect(inOrder([at(1, 1), at(1, 1), at(1, 1, { message: 'another' })])).toHaveLength(2)
  })
})
